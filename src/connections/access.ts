import { openGithub, sentenceFor } from '../github/github.ts';
import { publish } from '../db/db.ts';
import { openCredential } from './credential.ts';
import {
  endRest,
  pauseConnection,
  raiseNumberKnown,
  restConnection,
  selectConnection,
  selectConnections,
  updateConnection,
} from './connections.store.ts';
import type { Github, GithubFailure, GithubRepository, GithubResult, GithubViewer } from '../github/github.model.ts';
import type { Sql } from '../db/db.model.ts';
import type { GithubConnection, OutsideCtx } from './connections.model.ts';

/** How long what is known of a repository (name, visibility, rights) is believed before a write. */
const REPOSITORY_FRESH_MS = 60_000;

/** All connections of one tenant (null: of all), oldest first. */
export async function connectionsOf(sql: Sql, tenantId: string | null): Promise<GithubConnection[]> {
  return selectConnections(sql, tenantId);
}

/** One connection by id, whatever its tenant: for work that a filing or a schedule named. */
export async function connectionById(sql: Sql, id: string): Promise<GithubConnection | null> {
  return selectConnection(sql, id, null);
}

/**
 * The door to GitHub with a connection's credential. Null when the stored token cannot be decrypted, because `SECRET_KEY` is
 * another one than when it was saved: a person must put the token in again.
 */
export function githubOf(ctx: OutsideCtx, connection: GithubConnection): Github | null {
  const credential = openCredential(ctx.keyring, connection);
  if (credential === null) return null;
  return openGithub(
    {
      baseUrl: connection.baseUrl,
      apiVersion: connection.apiVersion,
      credential,
      addresses: connection.source === 'environment' ? 'any' : settingsAddresses(ctx),
      creationsPerHour: connection.creationsPerHour,
    },
    {
      log: ctx.log,
      now: ctx.now,
      createSpacingMs: ctx.createSpacingMs,
      ...(ctx.planner !== undefined && { budgets: ctx.planner }),
    },
  );
}

/** Which addresses a connection made on the pages may call. */
export function settingsAddresses(ctx: OutsideCtx): 'public' | 'private' {
  return ctx.allowPrivateAddresses ? 'private' : 'public';
}

/** Stops a connection until a person mends it (SPEC F4): everything that waits for it is kept. Says so in the log once. */
export async function pauseForFailure(
  ctx: OutsideCtx,
  connection: GithubConnection,
  kind: 'unauthorized' | 'forbidden',
  failure: GithubFailure | { message: string; requestId: null },
): Promise<void> {
  const paused = await pauseConnection(ctx.sql, connection.id, connection.credentialEncrypted, {
    kind,
    message: 'kind' in failure ? sentenceFor(failure) : failure.message,
    requestId: failure.requestId,
    at: ctx.now(),
  });
  if (!paused) return;
  ctx.log.error(
    { connection: connection.id, repository: connection.repository, kind, requestId: failure.requestId },
    'connection paused: GitHub refuses the token',
  );
  await publish(ctx.sql, { kind: 'connection', id: connection.id, tenantId: connection.tenantId });
}

/**
 * What GitHub says of the repository now: its name after a rename, its visibility, whether issues and pushing are allowed,
 * and the highest number in it. Read anew when older than a minute or when `force` is set; otherwise costs nothing.
 */
export async function refreshConnection(
  ctx: OutsideCtx,
  connection: GithubConnection,
  github: Github,
  force: boolean,
): Promise<{ ok: true; connection: GithubConnection } | { ok: false; failure: GithubFailure }> {
  const fresh =
    connection.checkedAt !== null && ctx.now().getTime() - connection.checkedAt.getTime() < REPOSITORY_FRESH_MS;
  if (fresh && !force && connection.githubRepositoryId !== null) return { ok: true, connection };
  const repository = await readRepository(github, connection);
  if (!repository.ok) return { ok: false, failure: asLostAccess(repository.failure, connection) };
  const newest = await github.issuePage(
    { fullName: repository.value.fullName },
    { state: 'all', sort: 'created', direction: 'desc' },
    { perPage: 1 },
  );
  // A repository without issues may refuse the list; its number is then learnt from the first create.
  const number = newest.ok ? Math.max(0, ...newest.value.items.map((issue) => issue.number)) : 0;
  if (!newest.ok && newest.failure.kind !== 'gone' && newest.failure.kind !== 'not_found') return newest;
  const viewer = connection.viewerId === null ? await github.viewer() : null;
  if (viewer !== null && !viewer.ok) return viewer;
  return {
    ok: true,
    connection: await storeRepository(ctx, connection, repository.value, viewer?.value ?? null, number),
  };
}

