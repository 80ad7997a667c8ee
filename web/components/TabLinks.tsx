import { useEffect, useEffectEvent, useRef } from 'react';

import { Link } from './Link.tsx';
import classes from './TabLinks.module.css';

export interface TabLink {
  label: string;
  to: string;
  current: boolean;
  /** A quiet number behind the word. */
  count?: string | undefined;
}

/** Pages side by side, each with an address of its own. */
export function TabLinks({ label, tabs }: { label: string; tabs: readonly TabLink[] }) {
  const nav = useRef<HTMLElement>(null);
  const current = tabs.find((tab) => tab.current)?.to;
  // on a phone the row is longer than the screen
  const show = useEffectEvent((to: string) => {
    const tab = [...(nav.current?.children ?? [])].find((child) => child.getAttribute('href') === to);
    tab?.scrollIntoView({ block: 'nearest', inline: 'center' });
  });
  useEffect(() => {
    if (current !== undefined) show(current);
  }, [current]);
  return (
    <nav ref={nav} aria-label={label} className={classes.nav}>
      {tabs.map((tab) => (
        <Link
          key={tab.label}
          to={tab.to}
          className={classes.item}
          {...(tab.current ? { 'aria-current': 'page' as const } : {})}
        >
          {tab.label}
          {tab.count !== undefined && <span className={classes.count}> {tab.count}</span>}
        </Link>
      ))}
    </nav>
  );
}
