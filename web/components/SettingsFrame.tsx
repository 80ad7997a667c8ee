import { Outlet, useRouterState } from '@tanstack/react-router';

import { isCurrent, settingsOf } from './navigation.ts';
import { useSession } from './session.ts';
import { TabLinks } from './TabLinks.tsx';

/** The settings: one page a thing, side by side. */
export function SettingsFrame() {
  const { role } = useSession();
  const pathname = useRouterState({ select: (state) => state.location.pathname });
  const tabs = settingsOf(role).map(({ label, to }) => ({ label, to, current: isCurrent(pathname, to) }));
  return (
    <>
      <TabLinks label="Settings" tabs={tabs} />
      <Outlet />
    </>
  );
}