// GitHub says 404 both for what is not there and for what this token may not see: a person must look, nothing is lost meanwhile.
function asLostAccess(failure: GithubFailure, connection: GithubConnection): GithubFailure {
  if (failure.kind !== 'not_found') return failure;
  const message = `GitHub does not show ${connection.repository} to this token: it was deleted, is misspelled, or the token lost access to it.`;
  return { kind: 'forbidden', missingPermissions: null, message, status: failure.status, requestId: failure.requestId };
}

// By id once it is known: a name can be given to another repository, an id cannot.
async function readRepository(github: Github, connection: GithubConnection): Promise<GithubResult<GithubRepository>> {
  const { githubRepositoryId: id, repository } = connection;
  return github.repository(id === null ? { fullName: repository } : { id });
}

async function storeRepository(
  ctx: OutsideCtx,
  connection: GithubConnection,
  repository: GithubRepository,
  viewer: GithubViewer | null,
  number: number,
): Promise<GithubConnection> {
  await raiseNumberKnown(ctx.sql, connection.id, number);
  return updateConnection(ctx.sql, connection.id, {
    repository: repository.fullName,
    github_repository_id: repository.id,
    visibility: repository.visibility,
    // What GitHub says there is a person's right; an App sets labels and people with its permission for issues.
    can_push: connection.credentialKind === 'app' || repository.canPush,
    checked_at: ctx.now(),
    ...(viewer === null
      ? {}
      : { viewer_login: viewer.login, viewer_id: viewer.id, token_expires_at: viewer.expiresAt }),
  });
}

/** The web address of a repository, from the REST address of its GitHub. */
export function repositoryUrl(baseUrl: string, repository: string): string {
  const url = new URL(baseUrl);
  if (url.hostname === 'api.github.com') return `https://github.com/${repository}`;
  if (url.hostname.startsWith('api.') && url.hostname.endsWith('.ghe.com'))
    return `https://${url.hostname.slice(4)}/${repository}`;
  return `${url.origin}/${repository}`;
}

/** Records that a number exists in a repository, so that a later look-up starts above it. */
export async function learnNumber(sql: Sql, connectionId: string, number: number): Promise<void> {
  await raiseNumberKnown(sql, connectionId, number);
}

/** Nothing is tried on a connection before `until`: GitHub is unreachable or limits us. One rest for all that waits. */
export async function restUntil(
  ctx: OutsideCtx,
  connection: GithubConnection,
  until: Date,
  message: string,
): Promise<void> {
  await restConnection(ctx.sql, connection.id, until, message);
  ctx.log.warn(
    { connection: connection.id, repository: connection.repository, until, rests: connection.restCount + 1 },
    'connection rests',
  );
}

/** GitHub answered, or a person wants it tried now. */
export async function wakeFromRest(sql: Sql, connectionId: string): Promise<void> {
  await endRest(sql, connectionId);
}

/** Whether all of the connection's own repository is mirrored (its setting `import_external`). */
export async function changeImportExternal(sql: Sql, connectionId: string, all: boolean): Promise<void> {
  await updateConnection(sql, connectionId, { import_external: all });
}

/** The next write reads the repository's name and rights anew. */
export async function forgetRepository(sql: Sql, connectionId: string): Promise<void> {
  await updateConnection(sql, connectionId, { checked_at: null });
}
