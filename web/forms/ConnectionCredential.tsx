import {
  Anchor,
  NumberInput,
  PasswordInput,
  SegmentedControl,
  SimpleGrid,
  Stack,
  Textarea,
  TextInput,
} from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';

import { paths } from '../paths.ts';
import type { ConnectionValues } from './connection-values.ts';

interface CredentialFieldsProps {
  form: UseFormReturnType<ConnectionValues>;
  /** Something is saved already: empty means unchanged. */
  saved: boolean;
  /** It comes from the environment. */
  fixed: boolean;
}

/** What the hub calls GitHub with: a token, or an App. */
export function CredentialFields({ form, saved, fixed }: CredentialFieldsProps) {
  return (
    <Stack gap="sm">
      {!fixed && (
        <SegmentedControl
          aria-label="How the hub signs in to GitHub"
          data={[
            { value: 'token', label: 'Personal token' },
            { value: 'app', label: 'GitHub App' },
          ]}
          {...form.getInputProps('credential')}
        />
      )}
      {form.values.credential === 'app' ? (
        <AppFields form={form} saved={saved} />
      ) : (
        <PasswordInput
          label="Token"
          description={<TokenHelp saved={saved} fixed={fixed} />}
          placeholder={saved ? 'kept, and never shown again' : 'github_pat_…'}
          autoComplete="off"
          disabled={fixed}
          {...form.getInputProps('token')}
        />
      )}
    </Stack>
  );
}

function AppFields({ form, saved }: Pick<CredentialFieldsProps, 'form' | 'saved'>) {
  return (
    <>
      <SimpleGrid cols={{ base: 1, xs: 2 }}>
        <TextInput
          label="App id"
          description="In the settings of the App on GitHub"
          autoComplete="off"
          spellCheck={false}
          {...form.getInputProps('app_id')}
        />
        <NumberInput
          label="Installation"
          description="The number at the end of its address on GitHub"
          min={1}
          allowDecimal={false}
          hideControls
          {...form.getInputProps('installation_id')}
        />
      </SimpleGrid>
      <Textarea
        label="Private key"
        description={
          <>
            {saved ? 'Kept, and never shown again. ' : ''}The whole PEM file; empty for an App that was made here.{' '}
            <Anchor href={paths.githubApp()} size="xs" underline="always">
              Make an App with one click
            </Anchor>
          </>
        }
        placeholder="-----BEGIN RSA PRIVATE KEY-----"
        autosize
        minRows={2}
        maxRows={6}
        spellCheck={false}
        autoComplete="off"
        {...form.getInputProps('private_key')}
      />
    </>
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
