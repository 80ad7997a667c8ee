import { Anchor, NativeSelect, NumberInput, Stack, Switch, Text, TextInput } from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';

import type { Connection } from '../../src/contract/connections.ts';
import { Link } from '../components/Link.tsx';
import { paths } from '../paths.ts';
import { AmberNote } from '../ui/Notes.tsx';
import { TagField } from '../ui/TagField.tsx';
import classes from './Thresholds.module.css';
import type { RuleValues } from './rule-values.ts';

interface RuleFilingProps {
  form: UseFormReturnType<RuleValues>;
  repositories: readonly Connection[];
}

/** Into which repository a rule files, and what the issue gets. */
export function RuleFiling({ form, repositories }: RuleFilingProps) {
  const target = repositories.find(({ id }) => id === form.values.connection_id);
  return (
    <Stack>
      <NativeSelect
        label="Repository"
        description={
          repositories.length === 0 ? (
            <>
              No repository is connected.{' '}
              <Anchor component={Link} to={paths.githubNew()} size="xs" underline="always">
                Connect one
              </Anchor>
            </>
          ) : (
            'Without one, what the rule takes waits'
          )
        }
        data={[
          { value: '', label: 'None yet' },
          ...repositories.map(({ id, repository }) => ({ value: id, label: repository })),
        ]}
        {...form.getInputProps('connection_id')}
      />
      <TagField
        label="Labels"
        description="On every issue, besides those of the repository’s connection and the priority"
        max={20}
        {...form.getInputProps('labels')}
      />
      <TagField
        label="Assignees"
        description="GitHub names"
        max={10}
        splitAt={/[,\s]/u}
        {...form.getInputProps('assignees')}
      />
      <NumberInput
        label="Milestone"
        description="Its number on GitHub; empty for none"
        min={1}
        allowDecimal={false}
        {...form.getInputProps('milestone')}
      />
      <TextInput
        label="Share one issue by"
        description="Liquid, as {{ culprit }}: Sentry issues with the same text share one GitHub issue. Empty: each has its own."
        spellCheck={false}
        autoComplete="off"
        {...form.getInputProps('share_key')}
      />
      <Switch
        label="Send user and request along"
        description="Only into a repository that is not public; off: they stay in Sentry."
        {...form.getInputProps('personal_data', { type: 'checkbox' })}
      />
      {form.values.personal_data && target?.visibility === 'public' && (
        <AmberNote>This repository is public: user and request are left out all the same.</AmberNote>
      )}
    </Stack>
  );
}

const STEPS = [
  { step: 'critical', name: 'Critical' },
  { step: 'high', name: 'High' },
  { step: 'medium', name: 'Medium' },
] as const;

/** From how many events or users on an issue is critical, high, or medium. */
export function RuleThresholds({ form }: Pick<RuleFilingProps, 'form'>) {
  return (
    <Stack gap="sm">
      <Text c="dimmed">
        The priority is a label. Counts are those of all time; the first line that is exceeded by either number has it,
        everything else is low.
      </Text>
      {STEPS.map(({ step, name }) => (
        <fieldset key={step} className={classes.step}>
          <legend className={classes.name}>{name}</legend>
          <span>over</span>
          <NumberInput
            aria-label={`${name}: over so many events`}
            w={96}
            min={0}
            allowDecimal={false}
            {...form.getInputProps(`thresholds.${step}.events`)}
          />
          <span>events or</span>
          <NumberInput
            aria-label={`${name}: over so many users`}
            w={96}
            min={0}
            allowDecimal={false}
            {...form.getInputProps(`thresholds.${step}.users`)}
          />
          <span>users</span>
        </fieldset>
      ))}
    </Stack>
  );
}
