import { wakeFromRest } from '../connections/connections.ts';
import { newId } from '../lib/ids.ts';
import { publish } from '../db/db.ts';
import { nextState } from './filing.decide.ts';
import { makeMarker } from './marker.decide.ts';
import { insertFiling, lockFiling, selectFilingOfSource, updateFiling } from './filing.store.ts';
import type { Sql } from '../db/db.model.ts';
import type { Keyring } from '../lib/keyring.ts';
import type { Filing } from './filing.model.ts';
import type { MarkerSource, SourceKind } from './marker.decide.ts';

export { explainFiling } from './explain.decide.ts';
export { draftIssue } from './draft.decide.ts';
export { startPlacing } from './placements.jobs.ts';
export { startFilingWorker } from './filing.jobs.ts';
export { templateError } from './templates.decide.ts';
export { canUnfile, unfile } from './unfile.ts';
export { maskSecrets } from './user-text.decide.ts';

/**
 * Commits the intent to turn a source item into a GitHub issue, inside the transaction that stores the item itself: either
 * both are kept or neither. The worker hears of it when the transaction commits. Throws when the item has a filing already.
 * `derived`: the item's id was made from what is known elsewhere (an Idempotency-Key, a Sentry issue), so an earlier, lost
 * database may have filed it. Without `connectionId` the tenant's oldest connection that is switched on takes it.
 */
export async function fileSource(
  sql: Sql,
  keyring: Keyring,
  item: MarkerSource & { tenantId: string; derived: boolean; connectionId?: string },
  now: Date,
): Promise<void> {
  const id = newId(now);
  await insertFiling(sql, {
    id,
    tenant_id: item.tenantId,
    source_kind: item.kind,
    source_id: item.id,
    connection_id: item.connectionId ?? null,
    state: 'pending',
    marker: makeMarker(keyring, item),
    derived: item.derived,
    run_at: now,
    created_at: now,
    updated_at: now,
  });
  await publish(sql, { kind: 'filing', id, tenantId: item.tenantId });
}

/** The filing of a source item, or null. */
export async function filingOf(sql: Sql, kind: SourceKind, sourceId: string): Promise<Filing | null> {
  return selectFilingOfSource(sql, kind, sourceId);
}

/**
 * A person's "try again now": a refused filing starts anew, a waiting one is tried at once, an unknown one is looked up at
 * once but never sent blindly. Inside the caller's transaction, so an edit of the item and the retry are one.
 */
export async function retryFiling(sql: Sql, filingId: string, now: Date): Promise<void> {
  const filing = await lockFiling(sql, filingId);
  if (filing === null) return;
  const state = nextState(filing.state, 'retried');
  if (state === 'synced' || state === 'sending') return;
  const anew =
    filing.state === 'failed'
      ? { attempts: 0, bare: false, failure_kind: null, failure_message: null, request_id: null }
      : {};
  await updateFiling(sql, filingId, { state, run_at: now, updated_at: now, ...anew });
  if (filing.connectionId !== null) await wakeFromRest(sql, filing.connectionId);
  await publish(sql, { kind: 'filing', id: filingId, tenantId: filing.tenantId });
}
