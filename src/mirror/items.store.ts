import { sql as raw } from 'kysely';

import { areSameLabels, changesOf, decideMerge } from './merge.decide.ts';
import { newId } from '../lib/ids.ts';
import { storable } from './storable.decide.ts';
import type { AppliedItem, ItemSnapshot, ItemTable, Stamp } from './items.model.ts';
import type { ItemKind, Sql } from '../db/db.model.ts';

interface StoredItem extends Record<string, unknown> {
  id: string;
  key: number | string;
  gone_at: Date | null;
  read_at: Date;
  updated_at?: Date;
}

/**
 * Brings rows to their snapshots in bulk, inside the caller's transaction: three statements whatever their number. Rows are
 * locked in the order of their keys, so two writers of the same page never wait for each other in a circle. Of a key that comes
 * twice the last counts.
 */
export async function mergeItems(
  sql: Sql,
  table: ItemTable,
  given: readonly ItemSnapshot[],
  stamp: Stamp,
): Promise<AppliedItem[]> {
  if (given.length === 0) return [];
  const snapshots = [...new Map(given.map((snapshot) => [snapshot.key, snapshot])).values()];
  const stored = await lockStored(sql, table, snapshots, stamp.scopeId);
  const decided = snapshots.map((snapshot) => decide(table, stored.get(snapshot.key) ?? null, snapshot, stamp));
  const changed = decided.filter(({ merge }) => merge === 'apply');
  await write(sql, table, changed, stamp);
  await insertHistory(sql, table.kind, changed, stamp);
  const inserted = await write(
    sql,
    table,
    decided.filter(({ merge }) => merge === 'insert'),
    stamp,
  );
  const met = decided.filter(({ merge, id }) => merge === 'insert' && !inserted.has(id));
  // another writer inserted them since they were looked for: now they stand, and are decided like all others
  const again = await mergeItems(
    sql,
    table,
    met.map(({ snapshot }) => snapshot),
    stamp,
  );
  const byKey = new Map(again.map((item) => [item.key, item]));
  return decided.map((item) => byKey.get(item.key) ?? item);
}

interface Decided extends AppliedItem {
  snapshot: ItemSnapshot;
}

function decide(table: ItemTable, stored: StoredItem | null, snapshot: ItemSnapshot, stamp: Stamp): Decided {
  const changes = stored === null ? [] : toldChanges(table, stored, snapshot);
  const standing = stored && {
    updatedAt: table.timed ? (stored.updated_at ?? null) : null,
    readAt: stored.read_at,
    goneAt: stored.gone_at,
  };
  const differs = stored !== null && changesOf(table.columns, stored, snapshot.columns).length > 0;
  const merge = decideMerge(standing, { updatedAt: snapshot.at, askedAt: stamp.askedAt, from: stamp.from }, differs);
  return { key: snapshot.key, id: stored?.id ?? newId(stamp.now), merge, changes, snapshot };
}

function toldChanges(table: ItemTable, stored: StoredItem, snapshot: ItemSnapshot): AppliedItem['changes'] {
  return changesOf(['gone_at', ...table.history], stored, { ...snapshot.columns, gone_at: null })
    .filter(({ field, before, after }) => field !== 'labels' || !areSameLabels(before, after))
    .map((change) =>
      // an issue's tombstone says why, the others only when
      change.field === 'gone_at' ? { ...change, field: 'gone', before: stored['gone'] ?? change.before } : change,
    );
}

async function lockStored(
  sql: Sql,
  table: ItemTable,
  snapshots: readonly ItemSnapshot[],
  scopeId: string,
): Promise<Map<number | string, StoredItem>> {
  const keys = snapshots.map(({ key }) => key);
  const type = table.key === 'github_id' ? raw`bigint[]` : raw`text[]`;
  const columns = raw.join(table.columns.map((column) => raw.ref(column)));
  const { rows } = await raw<StoredItem>`
    select id, ${raw.ref(table.key)} as key, gone_at, greatest(read_at, to_timestamp(0)) as read_at, ${columns}
      from ${raw.table(table.table)}
     where ${raw.ref(table.scope)} = ${scopeId} and ${raw.ref(table.key)} = any(${keys}::${type})
     order by ${raw.ref(table.key)} for update`.execute(sql);
  return new Map(rows.map((row) => [row.key, row]));
}

