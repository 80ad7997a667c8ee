import { Anchor, Button, Group, PasswordInput, Stack, Switch, TextInput } from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import { useMutation } from '@tanstack/react-query';

import type { Connection } from '../../src/contract/connections.ts';
import { sentenceOf } from '../api/errors.ts';
import { request } from '../api/request.ts';
import { ConnectionChecks } from '../components/ConnectionChecks.tsx';
import { QuietNote, RedNote } from '../ui/Notes.tsx';
import type { ConnectionValues } from './connection-values.ts';

interface ConnectionTargetProps {
  form: UseFormReturnType<ConnectionValues>;
  connection: Connection | null;
}

function useTest({ form, connection }: ConnectionTargetProps) {
  const { token, base_url: baseUrl, repository } = form.values;
  const saved = connection !== null && token.trim() === '';
  return useMutation({
    mutationFn: () =>
      saved
        ? request('testConnection', { params: { id: connection.id } })
        : request('testNewConnection', {
            body: {
              base_url: baseUrl.trim(),
              token,
              ...(repository.trim() === '' ? {} : { repository: repository.trim() }),
            },
          }),
  });
}

/** Repository, address and token, with the test beside the token. */
export function ConnectionTarget({ form, connection }: ConnectionTargetProps) {
  const test = useTest({ form, connection });
  const fixed = connection?.source === 'environment';
  const testable = form.values.token.trim() !== '' || connection !== null;
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
      <div>
        <Group align="flex-end" gap="sm">
          <PasswordInput
            flex="1 1 240px"
            label="Token"
            description={<TokenHelp saved={connection !== null} fixed={fixed} />}
            placeholder={connection === null ? 'github_pat_…' : 'kept, and never shown again'}
            autoComplete="off"
            disabled={fixed}
            {...form.getInputProps('token')}
          />
          <Button variant="default" disabled={!testable} loading={test.isPending} onClick={() => test.mutate()}>
            Test connection
          </Button>
        </Group>
      </div>
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

function TokenHelp({ saved, fixed }: { saved: boolean; fixed: boolean }) {
  if (fixed) return 'It comes from the environment.';
  if (saved) return 'Put in a new one only to replace it. A new token ends a pause.';
  return (
    <>
      Fine-grained: Issues read and write, Metadata read. Classic: repo.{' '}
      <Anchor
        href="https://github.com/settings/personal-access-tokens/new"
        target="_blank"
        rel="noopener noreferrer"
        size="xs"
        underline="always"
      >
        Make one on GitHub
      </Anchor>
    </>
  );
}
