import { Menu, SegmentedControl, useMantineColorScheme, VisuallyHidden } from '@mantine/core';
import type { MantineColorScheme } from '@mantine/core';
import { IconApi, IconKeyboard, IconLogout } from '@tabler/icons-react';

import { paths } from '../paths.ts';
import { roleWord } from '../words.ts';
import { useGo } from './Link.tsx';
import { useLeave, useSession } from './session.ts';
import classes from './Shell.module.css';
import { TenantSwitcher } from './TenantSwitcher.tsx';

function initialsOf(name: string): string {
  const words = name.trim().split(/\s+/u);
  return [words.at(0), words.length > 1 ? words.at(-1) : undefined]
    .map((word) => word?.at(0)?.toUpperCase() ?? '')
    .join('');
}

const SCHEMES = [
  { value: 'auto', label: 'Auto' },
  { value: 'light', label: 'Light' },
  { value: 'dark', label: 'Dark' },
];

/** Who is signed in, how the pages look, and the way out. */
export function UserMenu({ onKeys, collapsed }: { onKeys: () => void; collapsed: boolean }) {
  const { account, role, tenant } = useSession();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const go = useGo();
  const leave = useLeave();
  return (
    <Menu position="top-start" width={240} keepMounted={false}>
      <Menu.Target>
        <button type="button" className={classes.user}>
          <span className={classes.initials} aria-hidden="true">
            {initialsOf(account.name)}
          </span>
          {collapsed ? (
            <VisuallyHidden>{account.name}</VisuallyHidden>
          ) : (
            <span className={classes.who}>
              <span>{account.name}</span>
              <small>{tenant?.name ?? roleWord(role)}</small>
            </span>
          )}
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>
          {account.email ?? account.name} · {roleWord(role)}
        </Menu.Label>
        {collapsed && <TenantSwitcher />}
        <SegmentedControl
          aria-label="Colours"
          size="xs"
          fullWidth
          my={6}
          data={SCHEMES}
          value={colorScheme}
          onChange={(value) => setColorScheme(value as MantineColorScheme)}
        />
        <Menu.Divider />
        <Menu.Item leftSection={<IconKeyboard size={16} />} onClick={onKeys}>
          Keys
        </Menu.Item>
        <Menu.Item leftSection={<IconApi size={16} />} onClick={() => go(paths.docs())}>
          API reference
        </Menu.Item>
        <Menu.Divider />
        <Menu.Item leftSection={<IconLogout size={16} />} onClick={() => void leave()}>
          Sign out
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
