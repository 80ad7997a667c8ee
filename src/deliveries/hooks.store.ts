import { sql as raw } from 'kysely';

import type { HookRow, KnownRepository } from './deliveries.model.ts';
import type { NewRow, RowChange, Sql } from '../db/db.model.ts';

/**
 * A tenant's (null: anybody's) repository by name: one that has it now, tracked ones first, then those that a connection files
 * into; only where there is none, the one that had it last.
 */
export async function findRepository(
  sql: Sql,
  tenantId: string | null,
  fullName: string,
): Promise<KnownRepository | null> {
  const name = fullName.toLowerCase();
  const { rows } = await raw<KnownRow>`
    select r.connection_id, r.full_name, r.github_id, 0 as rank, r.mirrors, r.created_at, null::timestamptz as until
      from repositories r
     where (${tenantId}::uuid is null or r.tenant_id = ${tenantId}::uuid) and lower(r.full_name) = ${name}
    union all
    select c.id, c.repository, c.github_repository_id, 1, '', c.created_at, null from connections c
     where (${tenantId}::uuid is null or c.tenant_id = ${tenantId}::uuid) and lower(c.repository) = ${name}
    union all
    select r.connection_id, r.full_name, r.github_id, 2, '', r.created_at, n.until
      from repositories r join repository_names n on n.repository_id = r.id
     where (${tenantId}::uuid is null or r.tenant_id = ${tenantId}::uuid) and n.full_name = ${name}
     order by rank, mirrors, until desc, created_at limit 1`.execute(sql);
  return toKnown(rows[0]);
}

/**
 * The repository of a repository's hook: of those its connection sees, the one that had the hook's name when it was made. Another
 * may have that name by now.
 */
export async function findRepositoryOf(
  sql: Sql,
  hook: Pick<HookRow, 'connection_id' | 'target' | 'created_at'>,
): Promise<KnownRepository | null> {
  const name = hook.target.toLowerCase();
  const { rows } = await raw<KnownRow>`
    select r.connection_id, r.full_name, r.github_id, 0 as rank, n.until
      from repositories r join repository_names n on n.repository_id = r.id
     where r.connection_id = ${hook.connection_id} and n.full_name = ${name} and n.until >= ${hook.created_at}
    union all
    select r.connection_id, r.full_name, r.github_id, 1, null from repositories r
     where r.connection_id = ${hook.connection_id} and lower(r.full_name) = ${name}
    union all
    select c.id, c.repository, c.github_repository_id, 2, null from connections c
     where c.id = ${hook.connection_id} and lower(c.repository) = ${name}
     order by rank, until limit 1`.execute(sql);
  return toKnown(rows[0]);
}

interface KnownRow {
  connection_id: string;
  full_name: string;
  github_id: number | null;
}

function toKnown(row: KnownRow | undefined): KnownRepository | null {
  return row === undefined ? null : { connectionId: row.connection_id, fullName: row.full_name, id: row.github_id };
}

export async function selectHook(sql: Sql, id: string, tenantId: string | null): Promise<HookRow | null> {
  const query = sql.selectFrom('hooks').selectAll().where('id', '=', id);
  return (await (tenantId === null ? query : query.where('tenant_id', '=', tenantId)).executeTakeFirst()) ?? null;
}

export async function selectHooks(sql: Sql, connectionId: string): Promise<HookRow[]> {
  return sql.selectFrom('hooks').selectAll().where('connection_id', '=', connectionId).orderBy('created_at').execute();
}

/** Stores a hook that was made or found; one that is here already is brought up to date. */
export async function upsertHook(sql: Sql, row: NewRow<'hooks'>): Promise<HookRow> {
  const { url, events, active, message } = row;
  return sql
    .insertInto('hooks')
    .values(row)
    .onConflict((conflict) =>
      conflict.constraint('hooks_github_unique').doUpdateSet({ url, events, active, message: message ?? null }),
    )
    .returningAll()
    .executeTakeFirstOrThrow();
}

export async function updateHook(sql: Sql, id: string, changes: RowChange<'hooks'>): Promise<HookRow | null> {
  return (await sql.updateTable('hooks').set(changes).where('id', '=', id).returningAll().executeTakeFirst()) ?? null;
}

export async function deleteHookRow(sql: Sql, id: string): Promise<void> {
  await sql.deleteFrom('hooks').where('id', '=', id).execute();
}

/** Apps bring their hook with them: each connection by an App gets a row for it, under its own id, so that there is one. */
export async function insertAppHooks(sql: Sql, now: Date): Promise<void> {
  await raw`
    insert into hooks (id, tenant_id, connection_id, target, target_kind, url, events, active, created_at)
    select c.id, c.tenant_id, c.id, 'app', 'app', '', '{}', true, ${now} from connections c
     where c.credential_kind = 'app'
    on conflict (id) do nothing`.execute(sql);
}

/** The rows of the webhook of an App, one for each of its connections. */
export async function selectAppHooks(sql: Sql, connectionIds: readonly string[]): Promise<HookRow[]> {
  return sql
    .selectFrom('hooks')
    .selectAll()
    .where('id', 'in', connectionIds)
    .where('target_kind', '=', 'app')
    .execute();
}

/** Takes one hook that was not compared since `before`, but none of `except`, for one process; null when none is left. */
export async function claimHook(sql: Sql, before: Date, now: Date, except: readonly string[]): Promise<HookRow | null> {
  const due = sql
    .selectFrom('hooks')
    .select('id')
    .where((eb) => eb.or([eb('checked_at', 'is', null), eb('checked_at', '<', before)]))
    .where('id', '<>', raw<string>`all(${[...except]}::uuid[])`)
    .orderBy('checked_at', (order) => order.asc().nullsFirst())
    .limit(1)
    .forUpdate()
    .skipLocked();
  const row = await sql
    .updateTable('hooks')
    .set({ checked_at: now })
    .where('id', '=', due)
    .returningAll()
    .executeTakeFirst();
  return row ?? null;
}
