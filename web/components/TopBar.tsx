import { ActionIcon } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';

import { paths } from '../paths.ts';
import { Brand } from '../ui/Brand.tsx';
import { Link } from './Link.tsx';
import classes from './Shell.module.css';
import { UserMenu } from './UserMenu.tsx';

/** The bar above the page on a phone. */
export function TopBar({ onPalette, onKeys }: { onPalette: () => void; onKeys: () => void }) {
  return (
    <aside className={classes.top} aria-label="Top bar">
      <Link to={paths.home()} className={classes.home} aria-label="Throughline, to the start">
        <Brand />
      </Link>
      <span className={classes.spring} />
      <ActionIcon onClick={onPalette} aria-label="Go to or do something">
        <IconSearch size={20} stroke={1.6} />
      </ActionIcon>
      <UserMenu onKeys={onKeys} collapsed />
    </aside>
  );
}
