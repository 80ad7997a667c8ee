import { Button, Stack } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation } from '@tanstack/react-query';

import { fieldErrors, sentenceOf } from '../api/errors.ts';
import { request } from '../api/request.ts';
import { EntryFrame } from '../components/EntryFrame.tsx';
import { useTokenOfLink } from '../components/entry.ts';
import { useEnter } from '../components/session.ts';
import { NewPasswordInput, passwordProblem } from '../forms/password-field.tsx';
import { paths } from '../paths.ts';
import { RedNote } from '../ui/Notes.tsx';

/** Sets a password with the link of an invitation. */
export default function PasswordPage() {
  const token = useTokenOfLink();
  const enter = useEnter();
  const form = useForm({ initialValues: { password: '' }, validate: { password: passwordProblem } });
  const send = useMutation({
    mutationFn: (values: typeof form.values) => request('setPassword', { body: { token: token ?? '', ...values } }),
    onSuccess: (session) => enter(session, paths.home()),
    onError: (error) => form.setErrors(fieldErrors(error)),
  });
  return (
    <EntryFrame
      title="Choose a password"
      lede="The link works once. After this you sign in with your e-mail and this password."
    >
      {token === null ? (
        <RedNote title="The link is not complete">
          Open the whole link that you were given, or ask your admin for a new one.
        </RedNote>
      ) : (
        <form onSubmit={form.onSubmit((values) => send.mutate(values))}>
          <Stack>
            {send.isError && <RedNote>{sentenceOf(send.error)}</RedNote>}
            <NewPasswordInput autoFocus {...form.getInputProps('password')} />
            <Button type="submit" size="md" loading={send.isPending} mt="xs">
              Set the password
            </Button>
          </Stack>
        </form>
      )}
    </EntryFrame>
  );
}
