import type { JWTVerifyGetKey } from 'jose';
import type { Role } from '../contract/people.ts';
import type { Ctx } from '../db/db.model.ts';
import type { Keyring } from '../lib/keyring.ts';
import type { Secret } from '../lib/secret.ts';

/**
 * Who is asking: a signed-in person, an API key, or a host app's user. Everything a capability shows or changes is scoped by
 * `tenantId`; only a system admin without a chosen tenant has null, and then sees all tenants.
 */
export interface Principal {
  role: Exclude<Role, 'public'>;
  /** `account:<id>`, `api_key:<id>`, `host:<signer id>:<sub>` or `system`: the audit log's actor, and an idempotency key's owner. */
  actor: string;
  name: string;
  tenantId: string | null;
  /** Whose reports are "mine". Null for an API key, which names the reporter itself. */
  reporter: { kind: 'account' | 'host'; id: string; email: string | null; name: string | null } | null;
  ip: string | null;
}

/** The hub itself: schedules, start-up, the unattended connection. */
export const SYSTEM: Principal = {
  role: 'system_admin',
  actor: 'system',
  name: 'Throughline',
  tenantId: null,
  reporter: null,
  ip: null,
};

/** The public keys of host apps, fetched and kept by their address. */
export interface KeySets {
  keysAt(url: string): JWTVerifyGetKey;
  /** Whether an unencrypted address may be used: only where the operator allows private ones. */
  allowHttp: boolean;
}

/** What the verbs of this capability are given. */
export interface AccountsCtx extends Ctx {
  keyring: Keyring;
  keySets: KeySets;
  /** ADMIN_API_KEY. */
  adminApiKey: Secret | null;
  /** PUBLIC_URL, without a slash at its end: links begin with it. */
  publicUrl: string;
  /** Whether the tenant has a connection that reports can go to; asked of another capability. */
  hasConnection(tenantId: string): Promise<boolean>;
}
