import type { SandboxRepository, SandboxRole, SandboxState, SandboxTeam, SandboxWorld } from './sandbox.model.ts';
import type { Doing } from './sandbox-labels.ts';
import { forgetIndex } from './sandbox-index.ts';
import { roleName, teamShape } from './sandbox-shapes-git.ts';
import { repositoryShape, userShape } from './sandbox-shapes-people.ts';
import { addUser, findUser, fullNameOf, sameName, takeId, timestamp } from './sandbox-state.ts';
import { tell, tellOrganization } from './sandbox-tell.ts';

/** Gives somebody a role in a repository, another one, or (null) none any more. */
export function setCollaborator(world: SandboxWorld, doing: Doing, login: string, role: SandboxRole | null): void {
  const { repository } = doing;
  const before = repository.roles[login] ?? null;
  if (before === role) return;
  addUser(world, login);
  if (role === null) delete repository.roles[login];
  else repository.roles[login] = role;
  tell(world, {
    ...doing,
    event: 'member',
    action: memberAction(before, role),
    more: (context) => ({ member: userShape(context, login), ...memberChanges(before, role) }),
  });
}

function memberAction(before: SandboxRole | null, role: SandboxRole | null): string {
  if (before === null) return 'added';
  return role === null ? 'removed' : 'edited';
}

function memberChanges(before: SandboxRole | null, role: SandboxRole | null): object {
  if (role === null) return {};
  if (before === null) return { changes: { permission: { to: oldScale(role) }, role_name: { to: roleName(role) } } };
  return {
    changes: { old_permission: { from: oldScale(before) }, permission: { from: oldScale(before), to: oldScale(role) } },
  };
}

/** The scale of four steps that some places of the API still speak: maintain is write, triage is read. */
export function oldScale(role: SandboxRole): 'admin' | 'write' | 'read' {
  if (role === 'admin') return 'admin';
  return role === 'read' || role === 'triage' ? 'read' : 'write';
}

/** Where in an organization something is done, and by whom. */
export interface TeamDoing {
  organization: string;
  actor: string;
}

export function createTeam(world: SandboxWorld, doing: TeamDoing, name: string, members: string[] = []): SandboxTeam {
  const at = timestamp(world);
  const team: SandboxTeam = {
    id: takeId(world.state),
    organization: doing.organization,
    name,
    slug: name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-'),
    description: null,
    members,
    repositories: {},
    createdAt: at,
    updatedAt: at,
  };
  for (const login of members) addUser(world, login);
  world.state.teams.push(team);
  tellTeam(world, doing.actor, team, 'created');
  return team;
}

/** Gives a team a role in a repository. Repository hooks hear `team_add`, those of the organization also `team`. */
export function addTeamRepository(world: SandboxWorld, team: SandboxTeam, doing: Doing, role: SandboxRole): void {
  const { repository, actor } = doing;
  team.repositories[repository.id] = role;
  tellTeam(world, actor, team, 'added_to_repository', repository);
  tell(world, {
    ...doing,
    event: 'team_add',
    action: null,
    more: (context) => ({ team: teamShape(context, team, role) }),
  });
}

/** Takes the role away. No repository hook hears of it. */
export function removeTeamRepository(world: SandboxWorld, team: SandboxTeam, { repository, actor }: Doing): void {
  delete team.repositories[repository.id];
  tellTeam(world, actor, team, 'removed_from_repository', repository);
}

export function deleteTeam(world: SandboxWorld, team: SandboxTeam, actor: string): void {
  world.state.teams = world.state.teams.filter((other) => other !== team);
  tellTeam(world, actor, team, 'deleted');
}

function tellTeam(
  world: SandboxWorld,
  actor: string,
  team: SandboxTeam,
  action: string,
  repository: SandboxRepository | null = null,
): void {
  const { organization } = team;
  tellOrganization(world, {
    event: 'team',
    action,
    organization,
    actor,
    more: (context) => ({
      team: teamShape(context, team),
      ...(repository === null ? {} : { repository: repositoryShape(context, repository, null) }),
    }),
  });
}

/** Renames a person or an organization. Hooks of repositories hear nothing, and no issue counts as updated. */
export function renameUser(world: SandboxWorld, login: string, to: string): void {
  const { state } = world;
  const user = findUser(state, login);
  if (user === null) throw new Error(`there is nobody called ${login}`);
  if (findUser(state, to) !== null) throw new Error(`somebody is called ${to} already`);
  const rename = (name: string): string => (sameName(name, user.login) ? to : name);
  for (const repository of state.repositories) renameIn(repository, rename);
  renameInOrganizations(state, rename);
  for (const token of Object.values(state.tokens)) token.login = rename(token.login);
  user.login = to;
}

function renameIn(repository: SandboxRepository, rename: (login: string) => string): void {
  const maybe = (login: string | null): string | null => (login === null ? null : rename(login));
  const owner = rename(repository.owner);
  if (owner !== repository.owner) repository.formerNames.push(fullNameOf(repository).toLowerCase());
  repository.owner = owner;
  repository.roles = renameKeys(repository.roles, rename);
  for (const milestone of repository.milestones) milestone.creator = rename(milestone.creator);
  for (const commit of Object.values(repository.commits)) commit.author = rename(commit.author);
  for (const activity of repository.activities) activity.actor = rename(activity.actor);
  for (const event of Object.values(repository.events).flat()) event.actor = rename(event.actor);
  repository.issues = repository.issues.map((issue) => ({
    ...issue,
    author: rename(issue.author),
    assignees: issue.assignees.map(rename),
    closedBy: maybe(issue.closedBy),
    pull:
      issue.pull === null
        ? null
        : {
            ...issue.pull,
            mergedBy: maybe(issue.pull.mergedBy),
            requestedReviewers: issue.pull.requestedReviewers.map(rename),
          },
  }));
  const authored = <T extends { author: string }>(items: T[]): T[] =>
    items.map((item) => ({ ...item, author: rename(item.author) }));
  for (const number of Object.keys(repository.comments).map(Number))
    repository.comments[number] = authored(repository.comments[number] ?? []);
  for (const number of Object.keys(repository.reviews).map(Number))
    repository.reviews[number] = authored(repository.reviews[number] ?? []);
  forgetIndex(repository);
}

function renameInOrganizations(state: SandboxState, rename: (login: string) => string): void {
  state.organizations = renameKeys(state.organizations, rename);
  for (const organization of Object.values(state.organizations))
    organization.members = renameKeys(organization.members, rename);
  for (const team of state.teams) {
    team.organization = rename(team.organization);
    team.members = team.members.map(rename);
  }
}

function renameKeys<T>(record: Record<string, T>, rename: (login: string) => string): Record<string, T> {
  return Object.fromEntries(Object.entries(record).map(([login, value]) => [rename(login), value]));
}
