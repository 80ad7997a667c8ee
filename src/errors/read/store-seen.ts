import { dueReflect, lockSentryIssues, noteCounts, upsertSentryIssues } from './sentry-issues.store.ts';
import { giveRule, noteUnchanged } from './seen.store.ts';
import { isAsStored } from './sentry-rows.decide.ts';
import { publish } from '../../db/db.ts';
import type { Decision, SentryIssueRow } from '../rows.model.ts';
import type { ErrorsCtx } from '../errors.model.ts';
import type { Run } from './run.ts';
import type { Sql } from '../../db/db.model.ts';
import type { SentryIssue } from '../../sentry/sentry.model.ts';

/**
 * Stores a page of Sentry issues as they were asked for at `askedAt`, in one transaction, with what `decide` makes of each; the
 * sides of linked ones that changed are compared soon. Of an issue that comes twice the last counts; one of which `decide` makes
 * nothing (null) is not stored.
 */
export async function storeSeen(
  ctx: ErrorsCtx,
  run: Pick<Run, 'connection' | 'counts'>,
  given: readonly SentryIssue[],
  askedAt: Date,
  decide: (issue: SentryIssue, known: SentryIssueRow | null) => Decision | null,
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
  decide: (issue: SentryIssue, known: SentryIssueRow | null) => Decision | null,
): Promise<SentryIssueRow[]> {
  const issues = [...new Map(given.map((issue) => [issue.id, issue])).values()];
  const { connection, counts } = run;
  const known = await lockSentryIssues(
    sql,
    connection.id,
    issues.map(({ id }) => id),
  );
  const seen = issues.flatMap((issue) => {
    const row = known.get(issue.id) ?? null;
    const decision = decide(issue, row);
    return decision === null ? [] : [{ issue, decision, row }];
  });
  const stored = await write(sql, connection, seen, askedAt);
  const linked = stored.filter(({ error_id: errorId }) => errorId !== null);
  const changed = linked.filter((row) => hasChanged(known.get(row.sentry_id) ?? null, row));
  const errorIds = [...new Set(changed.flatMap(({ error_id: errorId }) => (errorId === null ? [] : [errorId])))];
  await giveRule(
    sql,
    changed.filter((row) => known.get(row.sentry_id)?.rule_id === null),
  );
  await dueReflect(sql, errorIds, ctx.now());
  await noteCounts(sql, linked, askedAt);
  for (const id of errorIds) await publish(sql, { kind: 'error', id, tenantId: connection.tenantId });
  counts.seen += stored.length;
  counts.changed += changed.length;
  counts.skipped += stored.filter(({ decision }) => decision === 'skipped').length;
  return stored;
}

interface Seen {
  issue: SentryIssue;
  decision: Decision;
  row: SentryIssueRow | null;
}

/** Of what is as it was only the time of reading is written: that is most of what is read. */
async function write(
  sql: Sql,
  connection: Run['connection'],
  seen: readonly Seen[],
  askedAt: Date,
): Promise<SentryIssueRow[]> {
  const unchanged = seen.flatMap(({ issue, decision, row }) =>
    row !== null && isUnchanged(row, issue, decision) ? [row.id] : [],
  );
  const isUnchangedId = new Set(unchanged);
  const others = seen.filter(({ row }) => row === null || !isUnchangedId.has(row.id));
  return [
    ...(await noteUnchanged(sql, unchanged, askedAt)),
    ...(await upsertSentryIssues(sql, connection, others, askedAt)),
  ];
}

const WATCHED = [
  'status',
  'substatus',
  'assigned_to',
  'priority',
  'count',
  'user_count',
  'title',
  'gone',
  'rule_id',
] as const;

function hasChanged(before: SentryIssueRow | null, now: SentryIssueRow): boolean {
  return before === null || WATCHED.some((column) => before[column] !== now[column]);
}

function isUnchanged(row: SentryIssueRow, issue: SentryIssue, { decision, why, ruleId }: Decision): boolean {
  const isThere = row.gone === null && row.missing_since === null;
  const stands = row.decision === decision && row.why === why && row.rule_id === ruleId;
  return isThere && stands && isAsStored(row, issue);
}
