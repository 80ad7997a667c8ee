import { Button, Group, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation } from '@tanstack/react-query';

import type { Connection } from '../../src/contract/connections.ts';
import type { SentryConnection } from '../../src/contract/sentry.ts';
import { fieldErrors, sentenceOf } from '../api/errors.ts';
import { DryRun } from '../components/DryRun.tsx';
import { InsecureNote } from '../components/InsecureNote.tsx';
import { Section } from '../components/Section.tsx';
import { RedNote } from '../ui/Notes.tsx';
import { RuleBothWays } from './RuleBothWays.tsx';
import { RuleFiling, RuleThresholds } from './RuleFiling.tsx';
import { RuleSchedule } from './RuleSchedule.tsx';
import { RuleSearch } from './RuleSearch.tsx';
import { RuleTemplates } from './RuleTemplates.tsx';
import type { RuleValues } from './rule-values.ts';
import { triedDraftOf } from './rule-values.ts';

interface RuleFormProps {
  before: RuleValues;
  /** The saved rule; undefined for a new one. */
  ruleId?: string;
  connections: readonly SentryConnection[];
  repositories: readonly Connection[];
  /** Saves; what it throws is shown. */
  onSave: (values: RuleValues) => Promise<unknown>;
}

/** One rule: what it takes, where it files, what both sides tell each other, and when; tried out before it is saved. */
export function RuleForm({ before, ruleId, connections, repositories, onSave }: RuleFormProps) {
  const form = useForm<RuleValues>({
    initialValues: before,
    validate: {
      name: (value) => (value.trim() === '' ? 'Give it a name.' : null),
      sentry_connection_id: (value) => (value === '' ? 'Choose where its errors come from.' : null),
      stats_period: (value) => (/^\d{1,4}[hdw]$/u.test(value.trim()) ? null : 'Write it as 24h, 14d or 12w.'),
    },
  });
  const save = useMutation({
    mutationFn: onSave,
    onError: (error) => form.setErrors(fieldErrors(error)),
  });
  const from = connections.find(({ id }) => id === form.values.sentry_connection_id);
  return (
    <form onSubmit={form.onSubmit((values) => save.mutate(values))}>
      <Stack gap="lg">
        {from?.insecure_tls === true && <InsecureNote name={from.base_url} />}
        <Section title="What it takes">
          <Stack>
            <TextInput
              label="Name"
              placeholder="Errors of the shop"
              autoComplete="off"
              {...form.getInputProps('name')}
            />
            <RuleSearch form={form} connections={connections} />
          </Stack>
        </Section>
        <Section title="Where and how it files">
          <RuleFiling form={form} repositories={repositories} />
        </Section>
        <Section title="Priority">
          <RuleThresholds form={form} />
        </Section>
        <Section title="Title and text">
          <RuleTemplates form={form} />
        </Section>
        <Section title="Both ways">
          <RuleBothWays form={form} />
        </Section>
        <Section title="When, and how much">
          <RuleSchedule form={form} />
        </Section>
        <Section title="Try it out">
          <DryRun rule={triedDraftOf(form.values)} {...(ruleId === undefined ? {} : { ruleId })} />
        </Section>
        {save.isError && <RedNote title="It was not saved">{sentenceOf(save.error)}</RedNote>}
        <Group justify="flex-end">
          <Button type="submit" size="md" loading={save.isPending}>
            {ruleId === undefined ? 'Make the rule' : 'Save'}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
