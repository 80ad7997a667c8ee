import type { SandboxWorld } from './sandbox.model.ts';
import type { IssueEdit, IssueTarget } from './sandbox-issues.ts';
import { addComment } from './sandbox-comments.ts';
import { editIssue, openIssue } from './sandbox-issues.ts';
import { isAssignable } from './sandbox-access.ts';
import { actOnPull } from './sandbox-pull-page.ts';
import { findLabel, issueByNumber } from './sandbox-state.ts';
import { BODY_LENGTH_MAX, longerThan, TITLE_LENGTH_MAX } from './sandbox-validate.ts';

/** Does what a form of the issue page asks for. Returns a sentence when it cannot be done, else null. */
export function actOnIssue(world: SandboxWorld, target: IssueTarget, form: URLSearchParams): string | null {
  const wanted = form.get('do') ?? '';
  if (wanted === 'comment' || wanted === 'comment_and_close') return comment(world, target, form);
  if (actOnPull(world, target, form)) return null;
  const edit = editFor(world, target, form);
  if (typeof edit === 'string') return edit;
  editIssue(world, target, edit);
  return null;
}

function comment(world: SandboxWorld, target: IssueTarget, form: URLSearchParams): string | null {
  const body = form.get('body') ?? '';
  if (body.trim() === '') return 'A comment needs some text.';
  if (longerThan(body, BODY_LENGTH_MAX)) return 'The comment is too long.';
  addComment(world, target, body);
  if (form.get('do') !== 'comment_and_close') return null;
  const issue = issueByNumber(target.repository, target.issue.number) ?? target.issue;
  editIssue(world, { ...target, issue }, { state: 'closed', stateReason: 'completed' });
  return null;
}

function editFor(world: SandboxWorld, { repository, issue }: IssueTarget, form: URLSearchParams): IssueEdit | string {
  const wanted = form.get('do') ?? '';
  const label = form.get('label') ?? '';
  const login = form.get('login') ?? '';
  switch (wanted) {
    case 'label':
      return findLabel(repository, label) === null ? 'There is no such label.' : { labels: [...issue.labels, label] };
    case 'unlabel':
      return { labels: issue.labels.filter((name) => name !== label) };
    case 'assign':
      return isAssignable(world.state, repository, login)
        ? { assignees: [...issue.assignees, login] }
        : 'This person cannot be assigned.';
    case 'unassign':
      return { assignees: issue.assignees.filter((name) => name !== login) };
    case 'close_completed':
      return { state: 'closed', stateReason: 'completed' };
    case 'close_not_planned':
      return { state: 'closed', stateReason: 'not_planned' };
    case 'close_duplicate': {
      const original = issueByNumber(repository, Number((form.get('original') ?? '').replace('#', '')));
      if (original?.number === issue.number) return 'An issue cannot be a duplicate of itself.';
      return { state: 'closed', stateReason: 'duplicate', duplicateOf: original?.id ?? null };
    }
    case 'reopen':
      return { state: 'open' };
    default:
      return 'This page knows no such action.';
  }
}

/** Opens an issue from the form of the list page. Returns its number, or a sentence. */
export function openFromForm(
  world: SandboxWorld,
  target: Omit<IssueTarget, 'issue'>,
  form: URLSearchParams,
): number | string {
  const title = (form.get('title') ?? '').trim();
  if (title === '') return 'An issue needs a title.';
  if (longerThan(title, TITLE_LENGTH_MAX)) return 'The title is too long.';
  return openIssue(world, target.repository, { title, body: form.get('body'), author: target.actor }).number;
}
