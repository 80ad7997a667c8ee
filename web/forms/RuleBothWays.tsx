import { NativeSelect, NumberInput, Stack, Switch, Text } from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';

import type { RuleValues } from './rule-values.ts';

type Direction = 'on_closed' | 'on_not_planned' | 'on_resolved' | 'on_regressed' | 'on_archived' | 'assign';

/** Each direction as a sentence; the choice ends it. */
const DIRECTIONS: { field: Direction; sentence: string; data: { value: string; label: string }[] }[] = [
  {
    field: 'on_closed',
    sentence: 'When the GitHub issue is closed as completed, Sentry is told to …',
    data: [
      { value: 'resolve', label: 'resolve the error' },
      { value: 'resolve_in_next_release', label: 'resolve it in the next release' },
      { value: 'off', label: 'change nothing' },
    ],
  },
  {
    field: 'on_not_planned',
    sentence: 'When it is closed as not planned, Sentry is told to …',
    data: [
      { value: 'archive', label: 'archive the error' },
      { value: 'off', label: 'change nothing' },
    ],
  },
  {
    field: 'on_resolved',
    sentence: 'When the error is resolved in Sentry, the GitHub issue …',
    data: [
      { value: 'close', label: 'is closed, with a comment' },
      { value: 'comment', label: 'gets a comment only' },
      { value: 'off', label: 'stays as it is' },
    ],
  },
  {
    field: 'on_archived',
    sentence: 'When the error is archived in Sentry, the GitHub issue …',
    data: [
      { value: 'label', label: 'gets a label' },
      { value: 'close', label: 'is closed' },
      { value: 'off', label: 'stays as it is' },
    ],
  },
  {
    field: 'on_regressed',
    sentence: 'When the error comes back after it was resolved, …',
    data: [
      { value: 'reopen', label: 'the GitHub issue is opened again' },
      { value: 'new_issue', label: 'a new issue is opened, linked to the old one' },
      { value: 'comment', label: 'the closed issue gets a comment only' },
      { value: 'off', label: 'nothing happens on GitHub' },
    ],
  },
  {
    field: 'assign',
    sentence: 'Who is assigned is carried …',
    data: [
      { value: 'both', label: 'both ways' },
      { value: 'to_github', label: 'from Sentry to GitHub' },
      { value: 'to_sentry', label: 'from GitHub to Sentry' },
      { value: 'off', label: 'not at all' },
    ],
  },
];

/** What follows on the other side when one side changes. */
export function RuleBothWays({ form }: { form: UseFormReturnType<RuleValues> }) {
  return (
    <Stack>
      <Text c="dimmed">
        What a person did last on either side stands. Where both were changed in different ways, nothing is overwritten
        and a person is asked.
      </Text>
      {DIRECTIONS.map(({ field, sentence, data }) => (
        <div key={field}>
          <NativeSelect label={sentence} data={data} {...form.getInputProps(field)} />
          {field === 'on_regressed' && form.values.on_regressed === 'reopen' && (
            <NumberInput
              mt="xs"
              label="… if it was closed at most so many days ago; later a new issue is opened, linked to the old one"
              min={0}
              max={3650}
              allowDecimal={false}
              suffix=" days"
              {...form.getInputProps('reopen_within_days')}
            />
          )}
        </div>
      ))}
      <Switch
        label="Keep numbers and priority on the issue up to date"
        description="In one comment of the hub’s own, and only when they changed meaningfully."
        {...form.getInputProps('refresh', { type: 'checkbox' })}
      />
      <Switch
        label="Show the GitHub issue in Sentry"
        description="Needs the token of an internal integration; otherwise nothing happens."
        {...form.getInputProps('back_link', { type: 'checkbox' })}
      />
    </Stack>
  );
}
