import { z } from 'zod';
import { ask, type Door, pathSegment, repositoryPath } from './github-ask.ts';
import type { Priority } from './github-budget-turns.ts';
import { askEach, together } from './github-each.ts';
import { askGraphql, hasGraphql, partSize, type Query } from './github-graphql.ts';
import type { QueryAnswer } from './github-graphql.decide.ts';
import { parseBranch, parseBranchHead, parseCommitDate } from './github-lists.parse.ts';
import { readAll } from './github-pages.ts';
import { instant, parseEach } from './github-pieces.parse.ts';
import type {
  GithubBranch,
  GithubBranchHead,
  GithubExtent,
  GithubReads,
  GithubRepositoryFacts,
} from './github-reads.model.ts';
import type { GithubFailure, GithubResult, RepositoryRef } from './github.model.ts';
import { parseRepositoryFacts } from './github.parse.ts';

type Branches = Pick<GithubReads, 'branch' | 'branchHeads' | 'firstLook'>;
type Heads = GithubResult<GithubBranchHead[]>;

/** Facts 7.1: a point for each hundred branches; what counts alone or one row costs adds nothing to it. */
export const BRANCH_HEADS: Query = {
  name: 'BranchHeads',
  sizeMax: 100,
  text: `query BranchHeads($id: ID!, $first: Int!, $after: String, $extent: Boolean!) {
  node(id: $id) {
    ... on Repository {
      issues(first: 1, orderBy: { field: UPDATED_AT, direction: DESC }) @include(if: $extent) { totalCount nodes { updatedAt } }
      labels @include(if: $extent) { totalCount }
      milestones @include(if: $extent) { totalCount }
      pullRequests(first: 1, orderBy: { field: UPDATED_AT, direction: DESC }) @include(if: $extent) { totalCount nodes { updatedAt } }
      refs(refPrefix: "refs/heads/", first: $first, after: $after, orderBy: { field: ALPHABETICAL, direction: ASC }) {
        pageInfo { hasNextPage endCursor }
        nodes { name target { oid ... on Commit { committedDate } } branchProtectionRule { id } }
      }
    }
  }
}`,
};

/** A commit never changes its date, so what was read before a limit stopped it is not read again. */
const readDates = new Map<string, Date>();
const READ_DATES_MAX = 100_000;
/** By GitHub and repository id: GraphQL knows repositories only by name or node id, and names pass to others. */
const nodeIds = new Map<string, string>();

/** Branches with the dates of their heads. */
export function branchReads(door: Door): Branches {
  return {
    branch: (r, name) => branch(door, r, name),
    branchHeads: async (r, known) => (await headsOf(door, r, known, { priority: 'live', extent: false })).heads,
    firstLook: async (r, known, told) => {
      const { heads, extent } = await headsOf(door, r, known, { priority: 'backfill', extent: true, told });
      return heads.ok ? { ...heads, value: { heads: heads.value, extent } } : heads;
    },
  };
}

interface Wanted {
  priority: Priority;
  extent: boolean;
  /** Hears of the extent before the rest of the branches is asked for. */
  told?: ((extent: GithubExtent) => void) | undefined;
}

async function headsOf(
  door: Door,
  r: RepositoryRef,
  known: ReadonlyMap<string, Date>,
  wanted: Wanted,
): Promise<{ heads: Heads; extent: GithubExtent | null }> {
  const tried: Tried = hasGraphql(door)
    ? await headsByGraphql(door, r, wanted)
    : { heads: null, extent: null, requests: 0 };
  const heads = tried.heads ?? (await headsByRest(door, r, known));
  return { heads: { ...heads, requests: tried.requests + heads.requests }, extent: tried.extent };
}

