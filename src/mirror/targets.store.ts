import { sql as raw } from 'kysely';

import type { MirroredRepository } from './repository.model.ts';
import type { Sql } from '../db/db.model.ts';

/** A connection's repository that GitHub was never asked about; null when there is none. */
export async function blankRepository(sql: Sql, connectionId: string): Promise<MirroredRepository | null> {
  // one maker at a time: there is no GitHub id yet that would keep two apart
  await sql.selectFrom('connections').select('id').where('id', '=', connectionId).forUpdate().execute();
  const row = await sql
    .selectFrom('repositories')
    .selectAll()
    .where('connection_id', '=', connectionId)
    .where('github_id', 'is', null)
    .executeTakeFirst();
  return row ?? null;
}

/** The other connection of the tenant that mirrors the same repository as a whole; null when none does. */
export async function trackedBy(sql: Sql, repository: MirroredRepository): Promise<{ connection: string } | null> {
  const row = await sql
    .selectFrom('repositories as r')
    .innerJoin('connections as c', 'c.id', 'r.connection_id')
    .select('c.name as connection')
    .where('r.tenant_id', '=', repository.tenant_id)
    .where('r.host', '=', repository.host)
    .where('r.github_id', '=', repository.github_id)
    .where('r.mirrors', '=', 'all')
    .where('r.id', '!=', repository.id)
    .executeTakeFirst();
  return row ?? null;
}

/** Forgets how far a repository was read, so that it is read from the beginning. */
export async function forgetReading(sql: Sql, repositoryId: string): Promise<void> {
  await sql.deleteFrom('facets').where('repository_id', '=', repositoryId).execute();
  await sql.deleteFrom('import_spans').where('repository_id', '=', repositoryId).execute();
  await sql.updateTable('repositories').set({ imported_at: null }).where('id', '=', repositoryId).execute();
}

export async function hasLinkedIssues(sql: Sql, repositoryId: string): Promise<boolean> {
  const row = await sql
    .selectFrom('issues')
    .select('id')
    .where('repository_id', '=', repositoryId)
    .where('source', '=', 'linked')
    .executeTakeFirst();
  return row !== undefined;
}

/** Deletes what only a repository that is mirrored as a whole has: its linked issues stay, with their comments and history. */
export async function deleteAllButLinked(sql: Sql, repositoryId: string): Promise<void> {
  const linked = raw`select id from issues where repository_id = ${repositoryId} and source = 'linked'`;
  const numbers = raw`select number from issues where repository_id = ${repositoryId} and source = 'linked'`;
  const kept = raw`select id from comments where repository_id = ${repositoryId} and issue_number in (${numbers})`;
  await raw`delete from item_changes where repository_id = ${repositoryId}
               and item_id not in (${linked}) and item_id not in (${kept}) and item_kind <> 'repository'`.execute(sql);
  await raw`delete from comments where repository_id = ${repositoryId} and issue_number not in (${numbers})`.execute(
    sql,
  );
  await sql.deleteFrom('issues').where('repository_id', '=', repositoryId).where('source', '=', 'external').execute();
  for (const table of WHOLE_ONLY) await sql.deleteFrom(table).where('repository_id', '=', repositoryId).execute();
  // an ETag of a list whose rows are gone would keep it empty
  await sql.deleteFrom('facets').where('repository_id', '=', repositoryId).where('facet', '!=', 'issues').execute();
}

const WHOLE_ONLY = [
  'pull_requests',
  'branches',
  'collaborators',
  'teams',
  'labels',
  'milestones',
  'import_spans',
  'drift',
] as const;
