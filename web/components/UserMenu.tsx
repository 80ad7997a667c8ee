import { Popover, SegmentedControl, Text, useMantineColorScheme, VisuallyHidden } from '@mantine/core';
import type { MantineColorScheme } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
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
  const [opened, popover] = useDisclosure(false);
  const leave = useLeave();
  const choose = (act: () => void) => () => {
    popover.close();
    act();
  };
  return (
    <Popover
      position="top-start"
      width={240}
      shadow="md"
      opened={opened}
      onChange={popover.toggle}
      trapFocus
      returnFocus
    >
      <Popover.Target>
        <button type="button" className={classes.user} onClick={popover.toggle}>
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
      </Popover.Target>
      <Popover.Dropdown p={6} aria-label="You and this page">
        <Text size="sm" c="dimmed" p="xs" style={{ overflowWrap: 'anywhere' }}>
          {account.email ?? account.name}
          <br />
          {roleWord(role)}
        </Text>
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
        <button type="button" className={classes.choice} onClick={choose(onKeys)}>
          <IconKeyboard size={16} /> Keys
        </button>
        <button type="button" className={classes.choice} onClick={choose(() => go(paths.docs()))}>
          <IconApi size={16} /> API reference
        </button>
        <button type="button" className={classes.choice} onClick={choose(() => void leave())}>
          <IconLogout size={16} /> Sign out
        </button>
      </Popover.Dropdown>
    </Popover>
  );
}