async function branch(door: Door, r: RepositoryRef, name: string): Promise<GithubResult<GithubBranchHead | null>> {
  const path = `/branches/${pathSegment(name) ?? ''}`;
  const result = await ask(door, r, { method: 'GET', path }, ({ body }) => parseBranchHead(body));
  // GitHub redirects from the old name of a renamed branch to the new one.
  if (result.ok) return result.value.name === name ? result : { ...result, value: null };
  const { failure, requests } = result;
  const isBranch = failure.kind === 'not_found' && /branch not found/i.test(failure.message);
  return isBranch ? together(null, requests) : result;
}

/** `heads` is null when REST is to be asked, which also tells what is wrong. Its requests are counted outside of it. */
interface Tried {
  heads: Heads | null;
  extent: GithubExtent | null;
  requests: number;
}

async function headsByGraphql(door: Door, r: RepositoryRef, { priority, ...wanted }: Wanted): Promise<Tried> {
  const node = await nodeIdOf(door, r);
  let { requests } = node;
  if (!node.ok) return { heads: { ...node, requests: 0 }, extent: null, requests };
  const heads: GithubBranchHead[] = [];
  let extent: GithubExtent | null = null;
  let hidden = false;
  for (let after: string | null = null; ;) {
    const first = partSize(door, BRANCH_HEADS);
    const asksExtent = wanted.extent && after === null;
    const variables = { id: node.value, first, after, extent: asksExtent };
    const asked = await askGraphql(door, BRANCH_HEADS, { count: first, variables, priority });
    requests += asked.requests;
    if (asked.kind === 'too_heavy' && first > 1) continue;
    if (asked.kind === 'failed') return { heads: { ok: false, failure: asked.failure, requests: 0 }, extent, requests };
    const page = asked.kind === 'answered' ? refsIn(asked) : null;
    if (page === null && asksExtent && asked.kind === 'answered') {
      wanted.extent = false; // a token that may not read pull requests is shown nothing of the question
      continue;
    }
    if (page === null) return { heads: null, extent, requests };
    heads.push(...page.heads);
    extent ??= page.extent;
    if (asksExtent && extent !== null) wanted.told?.(extent);
    hidden ||= page.hidden;
    after = page.next;
    if (after === null) return { heads: await withProtection(door, r, heads, hidden), extent, requests };
  }
}

/** Rules of protection are for administrators only; whether there are any REST tells everybody. */
async function withProtection(
  door: Door,
  r: RepositoryRef,
  heads: GithubBranchHead[],
  hidden: boolean,
): Promise<Heads> {
  if (!hidden) return together(heads, 0);
  const branches = await listBranches(door, r, { protected: 'true' });
  if (!branches.ok) return branches;
  const names = new Set(branches.value.map(({ name }) => name));
  return {
    ...branches,
    value: heads.map((head) => ({ ...head, protected: names.has(head.name) })),
  };
}

/** Spares the question for a node id where somebody has just read the repository. */
export function rememberNodeId(door: Door, { id, nodeId }: Pick<GithubRepositoryFacts, 'id' | 'nodeId'>): void {
  nodeIds.set(nodeIdKey(door, id), nodeId);
}

function nodeIdKey({ access }: Door, repositoryId: number): string {
  return `${access.baseUrl} ${repositoryId}`;
}

async function nodeIdOf(door: Door, r: RepositoryRef): Promise<GithubResult<string>> {
  const key = 'id' in r ? nodeIdKey(door, r.id) : null;
  const remembered = key === null ? undefined : nodeIds.get(key);
  if (remembered !== undefined) return together(remembered, 0);
  const result = await ask(
    door,
    r,
    { method: 'GET', path: '' },
    ({ body }) => parseRepositoryFacts(body)?.nodeId ?? null,
  );
  if (result.ok && key !== null) nodeIds.set(key, result.value);
  return result;
}

const refSchema = z.object({
  name: z.string(),
  target: z.object({ oid: z.string(), committedDate: instant.nullish().catch(null) }),
  branchProtectionRule: z.unknown(),
});

