import type { AccountsCtx, Principal } from './accounts.model.ts';
import { isAdminApiKey, principalOfAdminKey, principalOfApiKey } from './api-keys.ts';
import { principalOfHostToken } from './host-tokens.ts';
import { API_KEY_PREFIX } from './random-tokens.ts';
import { principalOfSession } from './sessions.ts';

/** What a request shows of who sends it. */
export interface Credentials {
  /** The value of the cookie `throughline_session`. */
  cookie: string | null;
  /** The header `Authorization`. */
  authorization: string | null;
  /** The header `X-Tenant`: for a system admin's key, the slug of the tenant meant. */
  tenantSlug: string | null;
  ip: string;
}

/**
 * Who asks; null for nobody. `Authorization: Bearer` takes an API key or a host app's token and then alone counts: a wrong one
 * is never made good by a cookie. Throws a 401 that says what is wrong with a host app's token.
 */
export async function authenticate(ctx: AccountsCtx, credentials: Credentials): Promise<Principal | null> {
  const { cookie, authorization, ip, tenantSlug } = credentials;
  if (authorization === null) return cookie === null ? null : principalOfSession(ctx, cookie, ip);
  const bearer = /^bearer +(\S+) *$/iu.exec(authorization)?.[1];
  if (bearer === undefined) return null;
  if (isAdminApiKey(bearer, ctx.adminApiKey)) return principalOfAdminKey(ctx.sql, { ip, tenantSlug });
  if (bearer.startsWith(API_KEY_PREFIX)) return principalOfApiKey(ctx, bearer, { ip, tenantSlug });
  return principalOfHostToken(ctx, bearer, ip);
}
