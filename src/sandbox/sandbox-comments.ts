import type { SandboxComment, SandboxIssue, SandboxWorld } from './sandbox.model.ts';
import type { IssueTarget } from './sandbox-issues.ts';
import { commentReplaced } from './sandbox-index.ts';
import { putIssue } from './sandbox-issues.ts';
import { commentShape, issueShape } from './sandbox-shapes.ts';
import { takeId, timestamp } from './sandbox-state.ts';
import { tell } from './sandbox-tell.ts';

/** Adds a comment; the issue's count and updated_at follow. */
export function addComment(world: SandboxWorld, target: IssueTarget, body: string): SandboxComment {
  const at = timestamp(world);
  const { repository, issue, actor } = target;
  const comment: SandboxComment = { id: takeId(world.state), body, author: actor, createdAt: at, updatedAt: at };
  (repository.comments[issue.number] ??= []).push(comment);
  commentReplaced(repository, null, { number: issue.number, comment });
  const commented = putIssue(world, repository, { ...issue, comments: issue.comments + 1, updatedAt: at });
  tellComment(world, { ...target, issue: commented }, 'created', comment);
  return comment;
}

/** Changes the text of a comment; the issue counts as updated. */
export function editComment(
  world: SandboxWorld,
  target: IssueTarget,
  comment: SandboxComment,
  body: string,
): SandboxComment {
  if (comment.body === body) return comment;
  const at = timestamp(world);
  const edited = { ...comment, body, updatedAt: at };
  const issue = replaceComment(world, target, comment, edited);
  const changes = { body: { from: comment.body } };
  tellComment(world, { ...target, issue }, 'edited', edited, { changes });
  return edited;
}

export function deleteComment(world: SandboxWorld, target: IssueTarget, comment: SandboxComment): void {
  const issue = replaceComment(world, target, comment, null);
  tellComment(world, { ...target, issue }, 'deleted', comment);
}

function replaceComment(
  world: SandboxWorld,
  { repository, issue }: IssueTarget,
  before: SandboxComment,
  after: SandboxComment | null,
): SandboxIssue {
  const { number } = issue;
  const comments = repository.comments[number] ?? [];
  const place = comments.findIndex(({ id }) => id === before.id);
  if (place === -1) throw new Error(`issue #${number} has no comment ${before.id}`);
  comments.splice(place, 1, ...(after === null ? [] : [after]));
  commentReplaced(repository, { number, comment: before }, after === null ? null : { number, comment: after });
  return putIssue(world, repository, { ...issue, comments: comments.length, updatedAt: timestamp(world) });
}

function tellComment(
  world: SandboxWorld,
  { repository, issue, actor }: IssueTarget,
  action: string,
  comment: SandboxComment,
  more: object = {},
): void {
  tell(world, {
    event: 'issue_comment',
    action,
    repository,
    actor,
    more: (context) => ({
      issue: issueShape(context, { repository, issue }),
      comment: commentShape(context, { repository, issue }, comment),
      ...more,
    }),
  });
}
