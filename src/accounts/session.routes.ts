import { HttpProblem, notFound } from '../lib/problem.ts';
import { sha256 } from '../lib/fernet.ts';
import type { SessionView } from '../contract/people.ts';
import type { AccountsCtx } from './accounts.model.ts';
import type { Call, Handlers } from './routes.model.ts';
import { principalOfSession, sessionExpiry, sessionView, tenantsOfPrincipal } from './sessions.ts';
import type { NewSession } from './sessions.ts';
import { deleteSession, updateSessionTenant } from './sessions.store.ts';
import { openLink, setPassword, setUp } from './setup.ts';
import { signIn } from './sign-in.ts';

type SessionHandlers = Pick<
  Handlers,
  'signIn' | 'getSession' | 'signOut' | 'switchTenant' | 'setUp' | 'setPassword' | 'useLink'
>;

/** Answers the routes by which a person comes in and goes out. */
export function sessionHandlers(ctx: AccountsCtx): SessionHandlers {
  return {
    signIn: async (call, { body }) => signedIn(ctx, call, await signIn(ctx, body, call)),
    setUp: async (call, { body }) => signedIn(ctx, call, await setUp(ctx, body, call)),
    setPassword: async (call, { body }) => signedIn(ctx, call, await setPassword(ctx, body, call)),
    useLink: async (call, { body }) => signedIn(ctx, call, await openLink(ctx, body.token, call)),

    async getSession(call) {
      const { principal, sessionToken } = call;
      // the web asks on every load: the cookie then lives as long as the session does
      if (sessionToken !== null) call.setSession({ token: sessionToken, expiresAt: sessionExpiry(ctx.now()) });
      return sessionView(ctx, principal);
    },

    async signOut(call) {
      if (call.sessionToken !== null) await deleteSession(ctx.sql, sha256(call.sessionToken));
      call.setSession(null);
      return undefined;
    },

    async switchTenant({ principal, sessionToken }, { body }) {
      if (sessionToken === null) throw new HttpProblem(400, 'Only a signed-in person can switch to another tenant.');
      const tenants = await tenantsOfPrincipal(ctx.sql, principal);
      if (!tenants.some(({ id }) => id === body.tenant_id)) throw notFound('tenant');
      await updateSessionTenant(ctx.sql, sha256(sessionToken), body.tenant_id);
      return viewOf(ctx, sessionToken, principal.ip ?? '');
    },
  };
}

async function signedIn(ctx: AccountsCtx, call: Call<null>, session: NewSession): Promise<SessionView> {
  call.setSession(session);
  return viewOf(ctx, session.token, call.ip);
}

async function viewOf(ctx: AccountsCtx, token: string, ip: string): Promise<SessionView> {
  const principal = await principalOfSession(ctx, token, ip);
  if (principal === null) throw new HttpProblem(401, 'Your session ended. Sign in again.');
  return sessionView(ctx, principal);
}
