import type {
  SandboxComment,
  SandboxIssue,
  SandboxRepository,
  SandboxRole,
  SandboxToken,
  SandboxWorld,
} from '../../src/sandbox/sandbox.model.ts';
import type { RepositoryOptions } from '../../src/sandbox/sandbox-state.ts';
import type { IssueDraft, IssueEdit, IssueTarget } from '../../src/sandbox/sandbox-issues.ts';
import * as issues from '../../src/sandbox/sandbox-issues.ts';
import * as state from '../../src/sandbox/sandbox-state.ts';

/** The repository and the bot that a fresh fake knows. */
export const FAKE_REPOSITORY = 'acme/webshop';
export const FAKE_BOT = 'throughline-bot';
export const FAKE_DEVELOPER = 'octo-dev';
export const FAKE_TOKEN = 'ghp_fake_token_of_the_bot';

/** How somebody else acts on GitHub. Without a repository it is the one of the fake; without an actor it is its developer. */
export interface Actors {
  openIssue(draft: Partial<IssueDraft> & { title: string }, fullName?: string): SandboxIssue;
  openPullRequest(draft: Partial<IssueDraft> & { title: string }, fullName?: string): SandboxIssue;
  closeIssue(number: number, reason?: 'completed' | 'not_planned' | 'duplicate', fullName?: string): SandboxIssue;
  reopen(number: number, fullName?: string): SandboxIssue;
  comment(number: number, body: string, fullName?: string): SandboxComment;
  label(number: number, name: string, fullName?: string): SandboxIssue;
  unlabel(number: number, name: string, fullName?: string): SandboxIssue;
  assign(number: number, logins: string[], fullName?: string): SandboxIssue;
  editTitle(number: number, title: string, fullName?: string): SandboxIssue;
  editBody(number: number, body: string, fullName?: string): SandboxIssue;
  deleteIssue(number: number, fullName?: string): void;
  transferIssue(number: number, intoFullName: string, fullName?: string): SandboxIssue;
  renameRepository(newFullName: string, fullName?: string): void;
  addRepository(fullName: string, options?: RepositoryOptions): void;
  setPush(mayPush: boolean, login?: string, fullName?: string): void;
  setRole(login: string, role: SandboxRole | null, fullName?: string): void;
  disableIssues(disabled?: boolean, fullName?: string): void;
  archive(archived?: boolean, fullName?: string): void;
  addToken(token: string, options: Partial<SandboxToken> & { login: string }): void;
  revokeToken(token?: string): void;
}

export function actorsIn(world: SandboxWorld): Actors {
  const find = (fullName: string = FAKE_REPOSITORY): SandboxRepository => repositoryNamed(world, fullName);
  const target = (number: number, fullName?: string): IssueTarget => targetOf(find(fullName), number);
  const edit = (number: number, change: IssueEdit, fullName?: string): SandboxIssue =>
    issues.editIssue(world, target(number, fullName), change);
  const open = (draft: Partial<IssueDraft> & { title: string }, fullName?: string): SandboxIssue =>
    issues.openIssue(world, find(fullName), { author: FAKE_DEVELOPER, ...draft });
  return {
    openIssue: open,
    openPullRequest: (draft, fullName) =>
      open({ pull: { head: 'a-branch', base: 'main', draft: false, mergedAt: null }, ...draft }, fullName),
    closeIssue: (number, stateReason = 'completed', fullName) =>
      edit(number, { state: 'closed', stateReason }, fullName),
    reopen: (number, fullName) => edit(number, { state: 'open' }, fullName),
    comment: (number, body, fullName) => issues.addComment(world, target(number, fullName), body),
    label: (number, name, fullName) =>
      edit(number, { labels: [...target(number, fullName).issue.labels, name] }, fullName),
    unlabel: (number, name, fullName) =>
      edit(number, { labels: target(number, fullName).issue.labels.filter((label) => label !== name) }, fullName),
    assign: (number, assignees, fullName) => edit(number, { assignees }, fullName),
    editTitle: (number, title, fullName) => edit(number, { title }, fullName),
    editBody: (number, body, fullName) => edit(number, { body }, fullName),
    deleteIssue: (number, fullName) => issues.deleteIssue(world, find(fullName), target(number, fullName).issue),
    transferIssue: (number, into, fullName) => issues.transferIssue(world, target(number, fullName), find(into)),
    ...repositoryActors(world),
  };
}

type RepositoryActors = Pick<
  Actors,
  | 'renameRepository'
  | 'addRepository'
  | 'setPush'
  | 'setRole'
  | 'disableIssues'
  | 'archive'
  | 'addToken'
  | 'revokeToken'
>;

function repositoryActors(world: SandboxWorld): RepositoryActors {
  const find = (fullName: string = FAKE_REPOSITORY): SandboxRepository => repositoryNamed(world, fullName);
  const setRole: Actors['setRole'] = (login, role, fullName) => {
    const { roles } = find(fullName);
    if (role === null) delete roles[login];
    else roles[login] = role;
  };
  return {
    setRole,
    renameRepository: (newFullName, fullName) => state.renameRepository(world, find(fullName), newFullName),
    addRepository: (fullName, options) => void state.addRepository(world, fullName, options),
    setPush: (mayPush, login = FAKE_BOT, fullName) => setRole(login, mayPush ? 'push' : 'read', fullName),
    disableIssues(disabled = true, fullName) {
      find(fullName).hasIssues = !disabled;
    },
    archive(archived = true, fullName) {
      find(fullName).archived = archived;
    },
    addToken: (token, options) => void state.addToken(world, token, options),
    revokeToken(token = FAKE_TOKEN) {
      const known = world.state.tokens[token];
      if (known === undefined) throw new Error('the fake has no such token');
      known.revoked = true;
    },
  };
}

// A test may go on calling a repository by its old name after it renamed it.
function repositoryNamed(world: SandboxWorld, fullName: string): SandboxRepository {
  const found = state.repositoryByName(world.state, fullName) ?? state.repositoryByFormerName(world.state, fullName);
  if (found === null) throw new Error(`the fake has no repository ${fullName}`);
  return found;
}

function targetOf(repository: SandboxRepository, number: number): IssueTarget {
  const issue = state.issueByNumber(repository, number);
  if (issue === null) throw new Error(`the fake has no issue #${number}`);
  return { repository, issue, actor: FAKE_DEVELOPER };
}
