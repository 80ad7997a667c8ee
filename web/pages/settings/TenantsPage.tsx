import { Button, Group, SimpleGrid, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';

import type { Tenant } from '../../../src/contract/people.ts';
import { fieldErrors, sentenceOf } from '../../api/errors.ts';
import { tenantsQuery } from '../../api/queries.ts';
import { request } from '../../api/request.ts';
import { Section } from '../../components/Section.tsx';
import { useEnter, useSession } from '../../components/session.ts';
import { paths } from '../../paths.ts';
import { LoadError, RedNote } from '../../ui/Notes.tsx';
import { PageHeader } from '../../ui/PageHeader.tsx';
import { Row, Rows } from '../../ui/Rows.tsx';
import { WaitingRows } from '../../ui/Waiting.tsx';

/** Which organisations use this hub? */
export default function TenantsPage() {
  const { data, error, refetch } = useQuery(tenantsQuery);
  return (
    <>
      <PageHeader title="All tenants" lede="Each has its own people, connections and reports; none sees another’s." />
      <Stack gap="lg">
        {error !== null && data === undefined && (
          <LoadError sentence={sentenceOf(error)} onRetry={() => void refetch()} />
        )}
        {data === undefined && error === null && <WaitingRows rows={3} />}
        {data !== undefined && (
          <Rows label="Tenants">
            {data.items.map((tenant) => (
              <TenantRow key={tenant.id} tenant={tenant} />
            ))}
          </Rows>
        )}
        <NewTenant />
      </Stack>
    </>
  );
}

function TenantRow({ tenant }: { tenant: Tenant }) {
  const { tenant: current } = useSession();
  const enter = useEnter();
  const change = useMutation({
    mutationFn: () => request('switchTenant', { body: { tenant_id: tenant.id } }),
    onSuccess: (session) => enter(session, paths.tenant()),
  });
  const here = current?.id === tenant.id;
  return (
    <Row
      title={tenant.name}
      note={`${tenant.slug}${tenant.title_prefix === '' ? '' : ` · titles begin with “${tenant.title_prefix}”`}${here ? ' · open now' : ''}`}
      end={
        !here && (
          <Button variant="subtle" size="compact-md" loading={change.isPending} onClick={() => change.mutate()}>
            Open
          </Button>
        )
      }
    />
  );
}

function NewTenant() {
  const client = useQueryClient();
  const form = useForm({ initialValues: { slug: '', name: '', title_prefix: '' } });
  const make = useMutation({
    mutationFn: (values: typeof form.values) => request('createTenant', { body: values }),
    onSuccess: () => {
      form.reset();
      void client.invalidateQueries({ queryKey: ['tenants'] });
      void client.invalidateQueries({ queryKey: ['session'] });
    },
    onError: (error) => form.setErrors(fieldErrors(error)),
  });
  return (
    <Section title="New tenant">
      <form onSubmit={form.onSubmit((values) => make.mutate(values))}>
        <Stack>
          <SimpleGrid cols={{ base: 1, xs: 3 }}>
            <TextInput
              label="Name"
              placeholder="Acme Corp"
              required
              withAsterisk={false}
              {...form.getInputProps('name')}
            />
            <TextInput
              label="Short name"
              placeholder="acme"
              required
              withAsterisk={false}
              {...form.getInputProps('slug')}
            />
            <TextInput label="Title prefix (optional)" placeholder="[acme]" {...form.getInputProps('title_prefix')} />
          </SimpleGrid>
          {make.isError && <RedNote title="Not made">{sentenceOf(make.error)}</RedNote>}
          <Group>
            <Button type="submit" loading={make.isPending}>
              Make the tenant
            </Button>
          </Group>
        </Stack>
      </form>
    </Section>
  );
}
