import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';

import type { SessionView } from '../../src/contract/people.ts';
import { sessionQuery } from '../api/queries.ts';
import { request } from '../api/request.ts';
import { paths } from '../paths.ts';
import { useGo } from './Link.tsx';

/** Who is signed in. Only below the shell, which asks before it draws anything. */
export function useSession(): SessionView {
  const { data } = useQuery(sessionQuery);
  if (data === undefined) throw new Error('useSession is used outside the shell.');
  return data;
}

/** Whether the person administers the tenant. */
export function useIsAdmin(): boolean {
  return useSession().role !== 'reporter';
}

/** Starts a session with what the hub answered: nothing of the person before stays. */
export function useEnter(): (session: SessionView, to: string) => Promise<void> {
  const client = useQueryClient();
  const router = useRouter();
  const go = useGo();
  return async (session, to) => {
    client.clear();
    client.setQueryData(sessionQuery.queryKey, session);
    await router.invalidate();
    go(to, { replace: true });
  };
}

/** Ends the session here, also when the hub cannot be told. */
export function useLeave(): () => Promise<void> {
  const client = useQueryClient();
  const go = useGo();
  return async () => {
    await request('signOut', {}).catch(() => undefined);
    go(paths.signIn());
    client.clear();
  };
}
