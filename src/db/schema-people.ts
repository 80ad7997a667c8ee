import type { ColumnType, Generated, GeneratedAlways } from 'kysely';

/*
 * Tenants, people, their keys and what they did (migrations/0001_people.sql); the conventions are those of schema.ts.
 */
type JsonOrNull<T> = ColumnType<T | null, string | null | undefined, string | null>;

interface TenantsTable {
  id: string;
  slug: string;
  name: string;
  title_prefix: Generated<string>;
  created_at: Generated<Date>;
}

interface AccountsTable {
  id: string;
  email: string;
  name: string;
  password_hash: string | null;
  system_admin: Generated<boolean>;
  disabled_at: Date | null;
  created_at: Generated<Date>;
}

interface MembershipsTable {
  tenant_id: string;
  account_id: string;
  role: 'reporter' | 'admin';
  created_at: Generated<Date>;
}

interface SessionsTable {
  token_hash: Buffer;
  account_id: string;
  tenant_id: string | null;
  created_at: Generated<Date>;
  last_seen_at: Generated<Date>;
  expires_at: Date;
  ip: string | null;
  user_agent: string | null;
}

interface OneTimeLinksTable {
  token_hash: Buffer;
  purpose: 'setup' | 'password' | 'sign_in';
  account_id: string | null;
  tenant_id: string | null;
  created_at: Generated<Date>;
  expires_at: Date;
  used_at: Date | null;
}

interface ApiKeysTable {
  id: string;
  /** Null: a system admin's key. */
  tenant_id: string | null;
  name: string;
  key_hash: Buffer;
  key_start: string;
  role: 'reporter' | 'admin' | 'system_admin';
  created_by: string;
  created_at: Generated<Date>;
  last_used_at: Date | null;
  revoked_at: Date | null;
}

interface TokenSignersTable {
  id: string;
  tenant_id: string;
  name: string;
  issuer: string;
  audience: string;
  method: 'HS256' | 'JWKS';
  secret_encrypted: string | null;
  jwks_url: string | null;
  created_at: Generated<Date>;
}

interface SignInFailuresTable {
  subject: string;
  failures: number;
  blocked_until: Date;
  updated_at: Generated<Date>;
}

interface AuditEventsTable {
  id: GeneratedAlways<number>;
  at: Generated<Date>;
  tenant_id: string | null;
  actor: string;
  actor_name: string;
  ip: string | null;
  action: string;
  subject: string;
  before: JsonOrNull<unknown>;
  after: JsonOrNull<unknown>;
}

/** These tables by their names in PostgreSQL. */
export interface PeopleSchema {
  tenants: TenantsTable;
  accounts: AccountsTable;
  memberships: MembershipsTable;
  sessions: SessionsTable;
  one_time_links: OneTimeLinksTable;
  api_keys: ApiKeysTable;
  token_signers: TokenSignersTable;
  sign_in_failures: SignInFailuresTable;
  audit_events: AuditEventsTable;
}
