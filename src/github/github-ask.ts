import type { Clock } from '../lib/clock.ts';
import type { Log } from '../lib/log.ts';
import { decideUnreadable } from './github-failure.decide.ts';
import type { ApiAnswer, ApiRequest, GithubApi } from './github.client.ts';
import type { GithubAccess, GithubFailure, GithubResult, RepositoryRef } from './github.model.ts';

/** What every question to one GitHub with one credential needs. */
export interface Door {
  api: GithubApi;
  access: GithubAccess;
  log: Log;
  now: Clock;
}

/** A call about a repository, its answer parsed; `request.path` stands below the repository. */
export async function ask<T>(
  door: Door,
  r: RepositoryRef,
  request: ApiRequest,
  parse: (answer: ApiAnswer) => T | null,
): Promise<GithubResult<T>> {
  return askAt(door, repositoryPath(r), request, parse);
}

/**
 * A call about what `base` names, its answer parsed. A name or segment that cannot exist is answered here: its path would name
 * something else.
 */
export async function askAt<T>(
  door: Door,
  base: string | null,
  request: ApiRequest,
  parse: (answer: ApiAnswer) => T | null,
): Promise<GithubResult<T>> {
  if (base === null || request.path.endsWith('/')) return nameless();
  const write = request.method !== 'GET';
  return understood(await door.api.call({ ...request, path: base + request.path }), write, parse);
}

/** What the answer holds; an answer that cannot be read is a failure, and after a write an unknown outcome. */
export function understood<T>(
  result: GithubResult<ApiAnswer>,
  write: boolean,
  parse: (answer: ApiAnswer) => T | null,
): GithubResult<T> {
  if (!result.ok) return result;
  const value = parse(result.value);
  if (value !== null) return { ...result, value };
  return {
    ok: false,
    failure: decideUnreadable(write, result.status, result.value.headers),
    requests: result.requests,
  };
}

/** The refusal of a name that cannot be one on GitHub; nothing was sent. */
export function nameless(): GithubResult<never> {
  const message = 'A repository is named as owner/name; this name cannot exist on GitHub.';
  return refusedHere({ kind: 'not_found', message, status: null, requestId: null });
}

/** A failure found before anything was sent. */
export function refusedHere(failure: GithubFailure): GithubResult<never> {
  return { ok: false, failure, requests: 0 };
}

/** The path of a repository below the base URL; null for a name that cannot be one. */
export function repositoryPath(r: RepositoryRef): string | null {
  if ('id' in r) return `/repositories/${r.id}`;
  const [owner, name, ...rest] = r.fullName.split('/').map(pathSegment);
  if (typeof owner !== 'string' || typeof name !== 'string' || rest.length > 0) return null;
  return `/repos/${owner}/${name}`;
}

/** The text as one segment of a path. URLs swallow "." and "..", encoded or not: those would lead to another endpoint, so null. */
export function pathSegment(text: string): string | null {
  return text === '' || text === '.' || text === '..' ? null : encodeURIComponent(text);
}
