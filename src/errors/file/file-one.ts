import { after, DAY_MS } from '../../lib/clock.ts';
import { errorIdOf, errorKeyOf, sentryHostOf } from './identity.decide.ts';
import { fileSource } from '../../filing/filing.ts';
import { insertError, selectError, updateError } from '../errors.store.ts';
import { dueReflect, lockSentryIssue, selectDeletedTwin, updateSentryIssue } from '../read/sentry-issues.store.ts';
import { noteNativeLinks } from './references.ts';
import { publish } from '../../db/db.ts';
import { sentrySideOfRows } from '../reflect/reflect-plan.decide.ts';
import type { ErrorsCtx, SentryRule } from '../errors.model.ts';
import type { GithubConnection } from '../../connections/connections.model.ts';
import type { SentryConnection } from '../connect/sentry-connections.model.ts';
import type { SentryIssueRow } from '../rows.model.ts';
import type { Sql } from '../../db/db.model.ts';

/** Whose rule files into which repository, on behalf of whom. */
export interface Filer {
  ctx: ErrorsCtx;
  connection: SentryConnection;
  rule: SentryRule;
  target: GithubConnection;
  tenantSlug: string;
}

/** A Sentry issue that comes again after it was deleted is the same error this long. */
const TWIN_MS = 90 * DAY_MS;
const UNKNOWN_REPOSITORY =
  'It shares an issue with others of its key, and waits until GitHub has told which repository the rule’s connection leads to.';

/**
 * Makes a waiting Sentry issue an error with its filing, or lets it join the error it belongs to; all in one transaction, and
 * nothing is sent here. `shareKey` null: it stands alone. False when somebody else did, or it waits on.
 */
export async function fileOne(filer: Filer, sentryIssueId: string, shareKey: string | null): Promise<boolean> {
  const { ctx, target } = filer;
  return ctx.sql.transaction().execute(async (sql) => {
    const row = await lockSentryIssue(sql, sentryIssueId);
    if (row === null || row.error_id !== null || row.decision !== 'waiting' || row.gone !== null) return false;
    if (shareKey !== null && target.githubRepositoryId === null) {
      await updateSentryIssue(sql, row.id, { why: UNKNOWN_REPOSITORY });
      return false;
    }
    await noteNativeLinks(sql, target, row, sentryHostOf(filer.connection.baseUrl));
    const { id: errorId, why } =
      (await joinTwin(sql, filer, row, shareKey)) ?? (await joinOrMake(sql, filer, row, shareKey));
    await updateSentryIssue(sql, row.id, { error_id: errorId, decision: 'taken', why });
    await publish(sql, { kind: 'error', id: errorId, tenantId: row.tenant_id });
    return true;
  });
}

interface Taken {
  id: string;
  why: string;
}

/** The error of the same issue before it was deleted in Sentry. */
async function joinTwin(sql: Sql, { ctx }: Filer, row: SentryIssueRow, key: string | null): Promise<Taken | null> {
  const twin = key === null ? await selectDeletedTwin(sql, row, after(ctx.now(), -TWIN_MS)) : null;
  if (twin === null || twin.error_id === null) return null;
  await dueReflect(sql, [twin.error_id], ctx.now());
  const name = twin.short_id ?? twin.sentry_id;
  return { id: twin.error_id, why: `It came again after ${name} was deleted in Sentry: the same issue on GitHub.` };
}

/** The error under the issue's key, or a new one with its filing. */
async function joinOrMake(sql: Sql, filer: Filer, row: SentryIssueRow, shareKey: string | null): Promise<Taken> {
  const { ctx, connection, rule, target, tenantSlug } = filer;
  const now = ctx.now();
  const { id, regression } = await latestError(sql, filer, row, shareKey);
  const isNew = await insertError(sql, {
    id,
    tenant_id: rule.tenantId,
    sentry_connection_id: connection.id,
    rule_id: rule.id,
    share_key: shareKey,
    title: row.title,
    // what becomes of it while the filing waits is a change
    agreed_sentry: sentrySideOfRows([row]),
    created_at: now,
    updated_at: now,
  });
  if (isNew) {
    const item = {
      kind: 'error',
      id,
      tenantSlug,
      tenantId: rule.tenantId,
      connectionId: target.id,
      derived: true,
    } as const;
    await fileSource(sql, ctx.keyring, item, now);
    return { id, why: row.why };
  }
  await takeUp(sql, id, filer, { shareKey, regression });
  return { id, why: shareKey === null ? row.why : `It shares the issue of “${shareKey}”.` };
}

/** Each regression that got an issue of its own has the next id: the last one that is there counts, else the first is to be made. */
async function latestError(
  sql: Sql,
  { connection, target, tenantSlug }: Filer,
  row: SentryIssueRow,
  shareKey: string | null,
): Promise<{ id: string; regression: number }> {
  // one key in two repositories is two errors
  const key =
    shareKey === null ? { sentryId: row.sentry_id } : { shareKey: `${target.githubRepositoryId ?? ''} ${shareKey}` };
  const idOf = (regression: number) =>
    errorIdOf({
      tenantSlug,
      host: sentryHostOf(connection.baseUrl),
      organizationId: connection.organizationId ?? connection.organization,
      key: errorKeyOf(key, regression),
    });
  let regression = 0;
  while ((await selectError(sql, idOf(regression + 1))) !== null) regression += 1;
  return { id: idOf(regression), regression };
}

/** An error that was adopted by its marker, or lost its rule, is this rule's from now on. */
async function takeUp(
  sql: Sql,
  id: string,
  { ctx, connection, rule }: Filer,
  of: { shareKey: string | null; regression: number },
): Promise<void> {
  const error = await selectError(sql, id);
  const now = ctx.now();
  const isAdopted = error?.sentry_connection_id === null;
  await updateError(sql, id, {
    sentry_connection_id: connection.id,
    rule_id: error?.rule_id ?? rule.id,
    ...(isAdopted && { share_key: of.shareKey, regression: of.regression }),
    reflect_at: now,
    updated_at: now,
  });
}
