import { GraphQLError } from 'graphql';
import type { SandboxRepository, SandboxRole, SandboxTeam } from '../../src/sandbox/sandbox.model.ts';
import type { SandboxUser } from '../../src/sandbox/sandbox-records.model.ts';
import type { Asking } from './github-graphql-asking.ts';
import type { Node, PageArgs } from './github-graphql-connection.ts';
import { givenRole, mayAtLeast, peopleOf } from '../../src/sandbox/sandbox-access.ts';
import { findUser } from '../../src/sandbox/sandbox-state.ts';
import { nodeId } from '../../src/sandbox/sandbox-shapes-people.ts';
import { roleOf } from './github-graphql-asking.ts';
import { connectionOf, listOf } from './github-graphql-connection.ts';

/** A person, bot or organization; null for somebody whose account is gone. */
export function actor(asking: Asking, login: string | null): Node | null {
  const user = login === null ? null : findUser(asking.world.state, login);
  return user === null ? null : userNode(asking, user);
}

// GraphQL calls a bot by its plain login, where REST adds `[bot]`.
export function userNode(asking: Asking, user: SandboxUser): Node {
  const login = user.type === 'Bot' ? user.login.replace(/\[bot\]$/u, '') : user.login;
  return {
    __typename: user.type,
    id: nodeId('U', user.id),
    databaseId: user.id,
    login,
    name: user.name,
    email: '',
    url: `${asking.web}/${user.login}`,
    avatarUrl: `${asking.web}/avatars/${user.login}`,
    createdAt: user.createdAt,
  };
}

export function teamNode(asking: Asking, team: SandboxTeam): Node {
  return {
    __typename: 'Team',
    id: nodeId('T', team.id),
    databaseId: team.id,
    name: team.name,
    slug: team.slug,
    combinedSlug: `${team.organization}/${team.slug}`,
    description: team.description,
    url: `${asking.web}/orgs/${team.organization}/teams/${team.slug}`,
  };
}

const PERMISSIONS: Record<SandboxRole, string> = {
  read: 'READ',
  triage: 'TRIAGE',
  push: 'WRITE',
  maintain: 'MAINTAIN',
  admin: 'ADMIN',
};

/** Who was given a role in a repository; only those who may push are told. */
export function collaborators(asking: Asking, repository: SandboxRepository, args: PageArgs): Node {
  const { state } = asking.world;
  const role = roleOf(asking, repository);
  if (role === null || !mayAtLeast(role, 'push')) {
    throw new GraphQLError('Must have push access to view repository collaborators.', {
      extensions: { type: 'FORBIDDEN' },
    });
  }
  const known = peopleOf(state, repository).flatMap((login) => {
    const user = findUser(state, login);
    const given = givenRole(state, repository, login);
    return user?.type === 'User' && given !== null ? [{ user, permission: PERMISSIONS[given] }] : [];
  });
  const list = listOf(known, ({ user }) => userNode(asking, user));
  return connectionOf({ ...list, edge: ({ permission }) => ({ permission }) }, args);
}
