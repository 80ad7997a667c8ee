import type { SandboxRepository, SandboxRole, SandboxState, SandboxTeam } from './sandbox.model.ts';
import { SANDBOX_ROLES } from './sandbox.model.ts';
import { findOrganization, sameName } from './sandbox-state.ts';

/** The role of a user, or null when the repository must look missing. A null login is somebody without a token. */
export function roleIn(state: SandboxState, repository: SandboxRepository, login: string | null): SandboxRole | null {
  const given = login === null ? null : givenRole(state, repository, login);
  return given ?? (repository.visibility === 'public' ? 'read' : null);
}

/** The highest role somebody was given in person, by a team or by the organization; null for the rest of the world. */
export function givenRole(state: SandboxState, repository: SandboxRepository, login: string): SandboxRole | null {
  const roles = [
    repository.roles[login] ?? null,
    membershipRole(state, repository, login),
    ...teamsOf(state, repository)
      .filter((team) => team.members.some((member) => sameName(member, login)))
      .map((team) => team.repositories[repository.id] ?? null),
  ].filter((role) => role !== null);
  return roles.toSorted((a, b) => SANDBOX_ROLES.indexOf(b) - SANDBOX_ROLES.indexOf(a))[0] ?? null;
}

function membershipRole(state: SandboxState, repository: SandboxRepository, login: string): SandboxRole | null {
  switch (findOrganization(state, repository.owner)?.members[login]) {
    case 'admin':
      return 'admin';
    case 'member':
      return 'read';
    default:
      return null;
  }
}

/** The teams that reach a repository. */
export function teamsOf(state: SandboxState, repository: SandboxRepository): SandboxTeam[] {
  return state.teams.filter((team) => team.repositories[repository.id] !== undefined);
}

export function mayAtLeast(role: SandboxRole, needed: SandboxRole): boolean {
  return SANDBOX_ROLES.indexOf(role) >= SANDBOX_ROLES.indexOf(needed);
}

/** Everybody who was given a role, by login. */
export function peopleOf(state: SandboxState, repository: SandboxRepository): string[] {
  const teams = teamsOf(state, repository);
  const organization = findOrganization(state, repository.owner);
  return [
    ...new Set([
      ...Object.keys(repository.roles),
      ...Object.keys(organization?.members ?? {}),
      ...teams.flatMap((team) => team.members),
    ]),
  ];
}

/** Who may be assigned: whoever was given a role in the repository. */
export function isAssignable(state: SandboxState, repository: SandboxRepository, login: string): boolean {
  return peopleOf(state, repository).some((known) => sameName(known, login));
}
