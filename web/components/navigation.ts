import {
  IconActivityHeartbeat,
  IconBug,
  IconCircleDot,
  IconFolders,
  IconGitBranch,
  IconInbox,
  IconPencilPlus,
  IconSettings,
} from '@tabler/icons-react';
import type { ComponentType } from 'react';

import type { SessionView } from '../../src/contract/people.ts';
import { paths } from '../paths.ts';

export interface NavItem {
  label: string;
  /** As short as a phone's bottom bar needs. */
  short: string;
  to: string;
  icon: ComponentType<{ size?: number; stroke?: number }>;
  /** Why it cannot be opened yet; it is shown, so that nobody looks for it. */
  off?: string;
}

const LATER = 'Comes with a later version.';

const REPORTER: NavItem[] = [
  { label: 'Report a problem', short: 'Report', to: paths.report(), icon: IconPencilPlus },
  { label: 'My issues', short: 'Mine', to: paths.myReports(), icon: IconInbox },
];
const ADMIN: NavItem[] = [
  { label: 'Issues', short: 'Issues', to: paths.issues(), icon: IconCircleDot },
  { label: 'Repositories', short: 'Repos', to: paths.repositories(), icon: IconGitBranch },
  { label: 'Errors', short: 'Errors', to: paths.errors(), icon: IconBug },
  { label: 'Projects', short: 'Projects', to: '', icon: IconFolders, off: LATER },
  { label: 'Health', short: 'Health', to: paths.health(), icon: IconActivityHeartbeat },
  { label: 'Settings', short: 'Settings', to: paths.settings(), icon: IconSettings },
];

/** What a person's navigation shows: what they may not use is not in it. */
export function navigationOf(role: SessionView['role']): NavItem[] {
  return role === 'reporter' ? REPORTER : [...REPORTER, ...ADMIN];
}

export interface SettingsItem {
  label: string;
  to: string;
}

/** The pages of the settings that a person may open. */
export function settingsOf(role: SessionView['role']): SettingsItem[] {
  const items = [
    { label: 'GitHub', to: paths.github() },
    { label: 'Sentry', to: paths.sentry() },
    { label: 'People', to: paths.people() },
    { label: 'Keys', to: paths.keys() },
    { label: 'Tenant', to: paths.tenant() },
  ];
  if (role === 'system_admin') items.push({ label: 'All tenants', to: paths.tenants() });
  return [...items, { label: 'Audit log', to: paths.audit() }];
}

/** Whether an address is at or below an item's. */
export function isCurrent(pathname: string, to: string): boolean {
  return to !== '' && (pathname === to || pathname.startsWith(`${to}/`));
}
