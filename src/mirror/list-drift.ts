import { countCompared, isAudit, note } from './compare.ts';
import { fingerprints, listFindings } from './drift.decide.ts';
import { saveFacet, selectFacet } from './repositories.store.ts';
import type { FacetName, Sql } from '../db/db.model.ts';
import type { ItemTable } from './items.model.ts';
import type { ListOutcome } from './drift.decide.ts';
import type { OutsideCtx } from '../connections/connections.model.ts';
import type { Run } from './repository.model.ts';

/**
 * Remembers what a read of a short list told, and in an audit writes down what stood wrong, within the transaction that mends it.
 * While a webhook says that the list changed, any difference is news.
 */
export async function noteList(
  ctx: OutsideCtx,
  sql: Sql,
  run: Run,
  { facet, table, outcome }: { facet: FacetName; table: ItemTable; outcome: ListOutcome },
): Promise<void> {
  if (isAudit(run)) {
    const before = await selectFacet(sql, run.repository.id, facet);
    const isSettled = before !== null && before.dirty_at === null && before.told !== null;
    if (isSettled) await note(ctx, sql, run, listFindings(table.kind, outcome, before.told ?? {}));
    countCompared(run, outcome.snapshots.length + outcome.gone.length);
  }
  await saveFacet(sql, run.repository.id, facet, { told: JSON.stringify(fingerprints(outcome.snapshots)) });
}
