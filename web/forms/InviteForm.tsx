import { Button, NativeSelect, SimpleGrid, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQueryClient } from '@tanstack/react-query';

import { fieldErrors, sentenceOf } from '../api/errors.ts';
import { request } from '../api/request.ts';
import { Section } from '../components/Section.tsx';
import { ShownOnce } from '../ui/Copy.tsx';
import { RedNote } from '../ui/Notes.tsx';
import { asRole, ROLE_CHOICES } from './role.ts';

/** Invites a person; the link is shown this once, and given on by the admin. */
export function InviteForm() {
  const client = useQueryClient();
  const form = useForm({ initialValues: { name: '', email: '', role: 'reporter' } });
  const invite = useMutation({
    mutationFn: (values: typeof form.values) =>
      request('createAccount', { body: { ...values, role: asRole(values.role) } }),
    onSuccess: () => {
      form.reset();
      void client.invalidateQueries({ queryKey: ['accounts'] });
    },
    onError: (error) => form.setErrors(fieldErrors(error)),
  });
  return (
    <Section title="Invite a person">
      <form onSubmit={form.onSubmit((values) => invite.mutate(values))}>
        <Stack>
          <SimpleGrid cols={{ base: 1, xs: 3 }}>
            <TextInput label="Name" required withAsterisk={false} autoComplete="off" {...form.getInputProps('name')} />
            <TextInput
              label="E-mail"
              type="email"
              required
              withAsterisk={false}
              autoComplete="off"
              {...form.getInputProps('email')}
            />
            <NativeSelect label="Role" data={ROLE_CHOICES} {...form.getInputProps('role')} />
          </SimpleGrid>
          <div>
            <Button type="submit" loading={invite.isPending}>
              Invite
            </Button>
          </div>
          {invite.isError && <RedNote title="Not invited">{sentenceOf(invite.error)}</RedNote>}
          {invite.data !== undefined && (
            <ShownOnce
              text={invite.data.link}
              note={`Give this link to ${invite.data.name}. It opens once, within 7 days, and is not shown again.`}
            />
          )}
        </Stack>
      </form>
    </Section>
  );
}
