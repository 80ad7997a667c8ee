import { applyGone, applyIssues } from './apply.ts';
import { ensureTarget } from './repositories.ts';
import { whyGone } from './sync-linked.ts';
import type { Github, GithubFailure } from '../github/github.model.ts';
import type { GithubConnection } from '../connections/connections.model.ts';
import type { How } from './apply.ts';
import type { OutsideCtx } from '../connections/connections.model.ts';
import type { Row } from '../db/db.model.ts';

/**
 * Reads one linked issue anew and keeps what it is now, also that it was deleted or moved away. A 404 is given back as the failure
 * it is: a token that does not see it for a moment says the same.
 */
export async function readLinked(
  ctx: OutsideCtx,
  { connection, github }: { connection: GithubConnection; github: Github },
  issue: Row<'issues'>,
): Promise<GithubFailure | null> {
  const how: How = { askedAt: ctx.now(), from: 'read', via: 'sync', actor: null, now: ctx.now() };
  const answer = await github.issue({ id: issue.github_repository_id }, issue.number);
  const gone = whyGone(answer, issue.github_id);
  if (!answer.ok && (gone === null || gone.why === 'not_found')) return answer.failure;
  await ctx.sql.transaction().execute(async (sql) => {
    const repository = await ensureTarget(sql, connection, ctx.now());
    if (gone !== null) await applyGone(sql, repository, issue.id, gone, { ...how, now: ctx.now() });
    else if (answer.ok && answer.value.issue !== null) await applyIssues(sql, repository, [answer.value.issue], how);
  });
  return null;
}
