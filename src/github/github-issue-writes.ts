import { ask, type Door, pathSegment } from './github-ask.ts';
import { parseComment } from './github-lists.parse.ts';
import { parseIssue } from './github.parse.ts';
import type { Github, GithubResult, RepositoryRef } from './github.model.ts';
import type { ApiAnswer } from './github.client.ts';

type Writes = Pick<Github, 'createComment' | 'changeComment' | 'addLabels' | 'removeLabel' | 'removeAssignees'>;

/** What is said on an issue after it was opened. */
export function issueWrites(door: Door): Writes {
  return {
    createComment: (r, number, body) =>
      ask(door, r, { method: 'POST', path: `/issues/${number}/comments`, body: { body }, creates: true }, toComment),
    changeComment: (r, id, body) =>
      ask(door, r, { method: 'PATCH', path: `/issues/comments/${id}`, body: { body } }, toComment),
    addLabels: (r, number, labels) =>
      ask(door, r, { method: 'POST', path: `/issues/${number}/labels`, body: { labels } }, () => true as const),
    removeLabel: (r, number, name) => removeLabel(door, r, number, name),
    removeAssignees: (r, number, assignees) =>
      ask(door, r, { method: 'DELETE', path: `/issues/${number}/assignees`, body: { assignees } }, ({ body }) =>
        parseIssue(body),
      ),
  };
}

// GitHub says 404 both for an issue it does not show and for a label that the issue does not bear; only its words differ.
async function removeLabel(door: Door, r: RepositoryRef, number: number, name: string): Promise<GithubResult<boolean>> {
  const path = `/issues/${number}/labels/${pathSegment(name) ?? ''}`;
  const result = await ask(door, r, { method: 'DELETE', path }, () => true);
  if (result.ok || result.failure.kind !== 'not_found' || !/label/iu.test(result.failure.message)) return result;
  const { failure, requests } = result;
  return { ok: true, value: false, status: 404, requestId: failure.requestId, requests };
}

function toComment({ body }: ApiAnswer) {
  return parseComment(body);
}
