import { newId } from '../../src/lib/ids.ts';
import type { NewRow, Sql } from '../../src/db/db.model.ts';

export interface MirrorPlace {
  tenantId: string;
  connectionId: string;
  repositoryId: string;
  fullName: string;
}

let githubIds = 1_000_000;

/** Rows as the mirror's engine would have written them, for tests of what reads them. */
export async function addRepository(
  sql: Sql,
  of: { tenantId: string; connectionId: string; fullName: string },
  more: Partial<NewRow<'repositories'>> = {},
): Promise<MirrorPlace> {
  const id = newId(new Date());
  await sql
    .insertInto('repositories')
    .values({
      id,
      tenant_id: of.tenantId,
      connection_id: of.connectionId,
      host: 'github.example',
      github_id: githubIds++,
      full_name: of.fullName,
      url: `https://github.example/${of.fullName}`,
      mirrors: 'all',
      imported_at: new Date(),
      synced_at: new Date(),
      ...more,
    })
    .execute();
  return { ...of, repositoryId: id };
}

export async function addIssue(
  sql: Sql,
  place: MirrorPlace,
  issue: Partial<NewRow<'issues'>> & { number: number },
): Promise<string> {
  const id = newId(new Date());
  const github_id = githubIds++;
  const at = new Date(Date.UTC(2026, 0, 1, 0, 0, issue.number));
  await sql
    .insertInto('issues')
    .values({
      id,
      tenant_id: place.tenantId,
      connection_id: place.connectionId,
      repository_id: place.repositoryId,
      source: 'external',
      github_id,
      node_id: `I_${github_id}`,
      github_repository_id: 1,
      repository: place.fullName,
      url: `https://github.example/${place.fullName}/issues/${issue.number}`,
      title: `Issue ${issue.number}`,
      state: 'open',
      created_at: at,
      updated_at: at,
      ...issue,
    })
    .execute();
  return id;
}

export async function addPull(
  sql: Sql,
  place: MirrorPlace,
  pull: Partial<NewRow<'pull_requests'>> & { number: number },
): Promise<string> {
  const id = newId(new Date());
  const github_id = githubIds++;
  const at = new Date(Date.UTC(2026, 0, 1, 0, 0, pull.number));
  await sql
    .insertInto('pull_requests')
    .values({
      id,
      tenant_id: place.tenantId,
      repository_id: place.repositoryId,
      github_id,
      node_id: `PR_${github_id}`,
      url: `https://github.example/${place.fullName}/pull/${pull.number}`,
      title: `Pull request ${pull.number}`,
      state: 'open',
      head_ref: 'topic',
      head_sha: 'a'.repeat(40),
      base_ref: 'main',
      base_sha: 'b'.repeat(40),
      created_at: at,
      updated_at: at,
      ...pull,
    })
    .execute();
  return id;
}
