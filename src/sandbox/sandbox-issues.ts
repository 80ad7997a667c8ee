import type {
  SandboxComment,
  SandboxEvent,
  SandboxIssue,
  SandboxPull,
  SandboxRepository,
  SandboxStateReason,
  SandboxWorld,
} from './sandbox.model.ts';
import { addLabel, findLabel, LABEL_COLOR_DEFAULT, sameName, takeId, timestamp } from './sandbox-state.ts';

export interface IssueDraft {
  title: string;
  body?: string | null;
  author: string;
  labels?: readonly string[];
  assignees?: readonly string[];
  milestone?: number | null;
  type?: string | null;
  pull?: SandboxPull | null;
}

export interface IssueEdit {
  title?: string;
  body?: string | null;
  state?: 'open' | 'closed';
  stateReason?: SandboxStateReason | null;
  duplicateOf?: number | null;
  labels?: readonly string[];
  assignees?: readonly string[];
  milestone?: number | null;
  type?: string | null;
}

/** Opens an issue (or a pull request) under the next number. Labels that are missing are made on the fly. */
export function openIssue(world: SandboxWorld, repository: SandboxRepository, draft: IssueDraft): SandboxIssue {
  const at = timestamp(world);
  const issue: SandboxIssue = {
    id: takeId(world.state),
    number: repository.issues.length + 1,
    title: draft.title,
    body: emptyToNull(draft.body),
    author: draft.author,
    state: 'open',
    stateReason: null,
    labels: knownLabels(world, repository, draft.labels ?? []),
    assignees: knownLogins(repository, draft.assignees ?? []),
    milestone: draft.milestone ?? null,
    type: draft.type ?? null,
    locked: false,
    comments: 0,
    createdAt: at,
    updatedAt: at,
    closedAt: null,
    closedBy: null,
    duplicateOf: null,
    pull: draft.pull ?? null,
    gone: null,
  };
  repository.issues.push(issue);
  world.issueChanged(repository, null, issue);
  return issue;
}

/** One issue to be changed, and by whom. */
export interface IssueTarget {
  repository: SandboxRepository;
  issue: SandboxIssue;
  actor: string;
}

/** Changes an issue. What is already so does not count as a change and leaves updated_at alone, as on GitHub. */
export function editIssue(world: SandboxWorld, target: IssueTarget, edit: IssueEdit): SandboxIssue {
  const { repository, issue, actor } = target;
  const at = timestamp(world);
  const next: SandboxIssue = {
    ...issue,
    ...(edit.title === undefined ? {} : { title: edit.title }),
    ...(edit.body === undefined ? {} : { body: emptyToNull(edit.body) }),
    ...(edit.labels === undefined ? {} : { labels: knownLabels(world, repository, edit.labels) }),
    ...(edit.assignees === undefined ? {} : { assignees: knownLogins(repository, edit.assignees) }),
    ...(edit.milestone === undefined ? {} : { milestone: edit.milestone }),
    ...(edit.type === undefined ? {} : { type: edit.type }),
    ...stateEdit(issue, edit, { at, actor }),
  };
  if (JSON.stringify(next) === JSON.stringify(issue)) return issue;
  for (const event of eventsBetween(issue, next))
    recordEvent(repository, issue.number, { ...event, actor, createdAt: at });
  return putIssue(world, repository, { ...next, updatedAt: at });
}

/** state_reason counts only together with a real change of state (GitHub ignores it otherwise). */
function stateEdit(issue: SandboxIssue, edit: IssueEdit, by: { at: string; actor: string }): Partial<SandboxIssue> {
  if (edit.state === undefined || edit.state === issue.state) return {};
  if (edit.state === 'open') {
    return { state: 'open', stateReason: 'reopened', closedAt: null, closedBy: null, duplicateOf: null };
  }
  const reason = edit.stateReason === undefined || edit.stateReason === 'reopened' ? 'completed' : edit.stateReason;
  return {
    state: 'closed',
    stateReason: issue.pull === null ? (reason ?? 'completed') : null,
    closedAt: by.at,
    closedBy: by.actor,
    duplicateOf: reason === 'duplicate' ? (edit.duplicateOf ?? null) : null,
  };
}

