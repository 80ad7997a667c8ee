import type { SandboxAnswer, SandboxRepository } from './sandbox.model.ts';
import type { ApiCall, RepositoryCall } from './sandbox-call.ts';
import { viewerRole } from './sandbox-call.ts';
import { givenRole, mayAtLeast, peopleOf, roleIn, teamsOf } from './sandbox-access.ts';
import { noContent, notFound, ok, refusal, validationFailed } from './sandbox-answers.ts';
import { paged } from './sandbox-api-repository.ts';
import { pageByNumber } from './sandbox-pagination.ts';
import { oldScale } from './sandbox-people.ts';
import { fullOrganizationShape, roleName, teamShape } from './sandbox-shapes-git.ts';
import { organizationShape, permissionsShape, repositoryShape, userShape } from './sandbox-shapes-people.ts';
import { findOrganization, findUser, sameName } from './sandbox-state.ts';

/** `GET …/collaborators?affiliation=all|direct|outside`, for who can push. */
export function listCollaborators(call: RepositoryCall): SandboxAnswer {
  if (!mayAtLeast(call.role, 'push')) return refusal(403, 'Must have push access to view repository collaborators.');
  const { repository, query } = call;
  const { state } = call.world;
  const affiliation = query.get('affiliation') ?? 'all';
  const members = Object.keys(findOrganization(state, repository.owner)?.members ?? {});
  const logins = peopleOf(state, repository).filter((login) => {
    if (affiliation === 'all') return true;
    return repository.roles[login] !== undefined && (affiliation === 'direct' || !members.includes(login));
  });
  return paged(
    call,
    logins.map((login) => collaboratorShape(call, login)),
    'collaborators',
  );
}

function collaboratorShape(call: RepositoryCall, login: string): object {
  const role = givenRole(call.world.state, call.repository, login) ?? 'read';
  return { ...userShape(call.context, login), permissions: permissionsShape(role), role_name: roleName(role) };
}

/** `GET …/collaborators/{login}`: 204 when the person is one. */
export function checkCollaborator(call: RepositoryCall): SandboxAnswer {
  return givenRole(call.world.state, call.repository, call.params[0] ?? '') === null ? notFound() : noContent();
}

/** `GET …/collaborators/{login}/permission`: the scale of four steps, and the true role beside it. */
export function getPermission(call: RepositoryCall): SandboxAnswer {
  const login = call.params[0] ?? '';
  if (findUser(call.world.state, login) === null) return notFound();
  const role = roleIn(call.world.state, call.repository, login);
  const user = role === null ? userShape(call.context, login) : collaboratorShape(call, login);
  return ok({
    permission: role === null ? 'none' : oldScale(role),
    role_name: role === null ? '' : roleName(role),
    user,
  });
}

/** `GET …/teams`: the teams that reach the repository, with their role in it. */
export function listTeams(call: RepositoryCall): SandboxAnswer {
  const teams = teamsOf(call.world.state, call.repository);
  return paged(
    call,
    teams.map((team) => teamShape(call.context, team, team.repositories[call.repository.id])),
    'teams',
  );
}

/** `GET /user/repos`: what the token's user owns, was given, or has as a member. */
export function listOwnRepositories(call: ApiCall): SandboxAnswer {
  const { viewer, query } = call;
  if (viewer === null) return refusal(401, 'Requires authentication');
  if (query.has('type') && (query.has('affiliation') || query.has('visibility'))) {
    const message = 'If you specify visibility or affiliation, you cannot specify type.';
    return validationFailed([{ resource: 'Search', field: 'type', code: 'invalid', message }]);
  }
  const visibility = query.get('visibility') ?? 'all';
  const wanted = call.world.state.repositories.filter(
    (repository) =>
      givenRole(call.world.state, repository, viewer.login) !== null &&
      (visibility === 'all' || repository.visibility === visibility) &&
      affiliations(call, repository, viewer.login).some((one) =>
        (query.get('affiliation') ?? 'owner,collaborator,organization_member').split(',').includes(one),
      ),
  );
  return repositoryPage(call, wanted, 'full_name');
}

function affiliations({ world }: ApiCall, repository: SandboxRepository, login: string): string[] {
  const isMember = findOrganization(world.state, repository.owner)?.members[login] !== undefined;
  return [
    ...(sameName(repository.owner, login) ? ['owner'] : []),
    ...(repository.roles[login] !== undefined && !sameName(repository.owner, login) ? ['collaborator'] : []),
    ...(isMember ? ['organization_member'] : []),
  ];
}

/** `GET /orgs/{org}/repos`. */
export function listOrganizationRepositories(call: ApiCall, login: string): SandboxAnswer {
  if (findOrganization(call.world.state, login) === null) return notFound();
  return repositoryPage(call, ownedBy(call, login), 'created');
}

/** `GET /users/{login}/repos`: only public ones, whoever asks. */
export function listUserRepositories(call: ApiCall, login: string): SandboxAnswer {
  if (findUser(call.world.state, login) === null) return notFound();
  const shown = ownedBy(call, login).filter(({ visibility }) => visibility === 'public');
  return repositoryPage(call, shown, 'full_name');
}

function ownedBy({ world }: ApiCall, login: string): SandboxRepository[] {
  return world.state.repositories.filter((repository) => sameName(repository.owner, login));
}

function repositoryPage(call: ApiCall, all: SandboxRepository[], sortDefault: string): SandboxAnswer {
  const sort = call.query.get('sort') ?? sortDefault;
  const sign = (call.query.get('direction') ?? (sort === 'full_name' ? 'asc' : 'desc')) === 'asc' ? 1 : -1;
  const readable = all
    .filter((repository) => viewerRole(call, repository) !== null)
    .sort((a, b) => sign * (sortKey(a, sort) < sortKey(b, sort) ? -1 : 1));
  const page = pageByNumber(readable, call.query, call.context.api + call.path);
  return ok(
    page.items.map((repository) => repositoryShape(call.context, repository, viewerRole(call, repository) ?? 'read')),
    page.headers,
  );
}

function sortKey(repository: SandboxRepository, sort: string): string {
  switch (sort) {
    case 'created':
      return repository.createdAt;
    case 'updated':
      return repository.updatedAt;
    case 'pushed':
      return repository.pushedAt;
    default:
      return `${repository.owner}/${repository.name}`.toLowerCase();
  }
}

/** `GET /user/orgs`. */
export function listOwnOrganizations(call: ApiCall): SandboxAnswer {
  const { viewer } = call;
  if (viewer === null) return refusal(401, 'Requires authentication');
  const logins = Object.entries(call.world.state.organizations)
    .filter(([, { members }]) => members[viewer.login] !== undefined)
    .map(([login]) => login);
  const page = pageByNumber(logins, call.query, call.context.api + call.path);
  return ok(
    page.items.map((login) => organizationShape(call.context, login)),
    page.headers,
  );
}

/** `GET /orgs/{org}`. */
export function getOrganization(call: ApiCall, login: string): SandboxAnswer {
  return findOrganization(call.world.state, login) === null
    ? notFound()
    : ok(fullOrganizationShape(call.context, login));
}
