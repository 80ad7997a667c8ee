import { Outlet, useRouterState } from '@tanstack/react-router';
import { useEffect, useEffectEvent, useRef } from 'react';

import { Link } from './Link.tsx';
import { isCurrent, settingsOf } from './navigation.ts';
import { useSession } from './session.ts';
import classes from './SettingsFrame.module.css';

/** The settings: one page a thing, side by side. */
export function SettingsFrame() {
  const { role } = useSession();
  const pathname = useRouterState({ select: (state) => state.location.pathname });
  const tabs = useRef<HTMLElement>(null);
  // on a phone the row is longer than the screen
  const showTab = useEffectEvent((address: string) => {
    const tab = [...(tabs.current?.children ?? [])].find((child) =>
      isCurrent(address, child.getAttribute('href') ?? ''),
    );
    tab?.scrollIntoView({ block: 'nearest', inline: 'center' });
  });
  useEffect(() => showTab(pathname), [pathname]);
  return (
    <>
      <nav ref={tabs} aria-label="Settings" className={classes.nav}>
        {settingsOf(role).map(({ label, to }) => (
          <Link
            key={to}
            to={to}
            className={classes.item}
            {...(isCurrent(pathname, to) ? { 'aria-current': 'page' as const } : {})}
          >
            {label}
          </Link>
        ))}
      </nav>
      <Outlet />
    </>
  );
}
