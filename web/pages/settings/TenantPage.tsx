import { Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';

import type { Tenant } from '../../../src/contract/people.ts';
import { fieldErrors, sentenceOf } from '../../api/errors.ts';
import { request } from '../../api/request.ts';
import { Section } from '../../components/Section.tsx';
import { useSession } from '../../components/session.ts';
import { QuietNote, RedNote } from '../../ui/Notes.tsx';
import { PageHeader } from '../../ui/PageHeader.tsx';

/** What is this tenant called, here and on GitHub? */
export default function TenantPage() {
  const { tenant } = useSession();
  return (
    <div style={{ maxWidth: 720 }}>
      <PageHeader title="Tenant" lede="The organisation whose reports these are." />
      {tenant === null ? (
        <QuietNote>Choose a tenant first; all of them are listed under “All tenants”.</QuietNote>
      ) : (
        <TenantForm key={tenant.id} tenant={tenant} />
      )}
    </div>
  );
}

function TenantForm({ tenant }: { tenant: Tenant }) {
  const client = useQueryClient();
  const form = useForm({ initialValues: { name: tenant.name, title_prefix: tenant.title_prefix } });
  const save = useMutation({
    mutationFn: (values: typeof form.values) => request('changeTenant', { params: { id: tenant.id }, body: values }),
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: ['session'] });
      void client.invalidateQueries({ queryKey: ['tenants'] });
      notifications.show({ message: 'Saved.' });
    },
    onError: (error) => form.setErrors(fieldErrors(error)),
  });
  // the hub puts the brackets itself where they are not written
  const prefix = form.values.title_prefix.trim().replaceAll(/^\[|\]$/gu, '');
  return (
    <Section title={tenant.slug}>
      <form onSubmit={form.onSubmit((values) => save.mutate(values))}>
        <Stack>
          <TextInput label="Name" required withAsterisk={false} {...form.getInputProps('name')} />
          <TextInput
            label="Title prefix"
            description="Put before every title on GitHub; empty for none."
            maxLength={60}
            {...form.getInputProps('title_prefix')}
          />
          <Text size="sm" c="dimmed">
            On GitHub a title reads:{' '}
            <Text span c="var(--mantine-color-text)">
              {prefix === '' ? '' : `[${prefix}] `}The invoice total is off by one cent
            </Text>
          </Text>
          {save.isError && <RedNote title="Not saved">{sentenceOf(save.error)}</RedNote>}
          <Group justify="flex-end">
            <Button type="submit" loading={save.isPending}>
              Save
            </Button>
          </Group>
        </Stack>
      </form>
    </Section>
  );
}
