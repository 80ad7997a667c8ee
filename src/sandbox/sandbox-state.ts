import type {
  SandboxIssue,
  SandboxLabel,
  SandboxMilestone,
  SandboxRepository,
  SandboxRole,
  SandboxState,
  SandboxToken,
  SandboxUser,
  SandboxWorld,
} from './sandbox.model.ts';
import { SANDBOX_ROLES } from './sandbox.model.ts';

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
  return { version: 1, nextId: 3_000_000_001, users: [], tokens: {}, repositories: [] };
}

/** A world without listeners, on the given clock. */
export function sandboxWorld(state: SandboxState, now: () => Date): SandboxWorld {
  return { state, now, issueChanged: () => undefined };
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
  more: { name?: string; type?: 'User' | 'Bot' } = {},
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

/** Gives a user a token. Without `scopes` it is a classic one with `repo`; `scopes: null` makes it fine-grained. */
export function addToken(
  world: SandboxWorld,
  token: string,
  options: Partial<SandboxToken> & { login: string },
): SandboxToken {
  addUser(world, options.login);
  const made: SandboxToken = { scopes: ['repo'], mayWriteIssues: true, expiresAt: null, revoked: false, ...options };
  world.state.tokens[token] = made;
  return made;
}

export interface RepositoryOptions {
  description?: string;
  visibility?: 'public' | 'private';
  hasIssues?: boolean;
  archived?: boolean;
  roles?: Record<string, SandboxRole>;
}

/** Adds a repository as owner/name. It gets GitHub's default labels and makes its owner admin. */
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
    archived: options.archived ?? false,
    roles: { [owner]: 'admin', ...options.roles },
    labels: [],
    milestones: [],
    issues: [],
    comments: {},
    events: {},
    createdAt: at,
    updatedAt: at,
  };
  for (const [label, color, description] of DEFAULT_LABELS) {
    repository.labels.push({ id: takeId(world.state), name: label, color, description, default: true });
  }
  world.state.repositories.push(repository);
  return repository;
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

/** Renames a repository; its old name redirects from now on. */
export function renameRepository(world: SandboxWorld, repository: SandboxRepository, fullName: string): void {
  const [owner, name] = splitFullName(fullName);
  repository.formerNames.push(fullNameOf(repository).toLowerCase());
  repository.formerNames = repository.formerNames.filter((former) => former !== fullName.toLowerCase());
  repository.owner = owner;
  repository.name = name;
  repository.updatedAt = timestamp(world);
  addUser(world, owner);
}

/** The role of a user, or null when the repository must look missing. A null login is somebody without a token. */
export function roleIn(repository: SandboxRepository, login: string | null): SandboxRole | null {
  const role = login === null ? undefined : repository.roles[login];
  return role ?? (repository.visibility === 'public' ? 'read' : null);
}

export function mayAtLeast(role: SandboxRole, needed: SandboxRole): boolean {
  return SANDBOX_ROLES.indexOf(role) >= SANDBOX_ROLES.indexOf(needed);
}

/** Who may be assigned: whoever was given a role in the repository. */
export function isAssignable(repository: SandboxRepository, login: string): boolean {
  return Object.keys(repository.roles).some((known) => sameName(known, login));
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

export function addMilestone(world: SandboxWorld, repository: SandboxRepository, title: string): SandboxMilestone {
  const at = timestamp(world);
  const milestone: SandboxMilestone = {
    id: takeId(world.state),
    number: repository.milestones.length + 1,
    title,
    description: null,
    state: 'open',
    creator: repository.owner,
    dueOn: null,
    createdAt: at,
    updatedAt: at,
  };
  repository.milestones.push(milestone);
  return milestone;
}
