import { Button, Group, Stack } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation } from '@tanstack/react-query';

import type { Connection } from '../../src/contract/connections.ts';
import { fieldErrors, sentenceOf } from '../api/errors.ts';
import { Section } from '../components/Section.tsx';
import { RedNote } from '../ui/Notes.tsx';
import { ConnectionTarget } from './ConnectionTarget.tsx';
import { FilingSettings, PrivacySettings, SyncSettings } from './ConnectionSettings.tsx';
import type { ConnectionValues } from './connection-values.ts';
import { fieldsProblem, NEW_CONNECTION, valuesOf } from './connection-values.ts';

interface ConnectionFormProps {
  /** What a new one begins with. */
  initial?: Partial<ConnectionValues>;
  /** Null: a new one. */
  connection: Connection | null;
  /** Saves; what it throws is shown. */
  onSave: (values: ConnectionValues, before: ConnectionValues) => Promise<unknown>;
}

function repositoryProblem(value: string): string | null {
  return /^[^/\s]+\/[^/\s]+$/u.test(value.trim()) ? null : 'Write it as owner/name.';
}

/** One GitHub connection: where, what goes along, what stays private, when to sync. */
export function ConnectionForm({ connection, initial = {}, onSave }: ConnectionFormProps) {
  const before = connection === null ? { ...NEW_CONNECTION, ...initial } : valuesOf(connection);
  const form = useForm<ConnectionValues>({
    initialValues: before,
    validate: {
      repository: repositoryProblem,
      project_fields: fieldsProblem,
      token: (value, { credential }) =>
        connection === null && credential === 'token' && value.trim() === '' ? 'Put in a token.' : null,
      app_id: (value, { credential }) => (credential === 'app' && value.trim() === '' ? 'Put in the App’s id.' : null),
      installation_id: (value, { credential }) =>
        credential === 'app' && value === '' ? 'Put in the installation’s number.' : null,
    },
  });
  const save = useMutation({
    mutationFn: (values: ConnectionValues) => onSave(values, before),
    onSuccess: () => form.setValues({ token: '', private_key: '' }),
    onError: (error) => form.setErrors(fieldErrors(error)),
  });
  return (
    <form onSubmit={form.onSubmit((values) => save.mutate(values))}>
      <Stack gap="lg">
        <Section title="Where reports go">
          <ConnectionTarget form={form} connection={connection} />
        </Section>
        <Section title="What every issue gets">
          <FilingSettings form={form} />
        </Section>
        <Section title="Privacy">
          <PrivacySettings form={form} visibility={connection?.visibility ?? null} />
        </Section>
        <Section title="Coming back from GitHub">
          <SyncSettings form={form} />
        </Section>
        {save.isError && <RedNote title="It was not saved">{sentenceOf(save.error)}</RedNote>}
        <Group justify="flex-end">
          <Button type="submit" size="md" loading={save.isPending}>
            {connection === null ? 'Connect the repository' : 'Save'}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
