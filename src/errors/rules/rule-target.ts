import { connectionById, githubOf, refreshConnection } from '../../connections/connections.ts';
import type { ErrorsCtx, SentryRule } from '../errors.model.ts';
import type { GithubConnection } from '../../connections/connections.model.ts';

/**
 * The connection into whose repository a rule files. Of a rule with a share key GitHub is asked for the repository's number
 * where it is not known yet: the error that several share is made from it. It stays unknown while GitHub does not tell.
 */
export async function targetOf(
  ctx: ErrorsCtx,
  { connectionId, shareKey }: SentryRule,
): Promise<GithubConnection | null> {
  const connection = connectionId === null ? null : await connectionById(ctx.sql, connectionId);
  if (connection === null || shareKey === null || connection.githubRepositoryId !== null) return connection;
  const isResting = connection.restUntil !== null && connection.restUntil > ctx.now();
  const github = connection.pausedAt === null && !isResting ? githubOf(ctx, connection) : null;
  const answer = github === null ? null : await refreshConnection(ctx, connection, github, true);
  return answer?.ok === true ? answer.connection : connection;
}
