import { assertNever } from '../lib/assert-never.ts';
import { connectionById, githubOf } from '../connections/connections.ts';
import { findRepositoryOf } from './hooks.store.ts';
import { HttpProblem } from '../lib/problem.ts';
import { sentenceFor } from '../github/github.ts';
import type { DeliveriesCtx, HookRow, KnownRepository } from './deliveries.model.ts';
import type { Github, GithubFailure, GithubResult } from '../github/github.model.ts';
import type { GithubConnection } from '../connections/connections.model.ts';
import type { HookPlace } from '../github/github-reads.model.ts';

/** The connection of a hook or repository with its door to GitHub. Throws a 409 when its credential cannot be read. */
export async function openDoor(
  ctx: DeliveriesCtx,
  connectionId: string,
): Promise<{ connection: GithubConnection; github: Github }> {
  const connection = await connectionById(ctx.sql, connectionId);
  const github = connection === null ? null : githubOf(ctx, connection);
  if (connection === null || github === null)
    throw new HttpProblem(
      409,
      'The stored credential cannot be decrypted: SECRET_KEY is another one than when it was saved. Put it in again.',
    );
  return { connection, github };
}

/** Where a hook lives at GitHub; a repository by its id where that is known, so that a rename does not matter. */
export async function placeOf(ctx: DeliveriesCtx, hook: HookRow): Promise<HookPlace> {
  switch (hook.target_kind) {
    case 'app':
      return { app: true };
    case 'organization':
      return { organization: hook.target };
    case 'repository':
      return placeOfRepository((await findRepositoryOf(ctx.sql, hook)) ?? { fullName: hook.target, id: null });
    default:
      return assertNever(hook.target_kind);
  }
}

export function placeOfRepository({ id, fullName }: Pick<KnownRepository, 'id' | 'fullName'>): HookPlace {
  return { repository: id === null ? { fullName } : { id } };
}

/** What GitHub answered; its refusal as a problem for the person who asked. */
export function valueOf<T>(result: GithubResult<T>): T {
  if (result.ok) return result.value;
  throw new HttpProblem(statusOf(result.failure), hookSentence(result.failure));
}

/** A refusal in words that fit webhooks, whose rights are other ones than those of issues. */
export function hookSentence(failure: GithubFailure): string {
  const isHidden = failure.kind === 'not_found' || failure.kind === 'forbidden';
  if (!isHidden) return sentenceFor(failure);
  const wanted = failure.kind === 'forbidden' ? failure.missingPermissions : null;
  return `GitHub does not let this credential manage webhooks here. It must belong to an admin of the repository, with ${wanted ?? 'the permission Webhooks: write (classic token: admin:repo_hook, or admin:org_hook for an organisation)'}. You can also make the webhook by hand with the secret of the connection.`;
}

function statusOf({ kind }: GithubFailure): number {
  if (kind === 'unreachable' || kind === 'unavailable' || kind === 'unexpected' || kind === 'outcome_unknown')
    return 502;
  return kind === 'rate_limited' ? 503 : 422;
}
