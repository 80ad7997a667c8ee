import { renameLogin } from './renames.store.ts';
import type { GithubUser } from '../github/github-reads.model.ts';
import type { Logins } from './snapshots.decide.ts';
import type { Sql } from '../db/db.model.ts';

/**
 * Takes note of people and their logins, inside the caller's transaction. A read tells of renames, which are carried to
 * everything mirrored; a payload may be old and only tells of people not known yet. Returns the logins as they are now.
 */
export async function noteUsers(
  sql: Sql,
  connectionId: string,
  people: readonly GithubUser[],
  seen: { askedAt: Date; from: 'read' | 'payload' },
): Promise<Logins> {
  const met = new Map(people.map((person) => [person.id, person.login]));
  if (met.size === 0) return met;
  const stored = await sql
    .selectFrom('github_users')
    .select(['github_id', 'login', 'read_at'])
    .where('connection_id', '=', connectionId)
    .where('github_id', 'in', [...met.keys()])
    .orderBy('github_id')
    .execute();
  const logins = new Map(stored.map((row) => [row.github_id, row.login]));
  for (const { github_id: id, login: before, read_at: readAt } of stored) {
    const login = met.get(id) ?? before;
    if (login === before || seen.from === 'payload' || readAt > seen.askedAt) continue;
    logins.set(id, login);
    await renameLogin(sql, connectionId, { id, before, login });
    await sql
      .updateTable('github_users')
      .set({ login, read_at: seen.askedAt })
      .where('connection_id', '=', connectionId)
      .where('github_id', '=', id)
      .execute();
  }
  const unknown = [...met].filter(([id]) => !logins.has(id)).toSorted(([a], [b]) => a - b);
  if (unknown.length > 0)
    await sql
      .insertInto('github_users')
      .values(
        unknown.map(([id, login]) => ({ connection_id: connectionId, github_id: id, login, read_at: seen.askedAt })),
      )
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  return new Map([...met, ...logins]);
}