/** Inserts new rows, leaving what stands, and replaces locked ones. Returns the ids that were written. */
async function write(sql: Sql, table: ItemTable, items: readonly Decided[], stamp: Stamp): Promise<Set<string>> {
  if (items.length === 0) return new Set();
  const fixed = { [table.scope]: stamp.scopeId, read_at: stamp.from === 'read' ? stamp.askedAt : null };
  const rows = items.map(({ id, key, snapshot }) => ({ id, [table.key]: key, ...fixed, ...snapshot.columns }));
  const names = ['id', table.scope, table.key, 'gone_at', ...table.columns];
  const list = raw.join(names.map((name) => raw.ref(name)));
  const sets = raw.join(['gone_at', ...table.columns].map((name) => raw`${raw.ref(name)} = excluded.${raw.ref(name)}`));
  const met =
    items[0]?.merge === 'insert'
      ? raw`do nothing`
      : raw`do update set ${sets}, read_at = greatest(t.read_at, excluded.read_at)`;
  const written = await raw<{ id: string }>`
    insert into ${raw.table(table.table)} as t (${list}, read_at)
    select ${list}, coalesce(read_at, '-infinity')
      from jsonb_populate_recordset(null::${raw.table(table.table)}, ${storable(rows)}::jsonb)
        on conflict on constraint ${raw.ref(table.constraint)} ${met}
    returning t.id`.execute(sql);
  return new Set(written.rows.map(({ id }) => id));
}

/** Writes history rows; nothing for nothing. */
export async function insertHistory(
  sql: Sql,
  kind: ItemKind,
  items: readonly { id: string; changes: AppliedItem['changes']; snapshot?: ItemSnapshot }[],
  stamp: Pick<Stamp, 'repositoryId' | 'via' | 'actor' | 'now'>,
): Promise<void> {
  const rows = items.flatMap(({ id, changes, snapshot }) =>
    changes.map(({ field, before, after }) => ({
      repository_id: stamp.repositoryId,
      item_kind: kind,
      item_id: id,
      at: snapshot?.at ?? stamp.now,
      field,
      before,
      after,
      via: stamp.via,
      actor: stamp.actor,
    })),
  );
  if (rows.length === 0) return;
  await raw`
    insert into item_changes (repository_id, item_kind, item_id, at, field, before, after, via, actor)
    select repository_id, item_kind, item_id, at, field, before, after, via, actor
      from jsonb_to_recordset(${storable(rows)}::jsonb) as x(repository_id uuid, item_kind text, item_id uuid,
           at timestamptz, field text, before jsonb, after jsonb, via text, actor text)`.execute(sql);
}

/** Puts tombstones on rows of a scope: those with these keys, or (`except`) all others. Returns their keys. */
export async function markItemsGone(
  sql: Sql,
  table: ItemTable,
  which: { keys: readonly (number | string)[] } | { except: readonly (number | string)[] },
  stamp: Stamp,
): Promise<(number | string)[]> {
  const type = table.key === 'github_id' ? raw`bigint[]` : raw`text[]`;
  const keys = 'keys' in which ? which.keys : which.except;
  const chosen =
    'keys' in which
      ? raw`${raw.ref(table.key)} = any(${keys}::${type})`
      : raw`${raw.ref(table.key)} <> all(${keys}::${type})`;
  const { rows } = await raw<{ id: string; key: number | string }>`
    update ${raw.table(table.table)} set gone_at = ${stamp.now}
     where ${raw.ref(table.scope)} = ${stamp.scopeId} and gone_at is null and ${chosen}
       and (${stamp.from} = 'payload' or read_at <= ${stamp.askedAt})
     returning id, ${raw.ref(table.key)} as key`.execute(sql);
  await insertHistory(
    sql,
    table.kind,
    rows.map(({ id }) => ({ id, changes: [{ field: 'gone', before: null, after: stamp.now.toISOString() }] })),
    stamp,
  );
  return rows.map(({ key }) => key);
}
