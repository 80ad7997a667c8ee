import { useDisclosure } from '@mantine/hooks';
import { Outlet, useRouter, useRouterState } from '@tanstack/react-router';
import { lazy, Suspense, useEffect, useState } from 'react';

import { queryClient, sessionQuery, signIn } from '../api/queries.ts';
import { paths } from '../paths.ts';
import { useKeys } from '../ui/keys.ts';
import { storage } from '../ui/storage.ts';
import { BottomBar } from './BottomBar.tsx';
import { useGo } from './Link.tsx';
import { LiveBar } from './LiveBar.tsx';
import { useIsAdmin } from './session.ts';
import { SetUpBanner } from './SetUpBanner.tsx';
import classes from './Shell.module.css';
import { SideBar } from './SideBar.tsx';
import { TopBar } from './TopBar.tsx';

const CommandPalette = lazy(() => import('./CommandPalette.tsx'));
const KeysHelp = lazy(() => import('./KeysHelp.tsx'));

const COLLAPSED_KEY = 'throughline-navigation';

function useCollapsed() {
  const [collapsed, setCollapsed] = useState(() => storage.get(COLLAPSED_KEY) === 'collapsed');
  const toggle = () => {
    setCollapsed(!collapsed);
    storage.set(COLLAPSED_KEY, collapsed ? 'open' : 'collapsed');
  };
  return { collapsed, toggle };
}

/** A session that ended elsewhere leads to the sign-in page and back again. */
function useSignInAgain(): void {
  const router = useRouter();
  useEffect(() => {
    const again = () => {
      queryClient.removeQueries({ queryKey: sessionQuery.queryKey });
      void router.invalidate();
    };
    signIn.addEventListener('lost', again);
    return () => signIn.removeEventListener('lost', again);
  }, [router]);
}

/** What stands around every page of a signed-in person. */
export function Shell() {
  const go = useGo();
  const isAdmin = useIsAdmin();
  const { collapsed, toggle } = useCollapsed();
  const [paletteOpen, palette] = useDisclosure(false);
  const [keysOpen, keys] = useDisclosure(false);
  const pathname = useRouterState({ select: (state) => state.location.pathname });
  useSignInAgain();
  useKeys({
    'mod+k': palette.toggle,
    '?': keys.open,
    c: () => go(paths.report()),
  });
  return (
    <div className={classes.shell} data-collapsed={collapsed || undefined}>
      <a className="skip-link" href="#content">
        Skip to the content
      </a>
      <SideBar
        collapsed={collapsed}
        onToggle={toggle}
        onPalette={palette.open}
        onKeys={keys.open}
        pathname={pathname}
      />
      <TopBar onPalette={palette.open} onKeys={keys.open} />
      <div className={classes.column}>
        <LiveBar />
        {isAdmin && <SetUpBanner pathname={pathname} />}
        <main id="content" className={classes.content} tabIndex={-1}>
          <Outlet />
        </main>
      </div>
      <BottomBar pathname={pathname} />
      <Suspense>
        {paletteOpen && <CommandPalette onClose={palette.close} onKeys={keys.open} />}
        {keysOpen && <KeysHelp onClose={keys.close} />}
      </Suspense>
    </div>
  );
}
