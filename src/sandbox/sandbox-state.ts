import { createHash } from 'node:crypto';
import type {
  SandboxIssue,
  SandboxOrganization,
  SandboxRepository,
  SandboxRole,
  SandboxState,
  SandboxToken,
  SandboxWorld,
} from './sandbox.model.ts';
import type { SandboxBranch, SandboxLabel, SandboxMilestone, SandboxUser } from './sandbox-records.model.ts';

/** Colour GitHub gives to a label that is made on the fly. */
export const LABEL_COLOR_DEFAULT = 'ededed';

const DEFAULT_LABELS: readonly [name: string, color: string, description: string][] = [
  ['bug', 'd73a4a', "Something isn't working"],
  ['documentation', '0075ca', 'Improvements or additions to documentation'],
  ['duplicate', 'cfd3d7', 'This issue or pull request already exists'],
  ['enhancement', 'a2eeef', 'New feature or request'],
  ['good first issue', '7057ff', 'Good for newcomers'],
  ['help wanted', '008672', 'Extra attention is needed'],
  ['invalid', 'e4e669', "This doesn't seem right"],
  ['question', 'd876e3', 'Further information is requested'],
  ['wontfix', 'ffffff', 'This will not be worked on'],
];

/** An empty GitHub. Ids start above 2^31, so that a 32-bit column shows itself. */
export function emptyState(): SandboxState {
  return {
    version: 2,
    nextId: 3_000_000_001,
    users: [],
    organizations: {},
    teams: [],
    tokens: {},
    repositories: [],
  };
}

/** A world without listeners, on the given clock. */
export function sandboxWorld(state: SandboxState, now: () => Date): SandboxWorld {
  return { state, now, issueChanged: () => undefined, emit: () => undefined };
}

/** The world's time as GitHub writes it: UTC, whole seconds. */
export function timestamp(world: SandboxWorld): string {
  return `${world.now().toISOString().slice(0, 19)}Z`;
}

export function takeId(state: SandboxState): number {
  const id = state.nextId;
  state.nextId += 1;
  return id;
}

