import { useQuery } from '@tanstack/react-query';
import { Outlet, useRouterState } from '@tanstack/react-router';

import { healthQuery } from '../api/queries.ts';
import { paths } from '../paths.ts';
import { numberText } from '../ui/format.ts';
import { isCurrent } from './navigation.ts';
import { TabLinks } from './TabLinks.tsx';

/** Health, and what stands behind it: what GitHub sends, and what is left of its limits. */
export function HealthFrame() {
  const pathname = useRouterState({ select: (state) => state.location.pathname });
  const { data } = useQuery(healthQuery);
  const failed = data?.deliveries.failed ?? 0;
  const tabs = [
    { label: 'Overview', to: paths.health(), current: pathname === paths.health() },
    {
      label: 'Deliveries',
      to: paths.deliveries(),
      current: isCurrent(pathname, paths.deliveries()),
      count: failed === 0 ? undefined : `${numberText(failed)} failed`,
    },
    { label: 'Budgets', to: paths.budgets(), current: isCurrent(pathname, paths.budgets()) },
  ];
  return (
    <>
      <TabLinks label="Health" tabs={tabs} />
      <Outlet />
    </>
  );
}
