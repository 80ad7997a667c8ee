import { Button, Stack, TextInput } from '@mantine/core';
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

/** The first person here becomes the admin. */
export default function SetUpPage() {
  const token = useTokenOfLink();
  const enter = useEnter();
  const form = useForm({
    initialValues: { name: '', email: '', password: '', tenant_name: '' },
    validate: { name: (value) => (value.trim() === '' ? 'Write your name.' : null), password: passwordProblem },
  });
  const send = useMutation({
    mutationFn: ({ tenant_name: tenantName, ...values }: typeof form.values) =>
      request('setUp', {
        body: {
          ...values,
          token: token ?? '',
          ...(tenantName.trim() === '' ? {} : { tenant_name: tenantName.trim() }),
        },
      }),
    onSuccess: (session) => enter(session, paths.githubNew()),
    onError: (error) => form.setErrors(fieldErrors(error)),
  });
  return (
    <EntryFrame title="Set up Throughline" lede="You become the first admin. Next you connect a GitHub repository.">
      {token === null ? (
        <RedNote title="The link is not complete">
          Open the whole link that the server printed when it started, with everything after “#token=”.
        </RedNote>
      ) : (
        <form onSubmit={form.onSubmit((values) => send.mutate(values))}>
          <Stack>
            {send.isError && <RedNote>{sentenceOf(send.error)}</RedNote>}
            <TextInput
              label="Your name"
              autoComplete="name"
              required
              withAsterisk={false}
              autoFocus
              {...form.getInputProps('name')}
            />
            <TextInput
              label="E-mail"
              type="email"
              autoComplete="username"
              required
              withAsterisk={false}
              {...form.getInputProps('email')}
            />
            <NewPasswordInput {...form.getInputProps('password')} />
            <TextInput
              label="Organisation (optional)"
              description="Whose reports these are; it can be changed later."
              autoComplete="organization"
              {...form.getInputProps('tenant_name')}
            />
            <Button type="submit" size="md" loading={send.isPending} mt="xs">
              Create the admin
            </Button>
          </Stack>
        </form>
      )}
    </EntryFrame>
  );
}
