import type { SandboxComment, SandboxIssue, SandboxRepository, SandboxWorld } from '../../src/sandbox/sandbox.model.ts';
import type { SandboxLockReason } from '../../src/sandbox/sandbox-records.model.ts';
import type { IssueDraft, IssueEdit, IssueTarget, PullDraft } from '../../src/sandbox/sandbox-issues.ts';
import type { Finding } from './github-finding.ts';
import type { PullActors } from './github-pull-actors.ts';
import type { RepositoryActors } from './github-repository-actors.ts';
import * as acts from '../../src/sandbox/sandbox-issue-acts.ts';
import * as comments from '../../src/sandbox/sandbox-comments.ts';
import * as issues from '../../src/sandbox/sandbox-issues.ts';
import * as state from '../../src/sandbox/sandbox-state.ts';
import { FAKE_DEVELOPER, FAKE_REPOSITORY } from './github-finding.ts';
import { pullActors } from './github-pull-actors.ts';
import { repositoryActors } from './github-repository-actors.ts';

/** How somebody else acts on GitHub. Without a repository it is the one of the fake; the actor is its developer or whom `as` names. */
export interface Actors extends IssueActors, PullActors, RepositoryActors {
  /** The same acts, done by somebody else. */
  as(login: string): Actors;
}

interface IssueActors {
  openIssue(draft: Partial<IssueDraft> & { title: string }, fullName?: string): SandboxIssue;
  openPullRequest(
    draft: Partial<Omit<IssueDraft, 'pull'>> & { title: string; pull?: PullDraft },
    fullName?: string,
  ): SandboxIssue;
  closeIssue(number: number, reason?: 'completed' | 'not_planned' | 'duplicate', fullName?: string): SandboxIssue;
  reopen(number: number, fullName?: string): SandboxIssue;
  comment(number: number, body: string, fullName?: string): SandboxComment;
  editComment(number: number, id: number, body: string, fullName?: string): SandboxComment;
  deleteComment(number: number, id: number, fullName?: string): void;
  label(number: number, name: string, fullName?: string): SandboxIssue;
  unlabel(number: number, name: string, fullName?: string): SandboxIssue;
  assign(number: number, logins: string[], fullName?: string): SandboxIssue;
  editTitle(number: number, title: string, fullName?: string): SandboxIssue;
  editBody(number: number, body: string, fullName?: string): SandboxIssue;
  setMilestone(number: number, milestone: number | null, fullName?: string): SandboxIssue;
  setType(number: number, type: string | null, fullName?: string): SandboxIssue;
  lock(number: number, reason?: SandboxLockReason | null, fullName?: string): SandboxIssue;
  unlock(number: number, fullName?: string): SandboxIssue;
  pin(number: number, pinned?: boolean, fullName?: string): SandboxIssue;
  convertToDiscussion(number: number, fullName?: string): SandboxIssue;
  deleteIssue(number: number, fullName?: string): void;
  transferIssue(number: number, intoFullName: string, fullName?: string): SandboxIssue;
}

export function actorsIn(world: SandboxWorld, actor: string = FAKE_DEVELOPER): Actors {
  const find = (fullName: string = FAKE_REPOSITORY): SandboxRepository => repositoryNamed(world, fullName);
  const target = (number: number, fullName?: string): IssueTarget => targetOf(find(fullName), number, actor);
  const finding: Finding = { world, actor, find, target };
  return {
    as: (login) => actorsIn(world, state.addUser(world, login).login),
    ...issueActors(finding),
    ...conversationActors(finding),
    ...pullActors(finding),
    ...repositoryActors(finding),
  };
}

type Conversation =
  | 'comment'
  | 'editComment'
  | 'deleteComment'
  | 'lock'
  | 'unlock'
  | 'pin'
  | 'convertToDiscussion'
  | 'deleteIssue'
  | 'transferIssue';

function issueActors({ world, actor, find, target }: Finding): Omit<IssueActors, Conversation> {
  const edit = (number: number, change: IssueEdit, fullName?: string): SandboxIssue =>
    issues.editIssue(world, target(number, fullName), change);
  const open = (draft: Partial<IssueDraft> & { title: string }, fullName?: string): SandboxIssue =>
    issues.openIssue(world, find(fullName), { author: actor, ...draft });
  return {
    openIssue: open,
    openPullRequest: (draft, fullName) => open({ pull: { head: 'a-branch', base: 'main' }, ...draft }, fullName),
    closeIssue: (number, stateReason = 'completed', fullName) =>
      edit(number, { state: 'closed', stateReason }, fullName),
    reopen: (number, fullName) => edit(number, { state: 'open' }, fullName),
    label: (number, name, fullName) =>
      edit(number, { labels: [...target(number, fullName).issue.labels, name] }, fullName),
    unlabel: (number, name, fullName) =>
      edit(number, { labels: target(number, fullName).issue.labels.filter((label) => label !== name) }, fullName),
    assign: (number, assignees, fullName) => edit(number, { assignees }, fullName),
    editTitle: (number, title, fullName) => edit(number, { title }, fullName),
    editBody: (number, body, fullName) => edit(number, { body }, fullName),
    setMilestone: (number, milestone, fullName) => edit(number, { milestone }, fullName),
    setType: (number, type, fullName) => edit(number, { type }, fullName),
  };
}

function conversationActors({ world, find, target }: Finding): Pick<IssueActors, Conversation> {
  return {
    comment: (number, body, fullName) => comments.addComment(world, target(number, fullName), body),
    editComment: (number, id, body, fullName) =>
      comments.editComment(world, target(number, fullName), commentOf(target(number, fullName), id), body),
    deleteComment: (number, id, fullName) =>
      comments.deleteComment(world, target(number, fullName), commentOf(target(number, fullName), id)),
    lock: (number, reason = null, fullName) => acts.lockIssue(world, target(number, fullName), reason),
    unlock: (number, fullName) => acts.unlockIssue(world, target(number, fullName)),
    pin: (number, pinned = true, fullName) => acts.pinIssue(world, target(number, fullName), pinned),
    convertToDiscussion: (number, fullName) => acts.convertToDiscussion(world, target(number, fullName)),
    deleteIssue: (number, fullName) => acts.deleteIssue(world, target(number, fullName)),
    transferIssue: (number, into, fullName) => acts.transferIssue(world, target(number, fullName), find(into)),
  };
}

function commentOf({ repository, issue }: IssueTarget, id: number): SandboxComment {
  const comment = repository.comments[issue.number]?.find((candidate) => candidate.id === id);
  if (comment === undefined) throw new Error(`the fake has no comment ${id} on #${issue.number}`);
  return comment;
}

function repositoryNamed(world: SandboxWorld, fullName: string): SandboxRepository {
  const found = state.repositoryByName(world.state, fullName) ?? state.repositoryByFormerName(world.state, fullName);
  if (found === null) throw new Error(`the fake has no repository ${fullName}`);
  return found;
}

function targetOf(repository: SandboxRepository, number: number, actor: string): IssueTarget {
  const issue = state.issueByNumber(repository, number);
  if (issue === null) throw new Error(`the fake has no issue #${number}`);
  return { repository, issue, actor };
}
