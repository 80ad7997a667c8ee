import { connectionById } from '../connections/connections.ts';
import { deleteFiling, mayBeSent } from './unfile.store.ts';
import { lockFiling, selectFilingOfSource } from './filing.store.ts';
import type { Sql } from '../db/db.model.ts';
import type { SourceKind } from './marker.decide.ts';

/**
 * Takes the filing of a source item back, inside the caller's transaction, which also sees to the item. False, and nothing is
 * changed: it cannot be taken back (`canUnfile`).
 */
export async function unfile(sql: Sql, kind: SourceKind, sourceId: string): Promise<boolean> {
  if (!(await canUnfile(sql, kind, sourceId))) return false;
  const filing = await selectFilingOfSource(sql, kind, sourceId);
  if (filing !== null) await deleteFiling(sql, filing.id);
  return true;
}

/**
 * Whether a source item's filing can still be taken back; it is locked. Not if GitHub heard of it or may have, nor while it may be
 * among the issues of a repository whose markers are not read yet.
 */
export async function canUnfile(sql: Sql, kind: SourceKind, sourceId: string): Promise<boolean> {
  const known = await selectFilingOfSource(sql, kind, sourceId);
  const filing = known === null ? null : await lockFiling(sql, known.id);
  if (filing === null) return true;
  if (filing.state !== 'pending' && filing.state !== 'failed') return false;
  if (await mayBeSent(sql, filing.id)) return false;
  const connection = filing.connectionId === null ? null : await connectionById(sql, filing.connectionId);
  return !filing.derived || connection === null || connection.adoptedAt !== null;
}
