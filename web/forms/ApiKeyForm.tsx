import { Button, Group, NativeSelect, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQueryClient } from '@tanstack/react-query';

import { fieldErrors, sentenceOf } from '../api/errors.ts';
import { request } from '../api/request.ts';
import { ShownOnce } from '../ui/Copy.tsx';
import { RedNote } from '../ui/Notes.tsx';
import { asRole } from './role.ts';

const ROLES = [
  { value: 'reporter', label: 'Files and reads reports' },
  { value: 'admin', label: 'Everything an admin may' },
];

/** Makes an API key; it is shown this once. */
export function ApiKeyForm() {
  const client = useQueryClient();
  const form = useForm({ initialValues: { name: '', role: 'reporter' } });
  const make = useMutation({
    mutationFn: (values: typeof form.values) =>
      request('createApiKey', { body: { name: values.name, role: asRole(values.role) } }),
    onSuccess: () => {
      form.reset();
      void client.invalidateQueries({ queryKey: ['api_keys'] });
    },
    onError: (error) => form.setErrors(fieldErrors(error)),
  });
  return (
    <form onSubmit={form.onSubmit((values) => make.mutate(values))}>
      <Stack>
        <Group align="flex-end">
          <TextInput
            flex="1 1 180px"
            label="What uses it"
            placeholder="Help menu of the shop"
            required
            withAsterisk={false}
            {...form.getInputProps('name')}
          />
          <NativeSelect flex="1 1 180px" label="What it may" data={ROLES} {...form.getInputProps('role')} />
          <Button type="submit" loading={make.isPending}>
            Make a key
          </Button>
        </Group>
        {make.isError && <RedNote title="No key was made">{sentenceOf(make.error)}</RedNote>}
        {make.data !== undefined && (
          <ShownOnce
            text={make.data.key}
            note={`The key of “${make.data.name}”. Copy it now: it is not shown again.`}
          />
        )}
      </Stack>
    </form>
  );
}
