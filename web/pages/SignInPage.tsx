import { Button, PasswordInput, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation } from '@tanstack/react-query';
import { useSearch } from '@tanstack/react-router';

import { sentenceOf } from '../api/errors.ts';
import { request } from '../api/request.ts';
import { EntryFrame } from '../components/EntryFrame.tsx';
import { useEnter } from '../components/session.ts';
import { safeNext } from '../paths.ts';
import { QuietNote, RedNote } from '../ui/Notes.tsx';

/** Who are you? */
export default function SignInPage() {
  const { next } = useSearch({ strict: false });
  const enter = useEnter();
  const form = useForm({ initialValues: { email: '', password: '' } });
  const send = useMutation({
    mutationFn: (values: typeof form.values) => request('signIn', { body: values }),
    onSuccess: (session) => enter(session, safeNext(next)),
  });
  return (
    <EntryFrame title="Sign in">
      <form onSubmit={form.onSubmit((values) => send.mutate(values))}>
        <Stack>
          {send.isError && <RedNote>{sentenceOf(send.error)}</RedNote>}
          {next !== undefined && !send.isError && (
            <QuietNote>Sign in, and you get to the page you asked for.</QuietNote>
          )}
          <TextInput
            label="E-mail"
            type="email"
            autoComplete="username"
            required
            withAsterisk={false}
            autoFocus
            {...form.getInputProps('email')}
          />
          <PasswordInput
            label="Password"
            autoComplete="current-password"
            required
            withAsterisk={false}
            {...form.getInputProps('password')}
          />
          <Button type="submit" size="md" loading={send.isPending} mt="xs">
            Sign in
          </Button>
        </Stack>
      </form>
    </EntryFrame>
  );
}
