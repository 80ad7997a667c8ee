import { z } from 'zod';
import { ask, type Door, repositoryPath } from './github-ask.ts';
import type { Priority } from './github-budget-turns.ts';
import { askEach, together } from './github-each.ts';
import { askGraphql, hasGraphql, partSize, type Query } from './github-graphql.ts';
import type { QueryAnswer } from './github-graphql.decide.ts';
import { readAll } from './github-pages.ts';
import { parseEach } from './github-pieces.parse.ts';
import { parseMerge, parsePull, parseReview } from './github-pulls.parse.ts';
import type { GithubPullDetails, GithubReads } from './github-reads.model.ts';
import type { GithubResult, RepositoryRef } from './github.model.ts';

type Pulls = Pick<GithubReads, 'pull' | 'pullDetails'>;
type Asked = readonly { nodeId: string; number: number }[];
type Details = GithubResult<GithubPullDetails[]>;

/** Facts 2.6: pull requests are heavy, a hundred at once were refused. */
export const PULL_DETAILS: Query = {
  name: 'PullDetails',
  sizeMax: 50,
  text: `query PullDetails($ids: [ID!]!) {
  nodes(ids: $ids) {
    ... on PullRequest {
      number mergeable mergeStateStatus reviewDecision
      latestReviews(first: 20) { nodes { state author { login } } }
    }
  }
}`,
};

/** One pull request, and what lists do not tell of many. */
export function pullReads(door: Door): Pulls {
  return {
    pull: (r, number) => ask(door, r, { method: 'GET', path: `/pulls/${number}` }, ({ body }) => parsePull(body)),
    pullDetails: (r, pulls, priority = 'live') => pullDetails(door, r, pulls, priority),
  };
}

async function pullDetails(door: Door, r: RepositoryRef, pulls: Asked, priority: Priority): Promise<Details> {
  const byRest = pulls.filter(({ nodeId }) => nodeId === '');
  const waiting = pulls.filter(({ nodeId }) => nodeId !== '');
  const found: GithubPullDetails[] = [];
  let requests = 0;
  while (waiting.length > 0 && hasGraphql(door)) {
    const part = waiting.slice(0, partSize(door, PULL_DETAILS));
    const ids = part.map(({ nodeId }) => nodeId);
    const asked = await askGraphql(door, PULL_DETAILS, { count: ids.length, variables: { ids }, priority });
    requests += asked.requests;
    if (asked.kind === 'failed') return { ok: false, failure: asked.failure, requests };
    if (asked.kind === 'too_heavy' && part.length === 1) break;
    if (asked.kind !== 'answered') continue;
    waiting.splice(0, part.length);
    const details = detailsIn(asked, part);
    if (details === null) byRest.push(...part);
    else found.push(...details);
  }
  const rest = await askEach([...byRest, ...waiting], (pull) => detailsByRest(door, r, pull));
  if (!rest.ok) return { ...rest, requests: requests + rest.requests };
  return together([...found, ...rest.value.filter((details) => details !== null)], requests + rest.requests);
}

const nodeSchema = z.object({
  number: z.number(),
  mergeable: z.enum(['MERGEABLE', 'CONFLICTING', 'UNKNOWN']).catch('UNKNOWN'),
  mergeStateStatus: z.string().nullish().catch(null),
  reviewDecision: z.string().nullish().catch(null),
  latestReviews: z
    .object({ nodes: z.array(z.unknown()) })
    .nullish()
    .catch(null),
});

const reviewSchema = z.object({ state: z.string(), author: z.object({ login: z.string() }) });

// By their places: the answer may spell an older id anew. What is null is not shown to us; if all is, the token may lack a right.
function detailsIn({ data, errors }: QueryAnswer, part: Asked): GithubPullDetails[] | null {
  const nodes = Array.isArray(data?.['nodes']) ? data['nodes'] : [];
  if (nodes.length !== part.length || errors.some(({ type }) => REFUSALS.has(type))) return null;
  return part.flatMap(({ nodeId }, index) => {
    const { data: node } = nodeSchema.safeParse(nodes[index]);
    if (node === undefined) return [];
    return {
      nodeId,
      number: node.number,
      mergeable:
        node.mergeable === 'UNKNOWN' ? 'unknown' : node.mergeable === 'MERGEABLE' ? 'mergeable' : 'conflicting',
      mergeState: node.mergeStateStatus?.toLowerCase() ?? null,
      reviewDecision: node.reviewDecision?.toLowerCase() ?? null,
      reviews: parseEach(node.latestReviews?.nodes ?? [], reviewSchema).map(({ state, author }) => ({
        login: author.login,
        state: state.toLowerCase(),
      })),
    };
  });
}

const REFUSALS = new Set(['FORBIDDEN', 'INSUFFICIENT_SCOPES']);

async function detailsByRest(
  door: Door,
  r: RepositoryRef,
  { nodeId, number }: { nodeId: string; number: number },
): Promise<GithubResult<GithubPullDetails | null>> {
  const request = { method: 'GET', path: `/pulls/${number}`, priority: 'backfill' } as const;
  const merge = await ask(door, r, request, ({ body }) => parseMerge(body));
  if (!merge.ok) {
    const isGone = merge.failure.kind === 'not_found' || merge.failure.kind === 'gone';
    return isGone ? together(null, merge.requests) : merge;
  }
  const path = `${repositoryPath(r)}/pulls/${number}/reviews`;
  const reviews = await readAll(door, { path, parse: parseReview });
  const requests = merge.requests + reviews.requests;
  if (!reviews.ok) return { ...reviews, requests };
  const details = { ...merge.value, nodeId: nodeId === '' ? merge.value.nodeId : nodeId };
  return together({ ...details, reviewDecision: null, reviews: latestOf(reviews.value) }, requests);
}

/** The last word of each reviewer: a draft is none yet, and a mere comment does not take back an approval. */
function latestOf(reviews: readonly { login: string | null; state: string }[]): { login: string; state: string }[] {
  const latest = new Map<string, string>();
  for (const { login, state } of reviews) {
    if (login === null || state === 'pending' || (state === 'commented' && latest.has(login))) continue;
    latest.set(login, state);
  }
  return [...latest].map(([login, state]) => ({ login, state }));
}
