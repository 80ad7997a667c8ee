import { GraphQLError } from 'graphql';
import type { SandboxIssue, SandboxRepository } from '../../src/sandbox/sandbox.model.ts';
import type { Asking } from './github-graphql-asking.ts';
import type { Node, PageArgs, Paged } from './github-graphql-connection.ts';
import { issuesInOrder } from '../../src/sandbox/sandbox-index.ts';
import { sameName } from '../../src/sandbox/sandbox-state.ts';
import { mustRead } from './github-graphql-asking.ts';
import { connectionOf, decodeCursor, encodeCursor } from './github-graphql-connection.ts';
import { issueNode } from './github-graphql-issues.ts';
import { pullNode } from './github-graphql-pulls.ts';

type OrderField = 'CREATED_AT' | 'UPDATED_AT' | 'COMMENTS';
type Key = readonly [value: string | number, number: number];

interface IssueArgs extends PageArgs {
  orderBy?: { field: OrderField; direction: 'ASC' | 'DESC' } | null;
  states?: readonly string[] | null;
  labels?: readonly string[] | null;
  filterBy?: object | null;
}

interface Wanted {
  repository: SandboxRepository;
  kind: 'issue' | 'pull';
  args: IssueArgs;
}

export function issueConnection(asking: Asking, repository: SandboxRepository, args: IssueArgs): Node {
  mustRead(asking, 'issues');
  if (args.filterBy !== undefined && args.filterBy !== null) {
    throw new GraphQLError('The fake has no filterBy: on GitHub it reads an index that is days behind.');
  }
  return orderedConnection(asking, { repository, kind: 'issue', args });
}

export function pullConnection(asking: Asking, repository: SandboxRepository, args: IssueArgs): Node {
  mustRead(asking, 'pull_requests');
  return orderedConnection(asking, { repository, kind: 'pull', args });
}

/** Whatever the node of an issue or a pull request is. */
export function anyIssueNode(asking: Asking, repository: SandboxRepository, issue: SandboxIssue): Node {
  const of = { repository, issue };
  return issue.pull === null ? issueNode(asking, of) : pullNode(asking, of, issue.pull);
}

function orderedConnection(asking: Asking, wanted: Wanted): Node {
  const { repository, args } = wanted;
  const { field, direction } = args.orderBy ?? { field: 'CREATED_AT', direction: 'ASC' };
  const found = filtered(ascending(asking, wanted, field), args);
  const place = (order: number): number => (direction === 'ASC' ? order : found.length - 1 - order);
  const at = (order: number): SandboxIssue => found[place(order)] as SandboxIssue;
  const isPast = (issue: SandboxIssue, key: Key, equal: boolean): boolean => {
    const compared = compareKeys(keyOf(issue, field), key) * (direction === 'ASC' ? 1 : -1);
    return compared > 0 || (equal && compared === 0);
  };
  const list: Paged<SandboxIssue> = {
    length: found.length,
    at,
    cursor: (issue) => encodeCursor(keyOf(issue, field)),
    placeOf(cursor) {
      const key = decodeCursor(cursor);
      if (!isKey(key)) return null;
      return {
        place: firstAt(found.length, (order) => isPast(at(order), key, true)),
        after: firstAt(found.length, (order) => isPast(at(order), key, false)),
      };
    },
    node: (issue) => anyIssueNode(asking, repository, issue),
  };
  return connectionOf(list, args);
}

// The index knows the present only; a reader who lags behind, or an unusual order, is worth a sort.
function ascending(asking: Asking, { repository, kind }: Wanted, field: OrderField): readonly SandboxIssue[] {
  const seen = asking.view.list(repository);
  if (seen === repository.issues && field !== 'COMMENTS') {
    return issuesInOrder(repository, kind, field === 'UPDATED_AT' ? 'updated' : 'created');
  }
  return seen
    .filter((issue) => issue.gone === null && (issue.pull === null) === (kind === 'issue'))
    .sort((a, b) => compareKeys(keyOf(a, field), keyOf(b, field)));
}

function filtered(issues: readonly SandboxIssue[], { states, labels }: IssueArgs): readonly SandboxIssue[] {
  const byState = (states ?? []).length === 0 ? null : new Set(states);
  const names = labels ?? [];
  if (byState === null && names.length === 0) return issues;
  return issues.filter(
    (issue) =>
      (byState === null || byState.has(stateOf(issue))) &&
      (names.length === 0 || names.some((name) => issue.labels.some((label) => sameName(label, name)))),
  );
}

function stateOf(issue: SandboxIssue): string {
  const isMerged = issue.pull !== null && issue.pull.mergedAt !== null;
  return isMerged ? 'MERGED' : issue.state.toUpperCase();
}

function keyOf(issue: SandboxIssue, field: OrderField): Key {
  switch (field) {
    case 'UPDATED_AT':
      return [issue.updatedAt, issue.number];
    case 'COMMENTS':
      return [issue.comments, issue.number];
    default:
      return [issue.createdAt, issue.number];
  }
}

function compareKeys(a: Key, b: Key): number {
  if (a[0] !== b[0]) return a[0] < b[0] ? -1 : 1;
  return a[1] - b[1];
}

function isKey(value: unknown): value is Key {
  return Array.isArray(value) && ['string', 'number'].includes(typeof value[0]) && typeof value[1] === 'number';
}

/** The first place in 0..length from which on `reached` holds; length when nowhere. */
function firstAt(length: number, reached: (place: number) => boolean): number {
  let [low, high] = [0, length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (reached(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}
