import { NativeSelect } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';

import { request } from '../api/request.ts';
import { paths } from '../paths.ts';
import { useEnter, useSession } from './session.ts';

/** Changes the tenant; only for those who have more than one. */
export function TenantSwitcher() {
  const { tenant, tenants } = useSession();
  const enter = useEnter();
  const change = useMutation({
    mutationFn: (tenantId: string) => request('switchTenant', { body: { tenant_id: tenantId } }),
    onSuccess: (session) => enter(session, paths.home()),
  });
  if (tenants.length < 2) return null;
  const options = tenants.map(({ id, name }) => ({ value: id, label: name }));
  return (
    <NativeSelect
      aria-label="Tenant"
      size="sm"
      styles={{ input: { borderColor: 'var(--edge)' } }}
      data={tenant === null ? [{ value: '', label: 'All tenants', disabled: true }, ...options] : options}
      value={tenant?.id ?? ''}
      onChange={(event) => change.mutate(event.currentTarget.value)}
      disabled={change.isPending}
    />
  );
}
