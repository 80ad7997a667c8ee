import { after, DAY_MS } from '../lib/clock.ts';
import { errorIdOf, errorKeyOf, sentryHostOf } from './identity.decide.ts';
import { fileSource } from '../filing/filing.ts';
import { insertError, selectError, selectShared, updateError } from './errors.store.ts';
import { dueReflect, lockSentryIssue, selectDeletedTwin, updateSentryIssue } from './sentry-issues.store.ts';
import { noteNativeLinks } from './references.ts';
import { publish } from '../db/db.ts';
import { sentrySideOfRows } from './reflect-plan.decide.ts';
import type { ErrorsCtx, SentryRule } from './errors.model.ts';
import type { GithubConnection } from '../connections/connections.model.ts';
import type { SentryConnection } from './sentry-connections.model.ts';
import type { SentryIssueRow } from './rows.model.ts';
import type { Sql } from '../db/db.model.ts';

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

/**
 * Makes a waiting Sentry issue an error with its filing, or lets it join the error it belongs to; all in one transaction, and
 * nothing is sent here. `shareKey` null: it stands alone. False when somebody else did, or it does not wait any more.
 */
export async function fileOne(filer: Filer, sentryIssueId: string, shareKey: string | null): Promise<boolean> {
  const { ctx, target } = filer;
  return ctx.sql.transaction().execute(async (sql) => {
    const row = await lockSentryIssue(sql, sentryIssueId);
    if (row === null || row.error_id !== null || row.decision !== 'waiting' || row.gone !== null) return false;
    await noteNativeLinks(sql, target, row, sentryHostOf(filer.connection.baseUrl));
    const shared = await findShared(sql, filer, row, shareKey);
    const errorId = shared?.errorId ?? (await makeError(sql, filer, row, shareKey));
    const why = shared?.why ?? row.why;
    await updateSentryIssue(sql, row.id, { error_id: errorId, decision: 'taken', why });
    if (shared !== null) await dueReflect(sql, [errorId], ctx.now());
    await publish(sql, { kind: 'error', id: errorId, tenantId: row.tenant_id });
    return true;
  });
}

/** The error that the issue joins, if there is one: of the same key, or of the same issue before it was deleted in Sentry. */
async function findShared(
  sql: Sql,
  { ctx, rule }: Filer,
  row: SentryIssueRow,
  key: string | null,
): Promise<{ errorId: string; why: string } | null> {
  if (key !== null) {
    const error = await selectShared(sql, rule.id, key);
    return error === null ? null : { errorId: error.id, why: `It shares the issue of “${key}”.` };
  }
  const twin = await selectDeletedTwin(sql, row, after(ctx.now(), -TWIN_MS));
  if (twin === null || twin.error_id === null) return null;
  const name = twin.short_id ?? twin.sentry_id;
  return {
    errorId: twin.error_id,
    why: `It came again after ${name} was deleted in Sentry: the same issue on GitHub.`,
  };
}

async function makeError(sql: Sql, filer: Filer, row: SentryIssueRow, shareKey: string | null): Promise<string> {
  const { ctx, connection, rule, target, tenantSlug } = filer;
  const now = ctx.now();
  const repository = target.githubRepositoryId ?? target.repository.toLowerCase();
  const id = errorIdOf({
    tenantSlug,
    host: sentryHostOf(connection.baseUrl),
    organizationId: connection.organizationId ?? connection.organization,
    // one key in two repositories is two errors
    key: errorKeyOf(shareKey === null ? { sentryId: row.sentry_id } : { shareKey: `${repository} ${shareKey}` }),
  });
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
  if (isNew)
    await fileSource(
      sql,
      ctx.keyring,
      { kind: 'error', id, tenantSlug, tenantId: rule.tenantId, connectionId: target.id, derived: true },
      now,
    );
  else await takeUp(sql, id, filer);
  return id;
}

/** An error that was adopted by its marker, or lost its rule, is this rule's from now on. */
async function takeUp(sql: Sql, id: string, { ctx, connection, rule }: Filer): Promise<void> {
  const error = await selectError(sql, id);
  const now = ctx.now();
  await updateError(sql, id, {
    sentry_connection_id: connection.id,
    rule_id: error?.rule_id ?? rule.id,
    reflect_at: now,
    updated_at: now,
  });
}