export function sameName(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

export function findUser(state: SandboxState, login: string): SandboxUser | null {
  return state.users.find((user) => sameName(user.login, login)) ?? null;
}

/** Adds a person or a bot, or gives the one who has the login already. */
export function addUser(
  world: SandboxWorld,
  login: string,
  more: { name?: string; type?: SandboxUser['type'] } = {},
): SandboxUser {
  const known = findUser(world.state, login);
  if (known !== null) return known;
  const user: SandboxUser = {
    id: takeId(world.state),
    login,
    name: more.name ?? login,
    type: more.type ?? 'User',
    createdAt: timestamp(world),
  };
  world.state.users.push(user);
  return user;
}

/** Adds an organization with its members; an admin of it owns it. Knows it already: the members are added. */
export function addOrganization(
  world: SandboxWorld,
  login: string,
  members: Record<string, 'member' | 'admin'> = {},
): SandboxOrganization {
  const { login: spelled } = addUser(world, login, { type: 'Organization' });
  for (const member of Object.keys(members)) addUser(world, member);
  const organization = (world.state.organizations[spelled] ??= { members: {}, hooks: [] });
  Object.assign(organization.members, members);
  return organization;
}

/** The organization of this login, however it is spelled; null when there is none (or it is a person). */
export function findOrganization(state: SandboxState, login: string): SandboxOrganization | null {
  const spelled = Object.keys(state.organizations).find((known) => sameName(known, login));
  return spelled === undefined ? null : (state.organizations[spelled] ?? null);
}

/** Gives a user a token. Without `scopes` it is a classic one with `repo`; `scopes: null` makes it fine-grained. */
export function addToken(
  world: SandboxWorld,
  token: string,
  options: Partial<SandboxToken> & { login: string },
): SandboxToken {
  addUser(world, options.login);
  const made: SandboxToken = {
    scopes: ['repo'],
    mayWriteIssues: true,
    permissions: null,
    repositories: null,
    expiresAt: null,
    revoked: false,
    ...options,
  };
  world.state.tokens[token] = made;
  return made;
}

export interface RepositoryOptions {
  description?: string;
  visibility?: 'public' | 'private';
  hasIssues?: boolean;
  hasPulls?: boolean;
  archived?: boolean;
  roles?: Record<string, SandboxRole>;
  /** Without a first commit: it has no branches yet. */
  isEmpty?: boolean;
}

/** Adds a repository as owner/name, with GitHub's default labels and a first commit on main. A person who owns it is its admin. */
export function addRepository(
  world: SandboxWorld,
  fullName: string,
  options: RepositoryOptions = {},
): SandboxRepository {
  const [owner, name] = splitFullName(fullName);
  addUser(world, owner);
  for (const login of Object.keys(options.roles ?? {})) addUser(world, login);
  const at = timestamp(world);
  const repository: SandboxRepository = {
    id: takeId(world.state),
    owner,
    name,
    formerNames: [],
    description: options.description ?? null,
    visibility: options.visibility ?? 'public',
    hasIssues: options.hasIssues ?? true,
    hasPulls: options.hasPulls ?? true,
    archived: options.archived ?? false,
    defaultBranch: 'main',
    roles: { ...(findOrganization(world.state, owner) === null ? { [owner]: 'admin' } : {}), ...options.roles },
    labels: [],
    milestones: [],
    issues: [],
    comments: {},
    events: {},
    reviews: {},
    branches: [],
    commits: {},
    activities: [],
    hooks: [],
    createdAt: at,
    updatedAt: at,
    pushedAt: at,
  };
  if (options.isEmpty !== true) addFirstCommit(world.state, repository, at);
  for (const [label, color, description] of DEFAULT_LABELS) {
    repository.labels.push({ id: takeId(world.state), name: label, color, description, default: true });
  }
  world.state.repositories.push(repository);
  return repository;
}

/** A branch main with one commit, as of the given instant. */
export function addFirstCommit(state: SandboxState, repository: SandboxRepository, at: string): void {
  const { sha } = addCommit(state, repository, { message: 'First commit', author: repository.owner, at, parent: null });
  repository.branches.push({ name: repository.defaultBranch, sha, committedAt: at, protected: false });
}

/** Adds a commit that only looks like one of git. */
export function addCommit(
  state: SandboxState,
  repository: SandboxRepository,
  commit: { message: string; author: string; at: string; parent: string | null },
): { sha: string } {
  const { message, author, at, parent } = commit;
  // as git: a commit of another time is another commit, in whatever sandbox
  const sha = createHash('sha1')
    .update(`${repository.id}/${takeId(state)}/${at}`)
    .digest('hex');
  repository.commits[sha] = { message, author, authoredAt: at, committedAt: at, parent };
  return { sha };
}

export function findBranch(repository: SandboxRepository, name: string): SandboxBranch | null {
  return repository.branches.find((branch) => branch.name === name) ?? null;
}

export function splitFullName(fullName: string): [owner: string, name: string] {
  const [owner, name] = fullName.split('/');
  if (owner === undefined || name === undefined) throw new Error(`not owner/name: ${fullName}`);
  return [owner, name];
}

export function fullNameOf(repository: SandboxRepository): string {
  return `${repository.owner}/${repository.name}`;
}

export function repositoryById(state: SandboxState, id: number): SandboxRepository | null {
  return state.repositories.find((repository) => repository.id === id) ?? null;
}

/** The repository that has this name today. Names compare without case. */
export function repositoryByName(state: SandboxState, fullName: string): SandboxRepository | null {
  return state.repositories.find((repository) => sameName(fullNameOf(repository), fullName)) ?? null;
}

/** The repository that once had this name, when no other took it. */
export function repositoryByFormerName(state: SandboxState, fullName: string): SandboxRepository | null {
  const wanted = fullName.toLowerCase();
  return state.repositories.find((repository) => repository.formerNames.includes(wanted)) ?? null;
}

export function issueByNumber(repository: SandboxRepository, number: number): SandboxIssue | null {
  return repository.issues[number - 1] ?? null;
}

/** Looks through all repositories for a database id, as `duplicate_issue_id` names one. */
export function issueById(
  state: SandboxState,
  id: number,
): { repository: SandboxRepository; issue: SandboxIssue } | null {
  for (const repository of state.repositories) {
    const issue = repository.issues.find((candidate) => candidate.id === id);
    if (issue !== undefined) return { repository, issue };
  }
  return null;
}

export function findLabel(repository: SandboxRepository, name: string): SandboxLabel | null {
  return repository.labels.find((label) => sameName(label.name, name)) ?? null;
}

export function addLabel(
  world: SandboxWorld,
  repository: SandboxRepository,
  label: Omit<SandboxLabel, 'id' | 'default'>,
): SandboxLabel {
  const made: SandboxLabel = { ...label, id: takeId(world.state), default: false };
  repository.labels.push(made);
  return made;
}

export function addMilestone(
  world: SandboxWorld,
  repository: SandboxRepository,
  title: string,
  creator: string = repository.owner,
): SandboxMilestone {
  const at = timestamp(world);
  const milestone: SandboxMilestone = {
    id: takeId(world.state),
    number: Math.max(0, ...repository.milestones.map(({ number }) => number)) + 1,
    title,
    description: null,
    state: 'open',
    creator,
    dueOn: null,
    createdAt: at,
    updatedAt: at,
    closedAt: null,
  };
  repository.milestones.push(milestone);
  return milestone;
}
