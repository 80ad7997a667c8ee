import { Button, Group, Stack, Switch, TextInput } from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import { useMutation } from '@tanstack/react-query';

import type { Connection } from '../../src/contract/connections.ts';
import { sentenceOf } from '../api/errors.ts';
import { request } from '../api/request.ts';
import { ConnectionChecks } from '../components/ConnectionChecks.tsx';
import { QuietNote, RedNote } from '../ui/Notes.tsx';
import { CredentialFields } from './ConnectionCredential.tsx';
import type { ConnectionValues } from './connection-values.ts';
import { credentialOf, hasNewCredential } from './connection-values.ts';

interface ConnectionTargetProps {
  form: UseFormReturnType<ConnectionValues>;
  connection: Connection | null;
}

function useTest({ form, connection }: ConnectionTargetProps) {
  const { base_url: baseUrl, repository } = form.values;
  const saved = connection !== null && !hasNewCredential(form.values);
  return useMutation({
    mutationFn: () =>
      saved
        ? request('testConnection', { params: { id: connection.id } })
        : request('testNewConnection', {
            body: {
              base_url: baseUrl.trim(),
              ...credentialOf(form.values),
              ...(repository.trim() === '' ? {} : { repository: repository.trim() }),
            },
          }),
  });
}

/** Repository, address and credential, with the test beneath. */
export function ConnectionTarget({ form, connection }: ConnectionTargetProps) {
  const test = useTest({ form, connection });
  const fixed = connection?.source === 'environment';
  const { credential, app_id: appId, installation_id: installationId } = form.values;
  const isApp = credential === 'app';
  // an App that was made here needs no key in the form
  const testable =
    connection !== null || (isApp ? appId.trim() !== '' && installationId !== '' : hasNewCredential(form.values));
  return (
    <Stack>
      {fixed && (
        <QuietNote>
          Repository, token and address come from the environment (GITHUB_REPO, GITHUB_TOKEN, GITHUB_API_URL). Change
          them there and start the hub again; everything else is changed here.
        </QuietNote>
      )}
      <TextInput
        label="Repository"
        description="owner/name"
        placeholder="acme/app"
        autoComplete="off"
        spellCheck={false}
        disabled={fixed}
        {...form.getInputProps('repository')}
      />
      <CredentialFields form={form} saved={connection !== null} fixed={fixed} />
      <Group>
        <Button variant="default" disabled={!testable} loading={test.isPending} onClick={() => test.mutate()}>
          Test connection
        </Button>
      </Group>
      {test.isError && <RedNote title="The test could not run">{sentenceOf(test.error)}</RedNote>}
      {test.data !== undefined && <ConnectionChecks result={test.data} />}
      <TextInput
        label="API address"
        description="https://api.github.com, or https://HOST/api/v3 for GitHub Enterprise Server"
        autoComplete="off"
        spellCheck={false}
        disabled={fixed}
        {...form.getInputProps('base_url')}
      />
      <TextInput
        label="Name"
        description="How this connection is called here"
        autoComplete="off"
        {...form.getInputProps('name')}
      />
      <Switch
        label="On"
        description="Off: reports are kept and wait."
        {...form.getInputProps('enabled', { type: 'checkbox' })}
      />
    </Stack>
  );
}
