import {
  deleteError,
  freeSentryIssues,
  giveSentryIssues,
  lockError,
  lockSentryIssuesOf,
  selectErrorOfAny,
  selectMergedErrorOf,
} from './withdraw.store.ts';
import { selectError } from '../errors.store.ts';
import { dueReflect } from '../read/sentry-issues.store.ts';
import { unfile } from '../../filing/filing.ts';
import type { SentryIssueRow } from '../rows.model.ts';
import type { Sql } from '../../db/db.model.ts';

/**
 * Takes an error back that GitHub has not heard of and that is not to be filed by itself any more, inside the caller's
 * transaction: all its Sentry issues were deleted; they were merged into those of another error; or those of another error, with
 * an issue already, were merged into its own, unless it is a regression, which is to have an issue of its own. The other error
 * has its Sentry issues from then on. False: it stays as it is.
 */
export async function withdrawError(sql: Sql, errorId: string, now: Date): Promise<boolean> {
  // Sentry issues before filings before errors, as everywhere
  const rows = await lockSentryIssuesOf(sql, errorId);
  const isGone = rows.every(({ gone }) => gone !== null);
  const heir = await (isGone ? survivorOf(sql, errorId, rows) : predecessorOf(sql, errorId, rows));
  if (!isGone && (heir === null || (await isRegression(sql, errorId)))) return false;
  if (!(await unfile(sql, 'error', errorId))) return false;
  await lockError(sql, errorId);
  if (heir === null) await freeSentryIssues(sql, errorId);
  else {
    await giveSentryIssues(sql, errorId, heir);
    await dueReflect(sql, [heir], now);
  }
  await deleteError(sql, errorId);
  return true;
}

async function isRegression(sql: Sql, errorId: string): Promise<boolean> {
  return ((await selectError(sql, errorId))?.follows ?? null) !== null;
}

async function survivorOf(sql: Sql, errorId: string, rows: readonly SentryIssueRow[]): Promise<string | null> {
  const [first] = rows;
  if (first === undefined) return null;
  const ids = rows.flatMap(({ merged_into: id }) => (id === null ? [] : [id]));
  return selectErrorOfAny(sql, first.sentry_connection_id, ids, errorId);
}

async function predecessorOf(sql: Sql, errorId: string, rows: readonly SentryIssueRow[]): Promise<string | null> {
  const present = rows.filter(({ gone }) => gone === null);
  const [first] = present;
  if (first === undefined) return null;
  const ids = present.map(({ sentry_id: id }) => id);
  return selectMergedErrorOf(sql, first.sentry_connection_id, ids, errorId);
}