function eventsBetween(before: SandboxIssue, after: SandboxIssue): Pick<SandboxEvent, 'event' | 'detail'>[] {
  return [
    ...(before.title === after.title ? [] : lines('renamed', [after.title])),
    ...lines('labeled', added(before.labels, after.labels)),
    ...lines('unlabeled', added(after.labels, before.labels)),
    ...lines('assigned', added(before.assignees, after.assignees)),
    ...lines('unassigned', added(after.assignees, before.assignees)),
    ...(before.state === after.state
      ? []
      : lines(after.state === 'closed' ? 'closed' : 'reopened', [after.stateReason ?? ''])),
  ];
}

function added(before: readonly string[], after: readonly string[]): string[] {
  return after.filter((name) => !before.includes(name));
}

function lines(event: SandboxEvent['event'], details: string[]): Pick<SandboxEvent, 'event' | 'detail'>[] {
  return details.map((detail) => ({ event, detail }));
}

function recordEvent(repository: SandboxRepository, number: number, event: SandboxEvent): void {
  (repository.events[number] ??= []).push(event);
}

/** Puts the new version of an issue in the place of the old one; the old object stays as it was. */
export function putIssue(world: SandboxWorld, repository: SandboxRepository, next: SandboxIssue): SandboxIssue {
  const before = repository.issues[next.number - 1] ?? null;
  repository.issues[next.number - 1] = next;
  world.issueChanged(repository, before, next);
  return next;
}

/** Adds a comment; the issue's count and updated_at follow. */
export function addComment(world: SandboxWorld, target: IssueTarget, body: string): SandboxComment {
  const at = timestamp(world);
  const { repository, issue } = target;
  const comment: SandboxComment = { id: takeId(world.state), body, author: target.actor, createdAt: at, updatedAt: at };
  (repository.comments[issue.number] ??= []).push(comment);
  putIssue(world, repository, { ...issue, comments: issue.comments + 1, updatedAt: at });
  return comment;
}

/** Deletes an issue for good: GitHub answers 410 to its number from now on. */
export function deleteIssue(world: SandboxWorld, repository: SandboxRepository, issue: SandboxIssue): void {
  putIssue(world, repository, { ...issue, gone: 'deleted' });
}

/** Moves an issue: it gets a new number and id in the other repository; labels go along only if they exist there. */
export function transferIssue(world: SandboxWorld, target: IssueTarget, into: SandboxRepository): SandboxIssue {
  const { repository, issue } = target;
  const kept = issue.labels.filter((name) => findLabel(into, name) !== null);
  const opened = openIssue(world, into, { title: issue.title, body: issue.body, author: issue.author, labels: kept });
  const moved = putIssue(world, into, {
    ...issue,
    id: opened.id,
    number: opened.number,
    labels: opened.labels,
    milestone: null,
    updatedAt: opened.updatedAt,
  });
  into.comments[moved.number] = repository.comments[issue.number] ?? [];
  putIssue(world, repository, { ...issue, gone: { repositoryId: into.id, number: moved.number } });
  return moved;
}

function knownLabels(world: SandboxWorld, repository: SandboxRepository, names: readonly string[]): string[] {
  const found = names.map((name) => {
    const label = findLabel(repository, name);
    return label ?? addLabel(world, repository, { name, color: LABEL_COLOR_DEFAULT, description: null });
  });
  return [...new Set(found.map((label) => label.name))];
}

function knownLogins(repository: SandboxRepository, logins: readonly string[]): string[] {
  const spelled = logins.map((login) => Object.keys(repository.roles).find((known) => sameName(known, login)) ?? login);
  return [...new Set(spelled)];
}

function emptyToNull(body: string | null | undefined): string | null {
  return body === undefined || body === null || body === '' ? null : body;
}
