import { GraphQLError } from 'graphql';
import type { SandboxRepository } from '../../src/sandbox/sandbox.model.ts';
import type { SandboxBranch } from '../../src/sandbox/sandbox-records.model.ts';
import type { Asking } from './github-graphql-asking.ts';
import type { Node, PageArgs } from './github-graphql-connection.ts';
import { nodeId } from '../../src/sandbox/sandbox-shapes-people.ts';
import { listConnection } from './github-graphql-connection.ts';
import { userNode } from './github-graphql-people.ts';
import { findUser } from '../../src/sandbox/sandbox-state.ts';

const HEADS = 'refs/heads/';

interface RefArgs extends PageArgs {
  refPrefix: string;
  query?: string | null;
  orderBy?: { field: string; direction: 'ASC' | 'DESC' } | null;
}

/** Branches by name. There are no tags here, and a prefix without its slash is refused, as on GitHub. */
export function refs(asking: Asking, repository: SandboxRepository, args: RefArgs): Node {
  if (!/^refs\/(?:.+\/)?$/u.test(args.refPrefix)) {
    throw new GraphQLError('refPrefix must start with `refs/` and end with a `/`', {
      extensions: { type: 'UNPROCESSABLE' },
    });
  }
  const inside = args.refPrefix.startsWith(HEADS) ? args.refPrefix.slice(HEADS.length) : null;
  const found = repository.branches
    .filter(({ name }) => inside !== null && name.startsWith(inside) && name.includes(args.query ?? ''))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  if (args.orderBy?.direction === 'DESC') found.reverse();
  return listConnection(found, (branch) => refNode(asking, repository, branch, args.refPrefix), args);
}

/** One ref of a repository, its name counted from the prefix. */
export function refNode(asking: Asking, repository: SandboxRepository, branch: SandboxBranch, prefix = HEADS): Node {
  return {
    __typename: 'Ref',
    id: refNodeId(repository, branch),
    name: `${HEADS}${branch.name}`.slice(prefix.length),
    prefix,
    target: () => commitNode(asking, repository, branch),
    branchProtectionRule: branch.protected
      ? { __typename: 'BranchProtectionRule', id: `BPR_${refNodeId(repository, branch)}`, pattern: branch.name }
      : null,
  };
}

function refNodeId(repository: SandboxRepository, branch: SandboxBranch): string {
  return `REF_${nodeId('R', repository.id)}${Buffer.from(branch.name).toString('base64url')}`;
}

function commitNode(asking: Asking, repository: SandboxRepository, branch: SandboxBranch): Node {
  const commit = repository.commits[branch.sha];
  const author = commit?.author ?? repository.owner;
  const user = findUser(asking.world.state, author);
  const message = commit?.message ?? '';
  return {
    __typename: 'Commit',
    id: `C_${branch.sha}`,
    oid: branch.sha,
    abbreviatedOid: branch.sha.slice(0, 7),
    message,
    messageHeadline: message.split('\n')[0],
    committedDate: branch.committedAt,
    authoredDate: commit?.authoredAt ?? branch.committedAt,
    author: {
      name: user?.name ?? author,
      email: null,
      date: commit?.authoredAt ?? branch.committedAt,
      user: user === null ? null : userNode(asking, user),
    },
  };
}
