import { canUnfile } from '../../filing/filing.ts';
import { dueReflect } from '../read/sentry-issues.store.ts';
import { giveSentryIssue, lockSentryIssuesOf, takeUpHeir } from './withdraw.store.ts';
import { publish } from '../../db/db.ts';
import { selectErrorsNaming } from './references.store.ts';
import { soughtFor } from './references.ts';
import type { SentryIssueRow } from '../rows.model.ts';
import type { Sql } from '../../db/db.model.ts';

/**
 * Gives the Sentry issues of an error that is about to be sent to those errors whose issues in the repository name them already,
 * by their ids or by such as were merged into them, inside the caller's transaction. A hub that lost its database makes errors
 * anew that were others before: what they stand for was merged in Sentry, or the rule's share key was changed, in the meantime.
 */
export async function giveNamed(sql: Sql, errorId: string, now: Date): Promise<void> {
  // Sentry issues before filings before errors, as everywhere
  const rows = await lockSentryIssuesOf(sql, errorId);
  const heirs = await heirsOf(sql, errorId);
  const named = rows.flatMap((row): [SentryIssueRow, string][] => {
    const heir = row.gone === null ? heirs.get(row.sentry_id) : undefined;
    return heir === undefined ? [] : [[row, heir]];
  });
  if (named.length === 0 || !(await canUnfile(sql, 'error', errorId))) return;
  for (const [row, heir] of named) {
    await giveSentryIssue(sql, row, heir);
    await takeUpHeir(sql, errorId, heir);
    await publish(sql, { kind: 'error', id: heir, tenantId: row.tenant_id });
  }
  await dueReflect(
    sql,
    named.map(([, heir]) => heir),
    now,
  );
}

/** By Sentry's id, the error whose issue names it, or what was merged into it; of a regression's and the first one's the regression's. */
async function heirsOf(sql: Sql, errorId: string): Promise<Map<string, string>> {
  const sought = await soughtFor(sql, errorId);
  if (sought === null) return new Map();
  const { names, formerIds } = sought;
  const sentryIds = [...names.sentryIds, ...formerIds.keys()];
  const naming = await selectErrorsNaming(sql, { hosts: names.hosts, sentryIds }, errorId);
  return new Map(naming.map((one) => [formerIds.get(one.sentryId) ?? one.sentryId, one.errorId]));
}
