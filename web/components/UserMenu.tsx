import { SegmentedControl, Text, useMantineColorScheme, VisuallyHidden } from '@mantine/core';
import type { MantineColorScheme } from '@mantine/core';
import { IconApi, IconKeyboard, IconLogout } from '@tabler/icons-react';

import { paths } from '../paths.ts';
import { useDropdown } from '../ui/dropdown.ts';
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
  const { opened, close, wrapper, button, panel } = useDropdown('You and this page');
  return (
    <div ref={wrapper}>
      <button type="button" className={classes.user} {...button}>
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
      <div {...panel} className={classes.userPanel}>
        {opened && (
          <>
            <Text size="sm" c="dimmed" p="xs" style={{ overflowWrap: 'anywhere' }}>
              {account.email ?? account.name}
              <br />
              {roleWord(role)}
            </Text>
            {collapsed && <TenantSwitcher />}
            <Choices onKeys={onKeys} close={close} />
          </>
        )}
      </div>
    </div>
  );
}

function Choices({ onKeys, close }: { onKeys: () => void; close: () => void }) {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const go = useGo();
  const leave = useLeave();
  const choices = [
    { label: 'Keys', icon: IconKeyboard, act: onKeys },
    { label: 'API reference', icon: IconApi, act: () => go(paths.docs()) },
    { label: 'Sign out', icon: IconLogout, act: () => void leave() },
  ];
  return (
    <>
      <SegmentedControl
        aria-label="Colours"
        size="xs"
        fullWidth
        my={6}
        data={SCHEMES}
        value={colorScheme}
        onChange={(value) => setColorScheme(value as MantineColorScheme)}
      />
      {choices.map(({ label, icon: Icon, act }) => (
        <button
          key={label}
          type="button"
          className={classes.choice}
          onClick={() => {
            close();
            act();
          }}
        >
          <Icon size={16} /> {label}
        </button>
      ))}
    </>
  );
}
