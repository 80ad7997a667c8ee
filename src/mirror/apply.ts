import { newId } from '../lib/ids.ts';
import { publish } from '../db/db.ts';
import { linkedSources, markGone, touchIssue, upsertIssue } from './mirror.store.ts';
import type { Ctx, Sql } from '../db/db.model.ts';
import type { GithubConnection } from '../connections/connections.model.ts';
import type { GithubIssue } from '../github/github.model.ts';
import type { AppliedSnapshot, MirroredIssue, SnapshotVia } from './mirror.model.ts';

/**
 * Brings the mirror to a snapshot of an issue, whatever way it came and however often (SPEC M6), inside the caller's
 * transaction, and tells the pages of the reports it is linked to.
 */
export async function applySnapshot(
  sql: Sql,
  connection: GithubConnection,
  issue: GithubIssue,
  options: { via: SnapshotVia; source: 'linked' | 'external'; etag?: string | null; now: Date },
): Promise<AppliedSnapshot> {
  const applied = await upsertIssue(sql, connection, issue, {
    ...options,
    id: newId(options.now),
    etag: options.etag ?? null,
  });
  if (applied.outcome !== 'unchanged') await tellSources(sql, connection.tenantId, applied.issueId);
  return applied;
}

/** Records that GitHub no longer shows an issue where it was, and tells its pages. True when that is news. */
export async function applyGone(
  ctx: Ctx,
  issue: MirroredIssue,
  gone: 'deleted' | 'transferred' | 'not_found',
): Promise<boolean> {
  return ctx.sql.transaction().execute(async (sql) => {
    const changed = await markGone(sql, issue.id, gone, ctx.now());
    if (changed) await tellSources(sql, issue.tenantId, issue.id);
    return changed;
  });
}

/** Records that an issue was looked at and is as it was. */
export async function applyUnchanged(ctx: Ctx, issue: MirroredIssue): Promise<void> {
  await touchIssue(ctx.sql, issue.id, ctx.now());
}

async function tellSources(sql: Sql, tenantId: string, issueId: string): Promise<void> {
  for (const source of await linkedSources(sql, issueId))
    await publish(sql, { kind: 'report', id: source.id, tenantId });
}
