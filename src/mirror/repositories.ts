import { changeImportExternal, holdImportExternal, repositoryUrl } from '../connections/connections.ts';
import { HttpProblem } from '../lib/problem.ts';
import {
  deleteRepository,
  insertRepository,
  keepFormerName,
  repositoryByGithubId,
  selectRepository,
  updateRepository,
} from './repositories.store.ts';
import { blankRepository, forgetReading, deleteAllButLinked, hasLinkedIssues, trackedBy } from './targets.store.ts';
import { inTransaction } from '../db/db.ts';
import { newId } from '../lib/ids.ts';
import { recordAudit } from '../audit/audit.ts';
import { renameRepositoryItems } from './renames.store.ts';
import { takeInIssues } from './issues.store.ts';
import { insertHistory } from './items.store.ts';
import { changesOf } from './merge.decide.ts';
import type { How } from './apply.ts';
import type { Ctx, Sql } from '../db/db.model.ts';
import type { GithubConnection } from '../connections/connections.model.ts';
import type { GithubRepositoryFacts } from '../github/github-reads.model.ts';
import type { MirroredRepository } from './repository.model.ts';
import type { Principal } from '../accounts/accounts.model.ts';

/** The row of the repository a connection files into; made when it is missing. Its setting says whether all of it is mirrored. */
export async function ensureTarget(sql: Sql, connection: GithubConnection, now: Date): Promise<MirroredRepository> {
  return inTransaction(sql, async (trx) => {
    const githubId = connection.githubRepositoryId;
    const known = githubId === null ? null : await repositoryByGithubId(trx, connection.id, githubId);
    const blank = known === null ? await blankRepository(trx, connection.id) : null;
    const row =
      known ??
      (blank === null
        ? await insertRepository(trx, { ...newRow(connection, connection.repository, now), github_id: githubId })
        : githubId === null
          ? blank
          : await updateRepository(trx, blank.id, { github_id: githubId, full_name: connection.repository }));
    if (known === null && githubId !== null)
      await takeInIssues(trx, { id: row.id, connectionId: connection.id, githubId });
    return withMode(trx, await withName(trx, row, connection), connection.importExternal);
  });
}

// The connection reads the repository before each write, and so hears of a new name first.
async function withName(
  sql: Sql,
  row: MirroredRepository,
  { repository: fullName, baseUrl }: GithubConnection,
): Promise<MirroredRepository> {
  if (row.mirrors === 'all' || row.full_name === fullName) return row;
  const url = repositoryUrl(baseUrl, fullName);
  await keepFormerName(sql, row.id, row.full_name);
  await renameRepositoryItems(sql, { id: row.id, fullName, urlBefore: row.url, url });
  return updateRepository(sql, row.id, { full_name: fullName, url });
}

// The same repository is mirrored as a whole by one connection of a tenant; a second one keeps to its linked issues.
async function withMode(sql: Sql, read: MirroredRepository, seemsAll: boolean): Promise<MirroredRepository> {
  if ((read.mirrors === 'all') === seemsAll || read.github_id === null) return read;
  // a person may have tracked it since the caller read the connection: what an import has begun must not be forgotten for that
  const all = await holdImportExternal(sql, read.connection_id);
  const row = (await selectRepository(sql, read.id)) ?? read;
  if ((row.mirrors === 'all') === all || (all && (await trackedBy(sql, row)) !== null)) return row;
  await forgetReading(sql, row.id);
  return updateRepository(sql, row.id, { mirrors: all ? 'all' : 'linked' });
}

/** Whether it is what the connection files into, also before the connection has asked GitHub for its repository's id. */
function isTarget(
  { githubRepositoryId, repository }: GithubConnection,
  of: { githubId: number | null; fullName: string },
): boolean {
  if (githubRepositoryId !== null) return githubRepositoryId === of.githubId;
  return repository.toLowerCase() === of.fullName.toLowerCase();
}

/**
 * Mirrors a whole repository from now on; its first import is the caller's next step. Throws a conflict when another
 * connection of the tenant does so already.
 */