const countedSchema = z
  .object({ totalCount: z.number(), nodes: z.array(z.object({ updatedAt: instant })) })
  .optional()
  .catch(undefined);

const lengthSchema = z.object({ totalCount: z.number() }).nullish().catch(null);

const refsSchema = z.object({
  node: z.object({
    labels: lengthSchema,
    milestones: lengthSchema,
    issues: countedSchema,
    pullRequests: countedSchema,
    refs: z.object({
      pageInfo: z.object({ hasNextPage: z.boolean(), endCursor: z.string().nullable() }),
      nodes: z.array(z.unknown()),
    }),
  }),
});

interface RefsPage {
  heads: GithubBranchHead[];
  next: string | null;
  hidden: boolean;
  extent: GithubExtent | null;
}

function refsIn({ data, errors }: QueryAnswer): RefsPage | null {
  const parsed = refsSchema.safeParse(data);
  if (!parsed.success) return null;
  const { pageInfo, nodes } = parsed.data.node.refs;
  return {
    heads: parseEach(nodes, refSchema).map(({ name, target, branchProtectionRule: rule }) => ({
      name,
      sha: target.oid,
      protected: rule !== null && rule !== undefined,
      committedAt: target.committedDate ?? null,
    })),
    next: pageInfo.hasNextPage ? pageInfo.endCursor : null,
    hidden: errors.some(({ type, path }) => type === 'FORBIDDEN' && path.includes('branchProtectionRule')),
    extent: extentIn(parsed.data.node),
  };
}

function extentIn(node: z.infer<typeof refsSchema>['node']): GithubExtent | null {
  const { issues, pullRequests } = node;
  if (issues === undefined || pullRequests === undefined) return null;
  const times = [...issues.nodes, ...pullRequests.nodes].map(({ updatedAt }) => updatedAt.getTime());
  return {
    items: issues.totalCount + pullRequests.totalCount,
    newestAt: times.length === 0 ? null : new Date(Math.max(...times)),
    empty: (['labels', 'milestones'] as const).filter((list) => node[list]?.totalCount === 0),
  };
}

async function headsByRest(door: Door, r: RepositoryRef, known: ReadonlyMap<string, Date>): Promise<Heads> {
  const branches = await listBranches(door, r, {});
  if (!branches.ok) return branches;
  const dateOf = (sha: string) => known.get(sha) ?? readDates.get(sha);
  const unknown = [...new Set(branches.value.map(({ sha }) => sha))].filter((sha) => dateOf(sha) === undefined);
  const read = await askEach(unknown, (sha) => readDate(door, r, sha));
  const requests = branches.requests + read.requests;
  if (!read.ok) return { ...read, requests };
  const heads = branches.value.map((head) => ({ ...head, committedAt: dateOf(head.sha) ?? null }));
  return together(heads, requests);
}

async function readDate(door: Door, r: RepositoryRef, sha: string): Promise<GithubResult<Date | null>> {
  const request = { method: 'GET', path: `/commits/${sha}`, priority: 'backfill' } as const;
  const result = await ask(door, r, request, ({ body }) => ({ date: parseCommitDate(body) }));
  if (!result.ok) return isGone(result.failure) ? together(null, result.requests) : result;
  const { date } = result.value;
  if (readDates.size >= READ_DATES_MAX) readDates.clear();
  if (date !== null) readDates.set(sha, date);
  return { ...result, value: date };
}

// The branch was deleted or rewritten since the list was read.
function isGone({ kind }: GithubFailure): boolean {
  return kind === 'not_found' || kind === 'gone' || kind === 'invalid';
}

async function listBranches(
  door: Door,
  r: RepositoryRef,
  parameters: Record<string, string>,
): Promise<GithubResult<GithubBranch[]>> {
  const base = repositoryPath(r);
  const list = { path: base === null ? null : `${base}/branches`, parameters, parse: parseBranch };
  return readAll(door, list);
}
