import type { FacetName, Row, RowChange, Sql } from '../db/db.model.ts';
import type { MirroredRepository } from './repository.model.ts';

export async function selectRepository(sql: Sql, id: string): Promise<MirroredRepository | null> {
  return (await sql.selectFrom('repositories').selectAll().where('id', '=', id).executeTakeFirst()) ?? null;
}

export async function selectRepositories(
  sql: Sql,
  of: { tenantId: string | null } | { connectionId: string },
): Promise<MirroredRepository[]> {
  const query = sql.selectFrom('repositories').selectAll().orderBy('full_name').orderBy('id');
  if ('connectionId' in of) return query.where('connection_id', '=', of.connectionId).execute();
  return of.tenantId === null ? query.execute() : query.where('tenant_id', '=', of.tenantId).execute();
}

/** A connection's repository by GitHub's id; null when it is not mirrored. */
export async function repositoryByGithubId(
  sql: Sql,
  connectionId: string,
  githubId: number,
): Promise<MirroredRepository | null> {
  const row = await sql
    .selectFrom('repositories')
    .selectAll()
    .where('connection_id', '=', connectionId)
    .where('github_id', '=', githubId)
    .executeTakeFirst();
  return row ?? null;
}

/** Every row of a tenant for one repository of one GitHub: connections that file into the same one have a row each. */
export async function repositoriesOfTenant(
  sql: Sql,
  of: { tenantId: string; host: string; githubId: number },
): Promise<MirroredRepository[]> {
  return sql
    .selectFrom('repositories')
    .selectAll()
    .where('tenant_id', '=', of.tenantId)
    .where('host', '=', of.host)
    .where('github_id', '=', of.githubId)
    .orderBy('created_at')
    .execute();
}

/** By a name it has or (where nothing else has it now) had; tracked ones first. */
export async function repositoryByName(
  sql: Sql,
  tenantId: string,
  fullName: string,
): Promise<MirroredRepository | null> {
  const name = fullName.toLowerCase();
  const own = await sql
    .selectFrom('repositories')
    .selectAll()
    .where('tenant_id', '=', tenantId)
    .where((eb) => eb(eb.fn<string>('lower', ['full_name']), '=', name))
    .orderBy('mirrors')
    .orderBy('created_at')
    .executeTakeFirst();
  if (own !== undefined) return own;
  const former = await sql
    .selectFrom('repositories as r')
    .innerJoin('repository_names as n', 'n.repository_id', 'r.id')
    .selectAll('r')
    .where('r.tenant_id', '=', tenantId)
    .where('n.full_name', '=', name)
    .orderBy('n.until', 'desc')
    .executeTakeFirst();
  return former ?? null;
}

/** Adds a repository, or returns the one that is there (by GitHub's id). */
export async function insertRepository(
  sql: Sql,
  row: Pick<
    MirroredRepository,
    'id' | 'tenant_id' | 'connection_id' | 'host' | 'github_id' | 'full_name' | 'url' | 'mirrors'
  >,
): Promise<MirroredRepository> {
  const inserted = await sql
    .insertInto('repositories')
    .values(row)
    .onConflict((conflict) => conflict.constraint('repositories_github_unique').doNothing())
    .returningAll()
    .executeTakeFirst();
  if (inserted !== undefined) return inserted;
  return sql
    .selectFrom('repositories')
    .selectAll()
    .where('connection_id', '=', row.connection_id)
    .where('github_id', '=', row.github_id)
    .executeTakeFirstOrThrow();
}

export async function updateRepository(
  sql: Sql,
  id: string,
  change: RowChange<'repositories'>,
): Promise<MirroredRepository> {
  return sql
    .updateTable('repositories')
    .set({ ...change, updated_at: new Date() })
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow();
}

export async function deleteRepository(sql: Sql, id: string): Promise<void> {
  await sql.deleteFrom('repositories').where('id', '=', id).execute();
}

/** Remembers a name the repository no longer has. */
export async function keepFormerName(sql: Sql, repositoryId: string, fullName: string): Promise<void> {
  await sql
    .insertInto('repository_names')
    .values({ repository_id: repositoryId, full_name: fullName.toLowerCase() })
    .onConflict((conflict) => conflict.columns(['repository_id', 'full_name']).doUpdateSet({ until: new Date() }))
    .execute();
}

/** What is remembered of one list of a repository. */
export async function selectFacet(sql: Sql, repositoryId: string, facet: FacetName): Promise<Row<'facets'> | null> {
  const row = await sql
    .selectFrom('facets')
    .selectAll()
    .where('repository_id', '=', repositoryId)
    .where('facet', '=', facet)
    .executeTakeFirst();
  return row ?? null;
}

export async function selectFacets(sql: Sql, repositoryId: string): Promise<Row<'facets'>[]> {
  return sql.selectFrom('facets').selectAll().where('repository_id', '=', repositoryId).execute();
}

/** Stores what a read of a list taught. `dirtyUntil`: a webhook that came after this instant keeps the list dirty. */
export async function saveFacet(
  sql: Sql,
  repositoryId: string,
  facet: FacetName,
  change: Omit<RowChange<'facets'>, 'repository_id' | 'facet' | 'dirty_at'>,
  dirtyUntil: Date | null = null,
): Promise<void> {
  await sql
    .insertInto('facets')
    .values({ repository_id: repositoryId, facet, ...(change as object) })
    .onConflict((conflict) => conflict.columns(['repository_id', 'facet']).doUpdateSet(change))
    .execute();
  if (dirtyUntil === null) return;
  await sql
    .updateTable('facets')
    .set({ dirty_at: null })
    .where('repository_id', '=', repositoryId)
    .where('facet', '=', facet)
    .where('dirty_at', '<=', dirtyUntil)
    .execute();
}

/** Says that lists must be read again, because a webhook told of something that only a read can show. */
export async function markDirty(
  sql: Sql,
  repositoryId: string,
  facets: readonly FacetName[],
  now: Date,
): Promise<void> {
  if (facets.length === 0) return;
  await sql
    .insertInto('facets')
    .values(facets.map((facet) => ({ repository_id: repositoryId, facet, dirty_at: now })))
    .onConflict((conflict) => conflict.columns(['repository_id', 'facet']).doUpdateSet({ dirty_at: now }))
    .execute();
}

/** What could not be read is left alone for a while; a webhook that comes meanwhile makes it dirty at once. */
export async function postponeDirty(sql: Sql, repositoryId: string, until: Date): Promise<void> {
  await sql
    .updateTable('facets')
    .set({ dirty_at: until })
    .where('repository_id', '=', repositoryId)
    .where('dirty_at', '<', until)
    .execute();
}

/** Repositories that may be read, with a list that has been dirty since before `before`. */
export async function dirtyRepositories(sql: Sql, before: Date): Promise<string[]> {
  const rows = await sql
    .selectFrom('facets as f')
    .innerJoin('repositories as r', 'r.id', 'f.repository_id')
    .select('f.repository_id')
    .distinct()
    .innerJoin('connections as c', 'c.id', 'r.connection_id')
    .where('f.dirty_at', '<=', before)
    .where('r.mirrors', '=', 'all')
    .where('r.imported_at', 'is not', null)
    .where('r.paused_at', 'is', null)
    .where((eb) => eb.or([eb('r.gone', 'is', null), eb('f.facet', '=', 'repository')]))
    .where('c.enabled', '=', true)
    .where('c.paused_at', 'is', null)
    .where((eb) => eb.or([eb('c.rest_until', 'is', null), eb('c.rest_until', '<=', before)]))
    .execute();
  return rows.map((row) => row.repository_id);
}
