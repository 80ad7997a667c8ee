import type { SandboxAnswer, SandboxComment } from './sandbox.model.ts';
import type { CommentPlace } from './sandbox-index.ts';
import type { RepositoryCall } from './sandbox-call.ts';
import { created, invalidRequest, noContent, notFound, ok, refusal, validationFailed } from './sandbox-answers.ts';
import { mayAtLeast } from './sandbox-access.ts';
import { whyAway, writableIssue } from './sandbox-api-issues.ts';
import { jsonBody } from './sandbox-call.ts';
import { addComment, deleteComment, editComment } from './sandbox-comments.ts';
import { commentById, commentsInOrder } from './sandbox-index.ts';
import { pageByNumber } from './sandbox-pagination.ts';
import { commentShape } from './sandbox-shapes.ts';
import { issueByNumber, sameName } from './sandbox-state.ts';
import { BODY_LENGTH_MAX, longerThan, tooLong } from './sandbox-validate.ts';

/** `GET …/issues/{number}/comments`, ascending by id. */
export function listComments(call: RepositoryCall): SandboxAnswer {
  const issue = call.view.byNumber(call.repository, Number(call.params[0]));
  const away = whyAway(call, issue, false);
  if (away !== null || issue === null) return away ?? notFound();
  const from = sinceOf(call);
  const comments = (call.repository.comments[issue.number] ?? []).filter((comment) => comment.updatedAt >= from);
  const address = `${call.context.api}/repositories/${call.repository.id}/issues/${issue.number}/comments`;
  const page = pageByNumber(comments, call.query, address);
  return ok(
    page.items.map((comment) => commentShape(call.context, { repository: call.repository, issue }, comment)),
    page.headers,
  );
}

/** `GET …/issues/comments`: of all issues and pull requests. Ascending by id; `direction` counts only together with `sort`. */
export function listAllComments(call: RepositoryCall): SandboxAnswer {
  const sort = call.query.get('sort');
  const places = commentsInOrder(call.repository, sort === 'updated' ? 'updated' : 'id');
  const from = sinceOf(call);
  const wanted = from === '' ? places : places.filter(({ comment }) => comment.updatedAt >= from);
  const descending = sort !== null && call.query.get('direction') !== 'asc';
  const address = `${call.context.api}/repositories/${call.repository.id}/issues/comments`;
  const page = pageByNumber(descending ? wanted.toReversed() : wanted, call.query, address);
  return ok(
    page.items.flatMap((place) => shapeOf(call, place)),
    page.headers,
  );
}

/** `GET …/issues/comments/{id}`. */
export function getComment(call: RepositoryCall): SandboxAnswer {
  const place = commentById(call.repository, Number(call.params[0]));
  const [shape] = place === null ? [] : shapeOf(call, place);
  return shape === undefined ? notFound() : ok(shape);
}

function shapeOf(call: RepositoryCall, { number, comment }: CommentPlace): object[] {
  const issue = issueByNumber(call.repository, number);
  return issue === null ? [] : [commentShape(call.context, { repository: call.repository, issue }, comment)];
}

function sinceOf({ query }: RepositoryCall): string {
  const since = query.get('since');
  return since === null || Number.isNaN(Date.parse(since)) ? '' : `${new Date(since).toISOString().slice(0, 19)}Z`;
}

/** `POST …/issues/{number}/comments`. */
export function createComment(call: RepositoryCall): SandboxAnswer {
  const body = bodyOf(call);
  if (typeof body !== 'string') return body;
  const found = writableIssue(call);
  if (!found.ok) return found.answer;
  if (found.target.issue.locked && !mayAtLeast(call.role, 'push'))
    return refusal(403, 'Unable to create comment because issue is locked.');
  const comment = addComment(call.world, found.target, body);
  return created(commentShape(call.context, found.target, comment));
}

/** `PATCH …/issues/comments/{id}`: its author, or who can push. */
export function updateComment(call: RepositoryCall): SandboxAnswer {
  const found = writableComment(call);
  if (!found.ok) return found.answer;
  const body = bodyOf(call);
  if (typeof body !== 'string') return body;
  const comment = editComment(call.world, found.target, found.comment, body);
  return ok(commentShape(call.context, found.target, comment));
}

/** `DELETE …/issues/comments/{id}`. */
export function removeComment(call: RepositoryCall): SandboxAnswer {
  const found = writableComment(call);
  if (!found.ok) return found.answer;
  deleteComment(call.world, found.target, found.comment);
  return noContent();
}

type Writable = ReturnType<typeof writableIssue>;

function writableComment(
  call: RepositoryCall,
): Extract<Writable, { ok: false }> | (Extract<Writable, { ok: true }> & { comment: SandboxComment }) {
  const place = commentById(call.repository, Number(call.params[0]));
  if (place === null) return { ok: false, answer: notFound() };
  const found = writableIssue({ ...call, params: [String(place.number)] });
  if (!found.ok) return found;
  if (!mayAtLeast(call.role, 'push') && !sameName(place.comment.author, found.target.actor))
    return { ok: false, answer: refusal(403, 'Must have admin rights to Repository.') };
  return { ...found, comment: place.comment };
}

function bodyOf(call: RepositoryCall): string | SandboxAnswer {
  const read = jsonBody(call);
  if (!read.ok) return read.answer;
  const { body } = read.body;
  if (typeof body !== 'string') return invalidRequest('"body" wasn\'t supplied.');
  if (body.trim() === '') return validationFailed([{ resource: 'IssueComment', code: 'missing_field', field: 'body' }]);
  if (longerThan(body, BODY_LENGTH_MAX)) return validationFailed([tooLong('IssueComment', 'body', BODY_LENGTH_MAX)]);
  return body;
}
