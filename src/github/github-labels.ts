import { ask, type Door, pathSegment } from './github-ask.ts';
import { parseLabel } from './github-lists.parse.ts';
import type { GithubLabel } from './github-reads.model.ts';
import type { Github, GithubResult, RepositoryRef } from './github.model.ts';

type Labels = Pick<Github, 'label' | 'createLabel' | 'changeLabel' | 'deleteLabel'>;

/** The labels of a repository, one by one. */
export function labelWrites(door: Door): Labels {
  const path = (name: string) => `/labels/${pathSegment(name) ?? ''}`;
  return {
    label: async (r, name) =>
      orAbsent<GithubLabel | null>(
        await ask(door, r, { method: 'GET', path: path(name) }, ({ body }) => parseLabel(body)),
        null,
      ),
    createLabel: (r, label) => createLabel(door, r, label),
    changeLabel: (r, name, change) =>
      ask(door, r, { method: 'PATCH', path: path(name), body: change }, ({ body }) => parseLabel(body)),
    deleteLabel: async (r, name) =>
      orAbsent(await ask(door, r, { method: 'DELETE', path: path(name) }, () => true), false),
  };
}

async function createLabel(
  door: Door,
  r: RepositoryRef,
  label: { name: string; color: string; description: string },
): Promise<GithubResult<boolean>> {
  const result = await ask(door, r, { method: 'POST', path: '/labels', body: label }, () => true);
  if (result.ok || result.failure.kind !== 'invalid') return result;
  const { failure, requests } = result;
  if (!failure.errors.some(({ code }) => code === 'already_exists')) return result;
  return { ok: true, value: false, status: 422, requestId: failure.requestId, requests };
}

function orAbsent<T>(result: GithubResult<T>, absent: T): GithubResult<T> {
  if (result.ok || result.failure.kind !== 'not_found') return result;
  const { failure, requests } = result;
  return { ok: true, value: absent, status: 404, requestId: failure.requestId, requests };
}
