import { Button, Group, Stack } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation } from '@tanstack/react-query';

import type { SentryConnection } from '../../src/contract/sentry.ts';
import { fieldErrors, sentenceOf } from '../api/errors.ts';
import { Section } from '../components/Section.tsx';
import { RedNote } from '../ui/Notes.tsx';
import { SentryPeople } from './SentryPeople.tsx';
import { SentryTarget } from './SentryTarget.tsx';
import type { SentryValues } from './sentry-values.ts';
import { SentryWebhook } from './SentryWebhook.tsx';

interface SentryFormProps {
  before: SentryValues;
  /** Null: a new one. */
  connection: SentryConnection | null;
  /** Saves; what it throws is shown. */
  onSave: (values: SentryValues) => Promise<unknown>;
}

/** One Sentry connection: where, with what, how it tells of news, and who is who. */
export function SentryForm({ before, connection, onSave }: SentryFormProps) {
  const form = useForm<SentryValues>({
    initialValues: before,
    validate: {
      name: (value) => (value.trim() === '' ? 'Give it a name.' : null),
      base_url: (value) => (/^https?:\/\/\S+$/u.test(value.trim()) ? null : 'Write it as https://HOST.'),
      organization: (value) => (value.trim() === '' ? 'Put in the organisation’s slug.' : null),
      token: (value) => (connection === null && value.trim() === '' ? 'Put in a token.' : null),
    },
  });
  const save = useMutation({
    mutationFn: onSave,
    onSuccess: () => form.setValues({ token: '', client_secret: '' }),
    onError: (error) => form.setErrors(fieldErrors(error)),
  });
  return (
    <form onSubmit={form.onSubmit((values) => save.mutate(values))}>
      <Stack gap="lg">
        <Section title="Where errors come from">
          <SentryTarget form={form} connection={connection} />
        </Section>
        <Section title="Webhooks">
          <SentryWebhook form={form} connection={connection} />
        </Section>
        <Section title="Who is who">
          <SentryPeople form={form} />
        </Section>
        {save.isError && <RedNote title="It was not saved">{sentenceOf(save.error)}</RedNote>}
        <Group justify="flex-end">
          <Button type="submit" size="md" loading={save.isPending}>
            {connection === null ? 'Connect Sentry' : 'Save'}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
