import { dueReflect, lockSentryIssues, noteCounts, upsertSentryIssues } from './sentry-issues.store.ts';
import { publish } from '../db/db.ts';
import type { Decision } from './sentry-issues.store.ts';
import type { SentryIssueRow } from './rows.model.ts';
import type { ErrorsCtx } from './errors.model.ts';
import type { Run } from './run.ts';
import type { Sql } from '../db/db.model.ts';
import type { SentryIssue } from '../sentry/sentry.model.ts';

/**
 * Stores a page of Sentry issues as they were asked for at `askedAt`, in one transaction, with what `decide` makes of each; the
 * sides of linked ones that changed are compared soon. Of an issue that comes twice the last counts.
 */
export async function storeSeen(
  ctx: ErrorsCtx,
  run: Pick<Run, 'connection' | 'counts'>,
  given: readonly SentryIssue[],
  askedAt: Date,
  decide: (issue: SentryIssue, known: SentryIssueRow | null) => Decision,
): Promise<SentryIssueRow[]> {
  return ctx.sql.transaction().execute(async (sql) => storeSeenIn(sql, ctx, run, given, askedAt, decide));
}

/** The same inside the caller's transaction. */
export async function storeSeenIn(
  sql: Sql,
  ctx: ErrorsCtx,
  run: Pick<Run, 'connection' | 'counts'>,
  given: readonly SentryIssue[],
  askedAt: Date,
  decide: (issue: SentryIssue, known: SentryIssueRow | null) => Decision,
): Promise<SentryIssueRow[]> {
  const issues = [...new Map(given.map((issue) => [issue.id, issue])).values()];
  const { connection, counts } = run;
  const known = await lockSentryIssues(
    sql,
    connection.id,
    issues.map(({ id }) => id),
  );
  const decided = issues.map((issue) => ({ issue, decision: decide(issue, known.get(issue.id) ?? null) }));
  const stored = await upsertSentryIssues(sql, connection, decided, askedAt);
  const linked = stored.filter(({ error_id: errorId }) => errorId !== null);
  const changed = linked.filter((row) => hasChanged(known.get(row.sentry_id) ?? null, row));
  const errorIds = [...new Set(changed.flatMap(({ error_id: errorId }) => (errorId === null ? [] : [errorId])))];
  await dueReflect(sql, errorIds, ctx.now());
  await noteCounts(sql, linked, askedAt);
  for (const id of errorIds) await publish(sql, { kind: 'error', id, tenantId: connection.tenantId });
  counts.seen += stored.length;
  counts.changed += changed.length;
  counts.skipped += stored.filter(({ decision }) => decision === 'skipped').length;
  return stored;
}

const WATCHED = ['status', 'substatus', 'assigned_to', 'priority', 'count', 'user_count', 'title', 'gone'] as const;

function hasChanged(before: SentryIssueRow | null, now: SentryIssueRow): boolean {
  return before === null || WATCHED.some((column) => before[column] !== now[column]);
}
