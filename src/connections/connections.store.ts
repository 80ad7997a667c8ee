import type { NewRow, Row, RowChange, Sql } from '../db/db.model.ts';
import type { GithubConnection } from './connections.model.ts';

/** All connections of a tenant, or of every tenant; oldest first, the order in which reports choose one. */
export async function selectConnections(sql: Sql, tenantId: string | null): Promise<GithubConnection[]> {
  const query = sql.selectFrom('connections').selectAll().orderBy('created_at').orderBy('id');
  const rows = await (tenantId === null ? query : query.where('tenant_id', '=', tenantId)).execute();
  return rows.map(toConnection);
}

/** One connection; a wrong tenant's is as missing. `tenantId` null: whatever the tenant. */
export async function selectConnection(
  sql: Sql,
  id: string,
  tenantId: string | null,
): Promise<GithubConnection | null> {
  const query = sql.selectFrom('connections').selectAll().where('id', '=', id);
  const row = await (tenantId === null ? query : query.where('tenant_id', '=', tenantId)).executeTakeFirst();
  return row === undefined ? null : toConnection(row);
}

export async function selectEnvironmentConnection(sql: Sql, tenantId: string): Promise<GithubConnection | null> {
  const row = await sql
    .selectFrom('connections')
    .selectAll()
    .where('tenant_id', '=', tenantId)
    .where('source', '=', 'environment')
    .executeTakeFirst();
  return row === undefined ? null : toConnection(row);
}

export async function insertConnection(sql: Sql, row: NewRow<'connections'>): Promise<GithubConnection> {
  return toConnection(await sql.insertInto('connections').values(row).returningAll().executeTakeFirstOrThrow());
}

export async function updateConnection(
  sql: Sql,
  id: string,
  changes: RowChange<'connections'>,
): Promise<GithubConnection> {
  const row = await sql
    .updateTable('connections')
    .set(changes)
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow();
  return toConnection(row);
}

/** Whether all of the connection's own repository is mirrored, as it is committed; it stays so until the transaction ends. */
export async function holdImportExternal(sql: Sql, id: string): Promise<boolean> {
  const row = await sql
    .selectFrom('connections')
    .select('import_external')
    .where('id', '=', id)
    .forShare()
    .executeTakeFirst();
  return row?.import_external === true;
}

/** Pauses a connection once: a second failure of the same kind changes nothing, so the log and the page say it once. */
export async function pauseConnection(
  sql: Sql,
  id: string,
  credentialEncrypted: string,
  pause: { kind: 'unauthorized' | 'forbidden'; message: string; requestId: string | null; at: Date },
): Promise<boolean> {
  const result = await sql
    .updateTable('connections')
    .set({
      paused_kind: pause.kind,
      paused_message: pause.message,
      paused_request_id: pause.requestId,
      paused_at: pause.at,
    })
    .where('id', '=', id)
    .where('paused_at', 'is', null)
    // A token that was replaced while the call was under way is not the one GitHub refused.
    .where('credential_encrypted', '=', credentialEncrypted)
    .executeTakeFirst();
  return result.numUpdatedRows > 0n;
}

/** Lets a connection rest after an outage or a limit, for everything that waits for it at once. */
export async function restConnection(sql: Sql, id: string, until: Date, message: string): Promise<void> {
  await sql
    .updateTable('connections')
    .set((eb) => ({ rest_until: until, rest_message: message, rest_count: eb('rest_count', '+', 1) }))
    .where('id', '=', id)
    .execute();
}

export async function endRest(sql: Sql, id: string): Promise<void> {
  await sql
    .updateTable('connections')
    .set({ rest_until: null, rest_message: null, rest_count: 0 })
    .where('id', '=', id)
    .where('rest_count', '>', 0)
    .execute();
}

export async function raiseNumberKnown(sql: Sql, id: string, number: number): Promise<void> {
  await sql
    .updateTable('connections')
    .set({ number_known: number })
    .where('id', '=', id)
    .where('number_known', '<', number)
    .execute();
}

/** What issues of another repository named means nothing in this one. */
export async function forgetReferences(sql: Sql, connectionId: string): Promise<void> {
  await sql.deleteFrom('sentry_references').where('connection_id', '=', connectionId).execute();
}

export async function deleteConnectionRow(sql: Sql, id: string): Promise<void> {
  await sql.deleteFrom('connections').where('id', '=', id).execute();
}

/** Filings of a connection by state, for what waits and for what forbids a change of repository. */
export async function countFilings(sql: Sql, connectionId: string): Promise<{ waiting: number; undecided: number }> {
  const row = await sql
    .selectFrom('filings')
    .select((eb) => [
      eb.fn.countAll<number>().filterWhere('state', 'in', ['pending', 'sending', 'unknown']).as('waiting'),
      eb.fn.countAll<number>().filterWhere('state', 'in', ['sending', 'unknown']).as('undecided'),
    ])
    .where('connection_id', '=', connectionId)
    .executeTakeFirstOrThrow();
  return row;
}

/** When the last sync run of a connection ended well. */
export async function lastSyncAt(sql: Sql, connectionId: string): Promise<Date | null> {
  const row = await sql
    .selectFrom('sync_runs')
    .select('finished_at')
    .where('connection_id', '=', connectionId)
    .where('state', '=', 'done')
    .orderBy('started_at', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row?.finished_at ?? null;
}

function toConnection(row: Row<'connections'>): GithubConnection {
  return {
    id: row.id,
    tenantId: row.tenant_id,
    name: row.name,
    source: row.source,
    baseUrl: row.base_url,
    apiVersion: row.api_version,
    credentialKind: row.credential_kind,
    credentialEncrypted: row.credential_encrypted,
    repository: row.repository,
    repositoryGiven: row.repository_given,
    githubRepositoryId: row.github_repository_id,
    visibility: row.visibility,
    viewerLogin: row.viewer_login,
    viewerId: row.viewer_id,
    canPush: row.can_push,
    defaultLabels: row.default_labels,
    defaultAssignees: row.default_assignees,
    milestone: row.milestone,
    issueType: row.issue_type,
    parentIssue: row.parent_issue,
    project: row.project,
    projectFields: row.project_fields,
    titleTemplate: row.title_template,
    bodyTemplate: row.body_template,
    allowMentions: row.allow_mentions,
    sendPersonalDataToPublic: row.send_personal_data_to_public,
    importExternal: row.import_external,
    syncSchedule: row.sync_schedule,
    creationsPerHour: row.creations_per_hour,
    webhookAllowUnsigned: row.webhook_allow_unsigned,
    enabled: row.enabled,
    pausedKind: row.paused_kind,
    pausedMessage: row.paused_message,
    pausedRequestId: row.paused_request_id,
    pausedAt: row.paused_at,
    restUntil: row.rest_until,
    restCount: row.rest_count,
    restMessage: row.rest_message,
    numberKnown: row.number_known,
    adoptedAt: row.adopted_at,
    adoptCursor: row.adopt_cursor,
    adoptWalk: row.adopt_walk,
    checkedAt: row.checked_at,
    tokenExpiresAt: row.token_expires_at,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}
