import { useQuery } from '@tanstack/react-query';
import { Outlet, useRouterState } from '@tanstack/react-router';

import { sentryRulesQuery } from '../api/error-queries.ts';
import { paths } from '../paths.ts';
import { numberText } from '../ui/format.ts';
import { TabLinks } from './TabLinks.tsx';

/** The errors, the rules that make issues of them, and the way back. */
export function ErrorsFrame() {
  const pathname = useRouterState({ select: (state) => state.location.pathname });
  const { data } = useQuery(sentryRulesQuery);
  const tabs = [
    { label: 'Errors', to: paths.errors(), current: pathname === paths.errors() },
    {
      label: 'Rules',
      to: paths.rules(),
      current: pathname === paths.rules(),
      count: data === undefined || data.items.length === 0 ? undefined : numberText(data.items.length),
    },
    { label: 'Undo', to: paths.undo(), current: pathname === paths.undo() },
  ];
  return (
    <>
      <TabLinks label="Errors and rules" tabs={tabs} />
      <Outlet />
    </>
  );
}
