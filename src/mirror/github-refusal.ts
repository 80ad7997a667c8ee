import { githubOf } from '../connections/connections.ts';
import { HttpProblem } from '../lib/problem.ts';
import { sentenceFor } from '../github/github.ts';
import type { Github, GithubFailure, GithubResult } from '../github/github.model.ts';
import type { GithubConnection, OutsideCtx } from '../connections/connections.model.ts';

/** The door with a connection's credential, for a person who waits. Throws a 409 where it cannot be opened. */
export function openFor(ctx: OutsideCtx, connection: GithubConnection): Github {
  const github = githubOf(ctx, connection);
  if (github !== null) return github;
  throw new HttpProblem(
    409,
    `The credential of the connection “${connection.name}” cannot be decrypted: put it in again.`,
  );
}

/** What GitHub answered; its refusal is thrown as one of ours, in its words. */
export function valueOrRefusal<T>(result: GithubResult<T>, now: Date): T {
  if (result.ok) return result.value;
  const { failure } = result;
  throw new HttpProblem(statusOf(failure), sentenceFor(failure), {
    headers:
      failure.kind === 'rate_limited'
        ? { 'retry-after': String(Math.max(1, Math.ceil((failure.retryAt.getTime() - now.getTime()) / 1000))) }
        : {},
  });
}

function statusOf({ kind }: GithubFailure): number {
  if (kind === 'rate_limited') return 503;
  return kind === 'unreachable' || kind === 'unavailable' || kind === 'unexpected' ? 502 : 422;
}
