import type {
  SandboxIssue,
  SandboxPull,
  SandboxRepository,
  SandboxStateReason,
  SandboxWorld,
} from './sandbox.model.ts';
import { peopleOf } from './sandbox-access.ts';
import { issueReplaced } from './sandbox-index.ts';
import { eventsBetween, recordEvent, tellChanges } from './sandbox-issue-changes.ts';
import { createLabel } from './sandbox-labels.ts';
import { addCommit, findBranch, findLabel, LABEL_COLOR_DEFAULT, sameName, takeId, timestamp } from './sandbox-state.ts';
import { tellIssue } from './sandbox-tell.ts';

export interface IssueDraft {
  title: string;
  body?: string | null;
  author: string;
  labels?: readonly string[];
  assignees?: readonly string[];
  milestone?: number | null;
  type?: string | null;
  pull?: PullDraft | null;
}

/** Only its branches have to be said. */
export type PullDraft = Partial<SandboxPull> & Pick<SandboxPull, 'head' | 'base'>;

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

/** Opens an issue (or a pull request) under the next number. Labels and branches that are missing are made on the fly. */
export function openIssue(world: SandboxWorld, repository: SandboxRepository, draft: IssueDraft): SandboxIssue {
  const issue = append(world, repository, newIssue(world, repository, draft));
  const bare: SandboxIssue = { ...issue, labels: [], assignees: [], milestone: null, type: null };
  const opened = { repository, issue, actor: draft.author };
  tellIssue(world, opened, 'opened');
  tellChanges(world, bare, opened);
  return issue;
}

/** Puts an issue of another repository into this one, under the next number and a new id. Tells nobody. */
export function newIssueFrom(world: SandboxWorld, repository: SandboxRepository, issue: SandboxIssue): SandboxIssue {
  const number = repository.issues.length + 1;
  return append(world, repository, { ...issue, id: takeId(world.state), number, updatedAt: timestamp(world) });
}

function append(world: SandboxWorld, repository: SandboxRepository, issue: SandboxIssue): SandboxIssue {
  repository.issues.push(issue);
  issueReplaced(repository, null, issue);
  world.issueChanged(repository, null, issue);
  return issue;
}

function newIssue(world: SandboxWorld, repository: SandboxRepository, draft: IssueDraft): SandboxIssue {
  const at = timestamp(world);
  const by = { world, repository, actor: draft.author };
  return {
    id: takeId(world.state),
    number: repository.issues.length + 1,
    title: draft.title,
    body: emptyToNull(draft.body),
    author: draft.author,
    state: 'open',
    stateReason: null,
    labels: knownLabels(by, draft.labels ?? []),
    assignees: knownLogins(by, draft.assignees ?? []),
    milestone: draft.milestone ?? null,
    type: draft.type ?? null,
    locked: false,
    lockReason: null,
    pinned: false,
    comments: 0,
    createdAt: at,
    updatedAt: at,
    closedAt: null,
    closedBy: null,
    duplicateOf: null,
    pull: draft.pull === undefined || draft.pull === null ? null : newPull(world, repository, draft.pull),
    gone: null,
  };
}

function newPull(world: SandboxWorld, repository: SandboxRepository, draft: PullDraft): SandboxPull {
  const at = timestamp(world);
  const baseSha = findBranch(repository, draft.base)?.sha ?? '';
  return {
    id: takeId(world.state),
    headSha: headOf(world, repository, draft.head, { at, parent: baseSha === '' ? null : baseSha }),
    baseSha,
    headGone: false,
    draft: false,
    mergedAt: null,
    mergedBy: null,
    mergeCommitSha: null,
    mergeableState: 'clean',
    requestedReviewers: [],
    requestedTeams: [],
    ...draft,
  };
}

function headOf(
  world: SandboxWorld,
  repository: SandboxRepository,
  name: string,
  from: { at: string; parent: string | null },
): string {
  const known = findBranch(repository, name);
  if (known !== null) return known.sha;
  const { sha } = addCommit(world.state, repository, { message: `Work on ${name}`, author: repository.owner, ...from });
  repository.branches.push({ name, sha, committedAt: from.at, protected: false });
  return sha;
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
  const by = { world, repository, actor };
  const next: SandboxIssue = {
    ...issue,
    ...(edit.title === undefined ? {} : { title: edit.title }),
    ...(edit.body === undefined ? {} : { body: emptyToNull(edit.body) }),
    ...(edit.labels === undefined ? {} : { labels: knownLabels(by, edit.labels) }),
    ...(edit.assignees === undefined ? {} : { assignees: knownLogins(by, edit.assignees) }),
    ...(edit.milestone === undefined ? {} : { milestone: edit.milestone }),
    ...(edit.type === undefined ? {} : { type: edit.type }),
    ...stateEdit(issue, edit, { at, actor }),
  };
  if (JSON.stringify(next) === JSON.stringify(issue)) return issue;
  for (const event of eventsBetween(issue, next))
    recordEvent(repository, issue.number, { ...event, actor, createdAt: at });
  const edited = putIssue(world, repository, { ...next, updatedAt: at });
  tellChanges(world, issue, { repository, issue: edited, actor });
  return edited;
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

/** Puts the new version of an issue in the place of the old one; the old object stays as it was. */
export function putIssue(world: SandboxWorld, repository: SandboxRepository, next: SandboxIssue): SandboxIssue {
  const before = repository.issues[next.number - 1] ?? null;
  repository.issues[next.number - 1] = next;
  issueReplaced(repository, before, next);
  world.issueChanged(repository, before, next);
  return next;
}

interface By {
  world: SandboxWorld;
  repository: SandboxRepository;
  actor: string;
}

function knownLabels({ world, repository, actor }: By, names: readonly string[]): string[] {
  const found = names.map(
    (name) =>
      findLabel(repository, name) ??
      createLabel(world, { repository, actor }, { name, color: LABEL_COLOR_DEFAULT, description: null }),
  );
  return [...new Set(found.map((label) => label.name))];
}

function knownLogins({ world, repository }: By, logins: readonly string[]): string[] {
  const people = peopleOf(world.state, repository);
  return [...new Set(logins.map((login) => people.find((known) => sameName(known, login)) ?? login))];
}

function emptyToNull(body: string | null | undefined): string | null {
  return body === undefined || body === null || body === '' ? null : body;
}
