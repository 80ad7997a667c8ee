import { applyLinked } from '../mirror/mirror.ts';
import { learnNumber, wakeFromRest } from '../connections/connections.ts';
import { insertPlacements } from './placements.store.ts';
import { lockFiling, updateFiling, upsertLink } from './filing.store.ts';
import { newId } from '../lib/ids.ts';
import { nextState } from './filing.decide.ts';
import { publish } from '../db/db.ts';
import { wantedPlaces } from './placements.decide.ts';
import type { GithubIssue } from '../github/github.model.ts';
import type { Sql } from '../db/db.model.ts';
import type { Filing, FilingCtx, Turn } from './filing.model.ts';

/**
 * Ties a filing to its issue: the mirror, the link and the state in one transaction. Whatever became of the filing since
 * (another worker may hold it as unknown), knowing the issue is knowing the issue. What the connection wants its issues to get besides is
 * written down with it, for those that we made (`creates`); one that is taken over or adopted stays as it is.
 */
export async function learnIssue(
  ctx: FilingCtx,
  turn: Turn,
  filing: Filing,
  issue: GithubIssue,
  event: 'created' | 'found' | 'taken_over',
  record: (sql: Sql) => Promise<void>,
): Promise<void> {
  await ctx.sql.transaction().execute(async (sql) => {
    const current = await lockFiling(sql, filing.id);
    if (current === null) return;
    const now = ctx.now();
    await record(sql);
    // Sent anew by another worker meanwhile: its own answer settles the state, and the watch finds the twin.
    if (current.state === 'sending' && current.lockedBy !== ctx.workerId) return;
    const state = nextState(current.state, current.state === 'sending' ? 'created' : 'found');
    const { issueId } = await applyLinked(sql, turn.connection, issue, now);
    await upsertLink(sql, {
      id: newId(now),
      tenant_id: filing.tenantId,
      source_kind: filing.sourceKind,
      source_id: filing.sourceId,
      filing_id: filing.id,
      issue_id: issueId,
    });
    await updateFiling(sql, filing.id, {
      state,
      attempts: 0,
      failure_kind: null,
      failure_message: null,
      request_id: null,
      locked_by: null,
      lease_until: null,
      run_at: now,
      synced_at: now,
      updated_at: now,
    });
    const isOurs = event !== 'taken_over' && current.creates > 0;
    if (isOurs) await insertPlacements(sql, { filingId: filing.id, issueId }, wantedPlaces(turn.connection), now);
    await learnNumber(sql, turn.connection.id, issue.number);
    await wakeFromRest(sql, turn.connection.id);
    await publish(sql, { kind: filing.sourceKind, id: filing.sourceId, tenantId: filing.tenantId });
  });
  ctx.meter.filed((ctx.now().getTime() - filing.createdAt.getTime()) / 1000);
  ctx.log.info({ filing: filing.id, repository: turn.connection.repository, number: issue.number, event }, 'filed');
}
