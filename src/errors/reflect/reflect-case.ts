import { connectionById } from '../../connections/connections.ts';
import { selectCounts } from '../error-rows.store.ts';
import { selectError, selectSentryIssuesOf } from '../errors.store.ts';
import {
  selectLastDone,
  selectLinkedIssue,
  selectReopenedAt,
  selectResolvedAt,
  selectSurvivor,
  selectUnfinished,
} from './reflections.store.ts';
import { selectRule } from '../rules/rules.store.ts';
import { SILENT } from './reflect.model.ts';
import { selectSentryConnection } from '../connect/sentry-connections.store.ts';
import { trendSince } from '../trend.decide.ts';
import type { ErrorCase } from './reflect.model.ts';
import type { Sql } from '../../db/db.model.ts';

/** What is known of an error's two sides; null while it has no issue, no rule, or no connections any more. */
export async function readCase(sql: Sql, errorId: string, now: Date): Promise<ErrorCase | null> {
  const error = await selectError(sql, errorId);
  const linked = await selectLinkedIssue(sql, errorId);
  if (error === null || linked === null || error.rule_id === null || error.sentry_connection_id === null) return null;
  const rule = await selectRule(sql, error.rule_id, null);
  const connection = await connectionById(sql, linked.issue.connection_id);
  const sentryConnection = await selectSentryConnection(sql, error.sentry_connection_id, null);
  if (rule === null || connection === null || sentryConnection === null) return null;
  const sentryIssues = await selectSentryIssuesOf(sql, errorId);
  const shown = await selectLastDone(sql, errorId, 'link');
  return {
    error,
    sentryIssues,
    rule: rule.enabled ? rule : { ...rule, settings: SILENT },
    connection,
    sentryConnection,
    ...linked,
    survivor: await selectSurvivor(sql, errorId),
    reopenedAt: await selectReopenedAt(sql, linked.issue.id),
    begun: await selectUnfinished(sql, errorId),
    resolvedAt: await selectResolvedAt(sql, errorId),
    // only this capability writes the column
    shown: (shown?.after ?? null) as ErrorCase['shown'],
    counts: await selectCounts(
      sql,
      sentryIssues.map(({ id }) => id),
      trendSince(now),
    ),
  };
}
