import { Button, Group, PasswordInput, Stack, Switch, Text, Textarea, TextInput } from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import { useMutation } from '@tanstack/react-query';

import type { SentryConnection } from '../../src/contract/sentry.ts';
import { sentenceOf } from '../api/errors.ts';
import { request } from '../api/request.ts';
import { InsecureNote } from '../components/InsecureNote.tsx';
import { SentryChecks } from '../components/SentryChecks.tsx';
import { Disclosure } from '../ui/Disclosure.tsx';
import { QuietNote, RedNote } from '../ui/Notes.tsx';
import type { SentryValues } from './sentry-values.ts';
import { sentryTestOf } from './sentry-values.ts';

interface SentryTargetProps {
  form: UseFormReturnType<SentryValues>;
  /** Null: a new one. */
  connection: SentryConnection | null;
}

function useTest({ form, connection }: SentryTargetProps) {
  const saved = connection !== null && form.values.token.trim() === '';
  return useMutation({
    mutationFn: () =>
      saved
        ? request('testSentryConnection', { params: { id: connection.id } })
        : request('testNewSentryConnection', { body: sentryTestOf(form.values) }),
  });
}

/** Address, organisation and token, with the test beneath. */
export function SentryTarget({ form, connection }: SentryTargetProps) {
  const test = useTest({ form, connection });
  const fixed = connection?.source === 'environment';
  const { organization, token, insecure_tls: insecure } = form.values;
  const testable = connection !== null || (organization.trim() !== '' && token.trim() !== '');
  return (
    <Stack>
      {fixed && (
        <QuietNote>
          Address, organisation and token come from the environment (SENTRY_URL, SENTRY_ORG, SENTRY_TOKEN). Change them
          there and start the hub again; everything else is changed here.
        </QuietNote>
      )}
      <TextInput
        label="Address"
        description="https://sentry.io, or where your own Sentry or GlitchTip answers"
        autoComplete="off"
        spellCheck={false}
        disabled={fixed}
        {...form.getInputProps('base_url')}
      />
      <TextInput
        label="Organisation"
        description="Its slug, as it stands in Sentry’s address"
        placeholder="acme"
        autoComplete="off"
        spellCheck={false}
        disabled={fixed}
        {...form.getInputProps('organization')}
      />
      <PasswordInput
        label="Token"
        description={tokenHelp(connection)}
        placeholder={connection === null ? '' : 'kept, and never shown again'}
        autoComplete="off"
        disabled={fixed}
        {...form.getInputProps('token')}
      />
      <CertificateFields form={form} />
      {insecure && connection?.insecure_tls !== true && <InsecureNote name={form.values.base_url} />}
      <Group>
        <Button variant="default" disabled={!testable} loading={test.isPending} onClick={() => test.mutate()}>
          Test connection
        </Button>
        {connection !== null && token.trim() === '' && (
          <Text size="sm" c="dimmed">
            With what is saved
          </Text>
        )}
      </Group>
      {test.isError && <RedNote title="The test could not run">{sentenceOf(test.error)}</RedNote>}
      {test.data !== undefined && <SentryChecks result={test.data} />}
      <TextInput
        label="Name"
        description="How this connection is called here"
        autoComplete="off"
        {...form.getInputProps('name')}
      />
      <Switch
        label="On"
        description="Off: nothing is read from Sentry and nothing is said to it."
        {...form.getInputProps('enabled', { type: 'checkbox' })}
      />
    </Stack>
  );
}

function tokenHelp(connection: SentryConnection | null): string {
  if (connection?.source === 'environment') return 'It comes from the environment.';
  if (connection !== null) return 'Put in a new one only to replace it. A new token ends a pause.';
  return 'Of an internal integration (in Sentry: Settings → Custom Integrations, or Developer Settings): Issue & Event read and write, Project and Organization read.';
}

function CertificateFields({ form }: Pick<SentryTargetProps, 'form'>) {
  return (
    <Disclosure summary="Certificates">
      <Stack mt="xs">
        <Textarea
          label="Certificate authority"
          description="PEM, for a server whose certificate your own authority signed. It is trusted besides those of the system."
          placeholder="-----BEGIN CERTIFICATE-----"
          autosize
          minRows={2}
          maxRows={8}
          spellCheck={false}
          autoComplete="off"
          {...form.getInputProps('ca_pem')}
        />
        <Switch
          label="Check no certificate at all"
          description="Only to find out what is wrong: anybody on the way can then read the token."
          {...form.getInputProps('insecure_tls', { type: 'checkbox' })}
        />
      </Stack>
    </Disclosure>
  );
}