export async function trackRepository(
  ctx: Ctx,
  principal: Principal,
  connection: GithubConnection,
  facts: GithubRepositoryFacts,
): Promise<MirroredRepository> {
  return ctx.sql.transaction().execute(async (sql) => {
    const filesInto = isTarget(connection, { githubId: facts.id, fullName: facts.fullName });
    if (filesInto) await changeImportExternal(sql, connection.id, true);
    const named = { github_id: facts.id, full_name: facts.fullName, url: facts.url };
    const blank = filesInto ? await blankRepository(sql, connection.id) : null;
    const row =
      blank === null || (await repositoryByGithubId(sql, connection.id, facts.id)) !== null
        ? await insertRepository(sql, { ...newRow(connection, facts.fullName, ctx.now()), ...named })
        : await updateRepository(sql, blank.id, named);
    const other = await trackedBy(sql, row);
    if (other !== null)
      throw new HttpProblem(409, `${facts.fullName} is tracked already, by the connection “${other.connection}”.`);
    await takeInIssues(sql, { id: row.id, connectionId: connection.id, githubId: facts.id });
    const before = row.mirrors;
    // what was mirrored of it before was deleted, or never read: nothing that is remembered of its lists is true
    if (before === 'linked') await forgetReading(sql, row.id);
    const tracked = await updateRepository(sql, row.id, { mirrors: 'all', paused_at: null, gone: null, gone_at: null });
    await recordAudit(sql, principal, {
      action: 'repository.tracked',
      subject: `repository:${row.id}`,
      before: { mirrors: before },
      after: { full_name: facts.fullName, mirrors: 'all' },
      tenantId: connection.tenantId,
    });
    return tracked;
  });
}

/** Stops mirroring a whole repository. Linked issues and the filing target stay; everything else of it is deleted. */
export async function untrackRepository(
  ctx: Ctx,
  principal: Principal,
  connection: GithubConnection,
  repository: MirroredRepository,
): Promise<void> {
  await ctx.sql.transaction().execute(async (sql) => {
    const filesInto = isTarget(connection, { githubId: repository.github_id, fullName: repository.full_name });
    if (filesInto) await changeImportExternal(sql, connection.id, false);
    if (filesInto || (await hasLinkedIssues(sql, repository.id))) {
      await updateRepository(sql, repository.id, { mirrors: 'linked', imported_at: null });
      await deleteAllButLinked(sql, repository.id);
    } else await deleteRepository(sql, repository.id);
    await recordAudit(sql, principal, {
      action: 'repository.untracked',
      subject: `repository:${repository.id}`,
      before: { full_name: repository.full_name, mirrors: repository.mirrors },
      tenantId: repository.tenant_id,
    });
  });
}

const FACTS = ['full_name', 'description', 'visibility', 'default_branch', 'archived', 'has_issues'] as const;

/** Brings a repository's row to what GitHub says of it; a rename goes to all its items, and the old name keeps leading here. */
export async function applyRepositoryFacts(
  sql: Sql,
  repository: MirroredRepository,
  facts: GithubRepositoryFacts,
  how: How,
): Promise<MirroredRepository> {
  const columns = {
    node_id: facts.nodeId,
    full_name: facts.fullName,
    url: facts.url,
    description: facts.description,
    visibility: facts.visibility,
    default_branch: facts.defaultBranch,
    archived: facts.archived,
    has_issues: facts.hasIssues,
    has_pull_requests: facts.hasPullRequests,
    can_push: facts.canPush,
    can_admin: facts.canAdmin,
    gone: null,
    gone_at: null,
  };
  const changes = repository.node_id === null ? [] : changesOf(FACTS, repository, columns);
  if (repository.full_name !== facts.fullName) await keepFormerName(sql, repository.id, repository.full_name);
  if (repository.url !== facts.url || repository.full_name !== facts.fullName)
    await renameRepositoryItems(sql, {
      id: repository.id,
      fullName: facts.fullName,
      urlBefore: repository.url,
      url: facts.url,
    });
  await insertHistory(sql, 'repository', [{ id: repository.id, changes }], { ...how, repositoryId: repository.id });
  return updateRepository(sql, repository.id, columns);
}

function newRow(connection: GithubConnection, fullName: string, now: Date) {
  return {
    id: newId(now),
    tenant_id: connection.tenantId,
    connection_id: connection.id,
    host: new URL(connection.baseUrl).host,
    full_name: fullName,
    url: repositoryUrl(connection.baseUrl, fullName),
    mirrors: 'linked' as const,
  };
}
