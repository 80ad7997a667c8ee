import { GraphQLError } from 'graphql';
import type {
  SandboxIssue,
  SandboxRepository,
  SandboxRole,
  SandboxToken,
  SandboxView,
  SandboxWorld,
} from '../../src/sandbox/sandbox.model.ts';
import type { Plan } from './github-graphql-cost.ts';
import type { FakeProject } from './github-projects.ts';
import { roleIn } from '../../src/sandbox/sandbox-access.ts';

/** What is left of an hour's points. */
export interface Points {
  limit: number;
  used: number;
  resetAtMs: number;
}

/** One question, and who asks it. */
export interface Asking {
  world: SandboxWorld;
  view: SandboxView;
  web: string;
  viewer: { login: string; token: SandboxToken };
  plan: Plan;
  points: Points;
  projects: FakeProject[];
}

export interface IssueIn {
  repository: SandboxRepository;
  issue: SandboxIssue;
}

/** The role of the one who asks, or null when the repository must look missing. */
export function roleOf(asking: Asking, repository: SandboxRepository): SandboxRole | null {
  const { login, token } = asking.viewer;
  const isPublic = repository.visibility === 'public';
  const isReached = token.repositories === null || token.repositories.includes(repository.id);
  const hasScope = token.scopes === null || token.scopes.includes('repo');
  if (!isPublic && !(isReached && hasScope)) return null;
  return roleIn(asking.world.state, repository, login);
}

/** Throws GitHub's refusal when the token was not given the permission. */
export function mustRead(asking: Asking, permission: 'issues' | 'pull_requests' | 'contents' | 'metadata'): void {
  const { token } = asking.viewer;
  if (token.permissions === null || permission === 'metadata' || permission in token.permissions) return;
  const holder = asking.viewer.login.endsWith('[bot]') ? 'integration' : 'personal access token';
  throw new GraphQLError(`Resource not accessible by ${holder}`, { extensions: { type: 'FORBIDDEN' } });
}

/** The refusal for something that is not there, or that the one who asks may not know of. */
export function missing(what: string): GraphQLError {
  return new GraphQLError(`Could not resolve to a${what}`, { extensions: { type: 'NOT_FOUND' } });
}
