import { countFilings, lastSyncAt } from './connections.store.ts';
import { appOf } from './credential.ts';
import { repositoryUrl } from './access.ts';
import type { RouteAnswer } from '../contract/routes.ts';
import type { Sql } from '../db/db.model.ts';
import type { Keyring } from '../lib/keyring.ts';
import type { GithubConnection } from './connections.model.ts';

export type ConnectionView = RouteAnswer<'getConnection'>;

/** What the API shows of a connection: never its credential. */
export async function viewOf(sql: Sql, keyring: Keyring, connection: GithubConnection): Promise<ConnectionView> {
  const { waiting } = await countFilings(sql, connection.id);
  const synced = await lastSyncAt(sql, connection.id);
  return toView(connection, appOf(keyring, connection), waiting, synced);
}

function toView(
  c: GithubConnection,
  app: ConnectionView['app'],
  waiting: number,
  syncedAt: Date | null,
): ConnectionView {
  return {
    id: c.id,
    kind: 'github',
    source: c.source,
    name: c.name,
    repository: c.repository,
    credential: c.credentialKind,
    app,
    repository_url: repositoryUrl(c.baseUrl, c.repository),
    base_url: c.baseUrl,
    default_labels: c.defaultLabels,
    default_assignees: c.defaultAssignees,
    milestone: c.milestone,
    issue_type: c.issueType,
    parent_issue: c.parentIssue,
    project: c.project,
    project_fields: c.projectFields,
    title_template: c.titleTemplate,
    body_template: c.bodyTemplate,
    allow_mentions: c.allowMentions,
    send_personal_data_to_public: c.sendPersonalDataToPublic,
    import_external: c.importExternal,
    sync_schedule: c.syncSchedule,
    creations_per_hour: c.creationsPerHour,
    webhook_allow_unsigned: c.webhookAllowUnsigned,
    enabled: c.enabled,
    visibility: c.visibility,
    viewer_login: c.viewerLogin,
    token_expires_at: c.tokenExpiresAt?.toISOString() ?? null,
    paused:
      c.pausedAt === null
        ? null
        : { message: c.pausedMessage ?? '', at: c.pausedAt.toISOString(), request_id: c.pausedRequestId },
    waiting,
    last_sync_at: syncedAt?.toISOString() ?? null,
    updated_at: c.updatedAt.toISOString(),
  };
}
