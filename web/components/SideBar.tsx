import { ActionIcon, Kbd, VisuallyHidden } from '@mantine/core';
import { IconLayoutSidebarLeftCollapse, IconLayoutSidebarLeftExpand, IconSearch } from '@tabler/icons-react';

import { paths } from '../paths.ts';
import { Brand, BrandMark } from '../ui/Brand.tsx';
import { Link } from './Link.tsx';
import { isCurrent, navigationOf } from './navigation.ts';
import type { NavItem } from './navigation.ts';
import { useSession } from './session.ts';
import classes from './Shell.module.css';
import { TenantSwitcher } from './TenantSwitcher.tsx';
import { UserMenu } from './UserMenu.tsx';

const PALETTE_KEYS = /Mac|iPhone|iPad/u.test(navigator.userAgent) ? '⌘ K' : 'Ctrl K';

interface SideBarProps {
  collapsed: boolean;
  onToggle: () => void;
  onPalette: () => void;
  onKeys: () => void;
  pathname: string;
}

/** The navigation beside the page, wide or narrow. */
export function SideBar({ collapsed, onToggle, onPalette, onKeys, pathname }: SideBarProps) {
  const { role } = useSession();
  const Toggle = collapsed ? IconLayoutSidebarLeftExpand : IconLayoutSidebarLeftCollapse;
  const toggleLabel = collapsed ? 'Widen the navigation' : 'Narrow the navigation';
  return (
    <aside className={classes.side} aria-label="Navigation">
      <div className={classes.sideTop}>
        <Link to={paths.home()} className={classes.home} aria-label="Throughline, to the start">
          {collapsed ? <BrandMark size={26} /> : <Brand />}
        </Link>
        <ActionIcon onClick={onToggle} aria-label={toggleLabel} title={toggleLabel} aria-expanded={!collapsed}>
          <Toggle size={18} stroke={1.6} />
        </ActionIcon>
      </div>
      {!collapsed && <TenantSwitcher />}
      <button type="button" className={classes.palette} onClick={onPalette}>
        <IconSearch size={15} />
        <span className={classes.text}>Go to or do…</span>
        <Kbd size="xs">{PALETTE_KEYS}</Kbd>
      </button>
      <nav aria-label="Pages" style={{ flex: 1 }}>
        <ul className={classes.nav}>
          {navigationOf(role).map((item) => (
            <li key={item.label}>
              <SideItem item={item} current={isCurrent(pathname, item.to)} collapsed={collapsed} />
            </li>
          ))}
        </ul>
      </nav>
      <UserMenu onKeys={onKeys} collapsed={collapsed} />
    </aside>
  );
}

function SideItem({ item, current, collapsed }: { item: NavItem; current: boolean; collapsed: boolean }) {
  const Icon = item.icon;
  const inside = (
    <>
      <Icon size={18} stroke={1.6} />
      <span className={classes.text}>{item.label}</span>
    </>
  );
  if (item.off !== undefined) {
    return (
      <span title={`${item.label}: ${item.off}`} className={classes.item} aria-disabled="true" role="link" tabIndex={0}>
        {inside}
        <span className={classes.later}>later</span>
        <VisuallyHidden>: {item.off}</VisuallyHidden>
      </span>
    );
  }
  return (
    <Link
      {...(collapsed ? { title: item.label } : {})}
      to={item.to}
      className={classes.item}
      {...(current ? { 'aria-current': 'page' as const } : {})}
    >
      {inside}
    </Link>
  );
}
