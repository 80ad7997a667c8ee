import { connectionById } from '../connections/connections.ts';
import { deleteFiling, mayBeSent } from './unfile.store.ts';
import { lockFiling, selectFilingOfSource } from './filing.store.ts';
import type { Sql } from '../db/db.model.ts';
import type { SourceKind } from './marker.decide.ts';

/**
 * Takes the filing of a source item back, inside the caller's transaction, which also sees to the item. False, and nothing is
 * changed: GitHub heard of it or may have, or it may be among the issues of a repository whose markers are not read yet.
 */
export async function unfile(sql: Sql, kind: SourceKind, sourceId: string): Promise<boolean> {
  const known = await selectFilingOfSource(sql, kind, sourceId);
  const filing = known === null ? null : await lockFiling(sql, known.id);
  if (filing === null) return true;
  if (filing.state !== 'pending' && filing.state !== 'failed') return false;
  if (await mayBeSent(sql, filing.id)) return false;
  const connection = filing.connectionId === null ? null : await connectionById(sql, filing.connectionId);
  if (filing.derived && connection !== null && connection.adoptedAt === null) return false;
  await deleteFiling(sql, filing.id);
  return true;
}
