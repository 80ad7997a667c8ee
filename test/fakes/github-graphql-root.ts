import type { SandboxRepository } from '../../src/sandbox/sandbox.model.ts';
import type { Asking, IssueIn } from './github-graphql-asking.ts';
import type { Node, PageArgs } from './github-graphql-connection.ts';
import { nodeId } from '../../src/sandbox/sandbox-shapes-people.ts';
import {
  findBranch,
  findUser,
  fullNameOf,
  issueByNumber,
  repositoryByFormerName,
  repositoryByName,
} from '../../src/sandbox/sandbox-state.ts';
import { missing, mustRead, roleOf } from './github-graphql-asking.ts';
import { issueNodeId } from './github-graphql-issues.ts';
import { anyIssueNode, issueConnection, pullConnection } from './github-graphql-lists.ts';
import { actor, collaborators, userNode } from './github-graphql-people.ts';
import { projectOf, projectRoot } from './github-graphql-projects.ts';
import { refNode, refs } from './github-graphql-refs.ts';

/** What a query starts from. */
export function rootOf(asking: Asking): Node {
  return {
    __typename: 'Query',
    viewer: () => actor(asking, asking.viewer.login),
    rateLimit: () => rateLimit(asking),
    repository: (args: RepositoryArgs) => repositoryNamed(asking, args),
    user: ({ login }: { login: string }) => userNamed(asking, login),
    ...projectRoot(asking, (id) => issueOf(asking.world.state.repositories, id)),
    node: ({ id }: { id: string }) => nodeOf(asking, id),
    nodes: ({ ids }: { ids: string[] }) =>
      ids.map((id) => {
        try {
          return nodeOf(asking, id);
        } catch (error) {
          // In a list each missing node is an error of its own, beside a null; graphql-js does that with errors as items.
          return error;
        }
      }),
  };
}

/** The state of the budget after this question was paid. */
export function rateLimit({ plan, points }: Pick<Asking, 'plan' | 'points'>): Node {
  return {
    cost: plan.cost,
    nodeCount: plan.nodeCount,
    limit: points.limit,
    used: points.used,
    remaining: Math.max(0, points.limit - points.used),
    resetAt: `${new Date(points.resetAtMs).toISOString().slice(0, 19)}Z`,
  };
}

interface RepositoryArgs {
  owner: string;
  name: string;
  followRenames?: boolean;
}

function repositoryNamed(asking: Asking, { owner, name, followRenames }: RepositoryArgs): Node {
  const { state } = asking.world;
  const fullName = `${owner}/${name}`;
  const found =
    repositoryByName(state, fullName) ?? (followRenames === false ? null : repositoryByFormerName(state, fullName));
  if (found === null || roleOf(asking, found) === null) throw missing(` Repository with the name '${fullName}'.`);
  return repositoryNode(asking, found);
}

function repositoryNode(asking: Asking, repository: SandboxRepository): Node {
  const defaultBranch = (): Node | null => {
    const branch = findBranch(repository, repository.defaultBranch);
    return branch === null ? null : refNode(asking, repository, branch);
  };
  const numbered = (number: number, kind: 'Issue' | 'PullRequest'): Node => {
    const issue = asking.view.byNumber(repository, number);
    if (issue === null || issue.gone !== null || (issue.pull === null) !== (kind === 'Issue')) {
      throw missing(`${kind === 'Issue' ? 'n' : ''} ${kind} with the number of ${number}.`);
    }
    mustRead(asking, kind === 'Issue' ? 'issues' : 'pull_requests');
    return anyIssueNode(asking, repository, issue);
  };
  return {
    __typename: 'Repository',
    ...repositoryFacts(asking, repository),
    owner: () => actor(asking, repository.owner),
    defaultBranchRef: defaultBranch,
    issue: ({ number }: { number: number }) => numbered(number, 'Issue'),
    pullRequest: ({ number }: { number: number }) => numbered(number, 'PullRequest'),
    issues: (args: Parameters<typeof issueConnection>[2]) => issueConnection(asking, repository, args),
    pullRequests: (args: Parameters<typeof pullConnection>[2]) => pullConnection(asking, repository, args),
    labels: () => ({ totalCount: repository.labels.length }),
    milestones: () => ({ totalCount: repository.milestones.length }),
    refs(args: Parameters<typeof refs>[2]) {
      mustRead(asking, 'contents');
      return refs(asking, repository, args);
    },
    collaborators: (args: PageArgs) => collaborators(asking, repository, args),
  };
}

function repositoryFacts(asking: Asking, repository: SandboxRepository): Node {
  return {
    id: nodeId('R', repository.id),
    databaseId: repository.id,
    name: repository.name,
    nameWithOwner: fullNameOf(repository),
    description: repository.description,
    isPrivate: repository.visibility === 'private',
    isArchived: repository.archived,
    isEmpty: repository.branches.length === 0,
    hasIssuesEnabled: repository.hasIssues,
    visibility: repository.visibility.toUpperCase(),
    createdAt: repository.createdAt,
    updatedAt: repository.updatedAt,
    pushedAt: repository.pushedAt,
    url: `${asking.web}/${fullNameOf(repository)}`,
  };
}

function userNamed(asking: Asking, login: string): Node {
  const user = findUser(asking.world.state, login);
  if (user?.type !== 'User') throw missing(` User with the login of '${login}'.`);
  return { ...userNode(asking, user), projectV2: projectOf(asking, login) };
}

function nodeOf(asking: Asking, id: string): Node {
  const { state } = asking.world;
  const notThere = missing(` node with the global id of '${id}'`);
  const user = id.startsWith('U_') ? state.users.find((candidate) => nodeId('U', candidate.id) === id) : undefined;
  if (user !== undefined) return userNode(asking, user);
  const repository = state.repositories.find((candidate) => nodeId('R', candidate.id) === id);
  if (repository !== undefined && roleOf(asking, repository) !== null) return repositoryNode(asking, repository);
  const found = issueOf(state.repositories, id);
  if (found === null || roleOf(asking, found.repository) === null) throw notThere;
  const seen = asking.view.byNumber(found.repository, found.issue.number);
  if (seen === null || seen.gone !== null) throw notThere;
  mustRead(asking, seen.pull === null ? 'issues' : 'pull_requests');
  return anyIssueNode(asking, found.repository, seen);
}

interface IdsKnown {
  numbers: Map<string, number>;
  read: number;
}
const ids = new WeakMap<SandboxRepository, IdsKnown>();

function issueOf(repositories: readonly SandboxRepository[], id: string): IssueIn | null {
  for (const repository of repositories) {
    const number = numbersOf(repository).get(id);
    const issue = number === undefined ? null : issueByNumber(repository, number);
    if (issue !== null) return { repository, issue };
  }
  return null;
}

// Numbers only grow and an id never changes, so each issue is read once.
function numbersOf(repository: SandboxRepository): ReadonlyMap<string, number> {
  const known = ids.get(repository) ?? { numbers: new Map<string, number>(), read: 0 };
  ids.set(repository, known);
  for (; known.read < repository.issues.length; known.read += 1) {
    const issue = repository.issues[known.read];
    if (issue !== undefined) known.numbers.set(issueNodeId(issue), issue.number);
  }
  return known.numbers;
}
