import type { Sql } from '../db/db.model.ts';

/** The dates of head commits that are known, by sha: they never change and need not be asked for again. */
export async function knownDates(sql: Sql, repositoryId: string): Promise<ReadonlyMap<string, Date>> {
  const rows = await sql
    .selectFrom('branches')
    .select(['sha', 'committed_at'])
    .where('repository_id', '=', repositoryId)
    .where('committed_at', 'is not', null)
    .execute();
  return new Map(rows.flatMap(({ sha, committed_at: at }) => (at === null ? [] : [[sha, at]])));
}

/** The head that is mirrored of a branch; null when it is not, or is gone. */
export async function branchSha(sql: Sql, repositoryId: string, name: string): Promise<string | null> {
  const row = await sql
    .selectFrom('branches')
    .select('sha')
    .where('repository_id', '=', repositoryId)
    .where('name', '=', name)
    .where('gone_at', 'is', null)
    .executeTakeFirst();
  return row?.sha ?? null;
}

/** Whether a webhook changed a branch after a read was asked for. */
export async function toldSince(sql: Sql, repositoryId: string, askedAt: Date): Promise<boolean> {
  const row = await sql
    .selectFrom('branches')
    .select('id')
    .where('repository_id', '=', repositoryId)
    .where((eb) => eb.or([eb('read_at', '>', askedAt), eb('gone_at', '>', askedAt)]))
    .executeTakeFirst();
  return row !== undefined;
}

export async function milestoneNumbers(sql: Sql, repositoryId: string, githubIds: number[]): Promise<number[]> {
  const rows = await sql
    .selectFrom('milestones')
    .select('number')
    .where('repository_id', '=', repositoryId)
    .where('github_id', 'in', githubIds)
    .execute();
  return rows.map((row) => row.number);
}
