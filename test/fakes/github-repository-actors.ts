import type { SandboxRepository, SandboxRole, SandboxTeam, SandboxToken } from '../../src/sandbox/sandbox.model.ts';
import type { SandboxLabel, SandboxMilestone } from '../../src/sandbox/sandbox-records.model.ts';
import type { Doing } from '../../src/sandbox/sandbox-labels.ts';
import type { RepositoryOptions } from '../../src/sandbox/sandbox-state.ts';
import type { Finding } from './github-finding.ts';
import * as labels from '../../src/sandbox/sandbox-labels.ts';
import * as people from '../../src/sandbox/sandbox-people.ts';
import * as repositories from '../../src/sandbox/sandbox-repositories.ts';
import * as state from '../../src/sandbox/sandbox-state.ts';
import { FAKE_BOT, FAKE_TOKEN } from './github-finding.ts';

type LabelEdit = Parameters<typeof labels.editLabel>[3];
type MilestoneEdit = Parameters<typeof labels.editMilestone>[3];

/** What people do to repositories, their labels and milestones, to people and teams, and to tokens. */
export interface RepositoryActors {
  renameRepository(newFullName: string, fullName?: string): void;
  addRepository(fullName: string, options?: RepositoryOptions): void;
  editRepository(edit: repositories.RepositoryEdit, fullName?: string): void;
  deleteRepository(fullName?: string): void;
  setVisibility(visibility: 'public' | 'private', fullName?: string): void;
  disableIssues(disabled?: boolean, fullName?: string): void;
  archive(archived?: boolean, fullName?: string): void;
  setPush(mayPush: boolean, login?: string, fullName?: string): void;
  setRole(login: string, role: SandboxRole | null, fullName?: string): void;
  createLabel(name: string, color?: string, fullName?: string): SandboxLabel;
  editLabel(name: string, edit: LabelEdit, fullName?: string): void;
  deleteLabel(name: string, fullName?: string): void;
  createMilestone(title: string, fullName?: string): SandboxMilestone;
  editMilestone(number: number, edit: MilestoneEdit, fullName?: string): void;
  deleteMilestone(number: number, fullName?: string): void;
  addOrganization(login: string, members?: Record<string, 'member' | 'admin'>): void;
  createTeam(organization: string, name: string, members?: string[]): SandboxTeam;
  addTeamRepository(team: SandboxTeam, role: SandboxRole, fullName?: string): void;
  removeTeamRepository(team: SandboxTeam, fullName?: string): void;
  deleteTeam(team: SandboxTeam): void;
  renameUser(login: string, to: string): void;
  addToken(token: string, options: Partial<SandboxToken> & { login: string }): void;
  revokeToken(token?: string): void;
}

export function repositoryActors(finding: Finding): RepositoryActors {
  const { world, actor, find } = finding;
  const doing = (fullName?: string): Doing => ({ repository: find(fullName), actor });
  const setRole: RepositoryActors['setRole'] = (login, role, fullName) =>
    people.setCollaborator(world, doing(fullName), login, role);
  return {
    setRole,
    setPush: (mayPush, login = FAKE_BOT, fullName) => setRole(login, mayPush ? 'push' : 'read', fullName),
    renameRepository: (newFullName, fullName) => repositories.renameRepository(world, doing(fullName), newFullName),
    addRepository: (fullName, options) => void repositories.createRepository(world, fullName, { actor, ...options }),
    editRepository: (edit, fullName) => repositories.editRepository(world, doing(fullName), edit),
    deleteRepository: (fullName) => repositories.deleteRepository(world, doing(fullName)),
    setVisibility: (visibility, fullName) => repositories.setVisibility(world, doing(fullName), visibility),
    disableIssues: (disabled = true, fullName) =>
      repositories.editRepository(world, doing(fullName), { hasIssues: !disabled }),
    archive: (archived = true, fullName) => repositories.archiveRepository(world, doing(fullName), archived),
    ...listActors(finding),
    ...peopleActors(finding),
  };
}

type ListActs = 'createLabel' | 'editLabel' | 'deleteLabel' | 'createMilestone' | 'editMilestone' | 'deleteMilestone';

function listActors({ world, actor, find }: Finding): Pick<RepositoryActors, ListActs> {
  const doing = (fullName?: string): Doing => ({ repository: find(fullName), actor });
  return {
    createLabel: (name, color = 'ededed', fullName) =>
      labels.createLabel(world, doing(fullName), { name, color, description: null }),
    editLabel: (name, edit, fullName) =>
      labels.editLabel(world, doing(fullName), labelNamed(find(fullName), name), edit),
    deleteLabel: (name, fullName) => labels.deleteLabel(world, doing(fullName), labelNamed(find(fullName), name)),
    createMilestone: (title, fullName) => labels.createMilestone(world, doing(fullName), title),
    editMilestone: (number, edit, fullName) =>
      labels.editMilestone(world, doing(fullName), milestoneOf(find(fullName), number), edit),
    deleteMilestone: (number, fullName) =>
      labels.deleteMilestone(world, doing(fullName), milestoneOf(find(fullName), number)),
  };
}

type PeopleActs =
  | 'addOrganization'
  | 'createTeam'
  | 'addTeamRepository'
  | 'removeTeamRepository'
  | 'deleteTeam'
  | 'renameUser'
  | 'addToken'
  | 'revokeToken';

function peopleActors({ world, actor, find }: Finding): Pick<RepositoryActors, PeopleActs> {
  const doing = (fullName?: string): Doing => ({ repository: find(fullName), actor });
  return {
    addOrganization: (login, members) => void state.addOrganization(world, login, members),
    createTeam: (organization, name, members) => people.createTeam(world, { organization, actor }, name, members),
    addTeamRepository: (team, role, fullName) => people.addTeamRepository(world, team, doing(fullName), role),
    removeTeamRepository: (team, fullName) => people.removeTeamRepository(world, team, doing(fullName)),
    deleteTeam: (team) => people.deleteTeam(world, team, actor),
    renameUser: (login, to) => people.renameUser(world, login, to),
    addToken: (token, options) => void state.addToken(world, token, options),
    revokeToken(token = FAKE_TOKEN) {
      const known = world.state.tokens[token];
      if (known === undefined) throw new Error('the fake has no such token');
      known.revoked = true;
    },
  };
}

function labelNamed(repository: SandboxRepository, name: string): SandboxLabel {
  const label = state.findLabel(repository, name);
  if (label === null) throw new Error(`the fake has no label ${name}`);
  return label;
}

function milestoneOf(repository: SandboxRepository, number: number): SandboxMilestone {
  const milestone = repository.milestones.find((candidate) => candidate.number === number);
  if (milestone === undefined) throw new Error(`the fake has no milestone ${number}`);
  return milestone;
}
