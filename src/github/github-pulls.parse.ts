import { z } from 'zod';
import type { GithubPullDetails, GithubPullRequest } from './github-reads.model.ts';
import {
  distinctPeople,
  instant,
  labelSchema,
  loginSchema,
  milestoneRefSchema,
  parseEach,
  textOrNull,
} from './github-pieces.parse.ts';

const headSchema = z.object({
  ref: z.string(),
  sha: z.string(),
  // gone with the fork it came from
  repo: z.object({ full_name: z.string() }).nullish().catch(null),
});

const pullSchema = z.object({
  id: z.number(),
  node_id: z.string().catch(''),
  number: z.number().int(),
  html_url: z.string(),
  title: z.string(),
  body: textOrNull,
  state: z.enum(['open', 'closed']),
  draft: z.boolean().catch(false),
  user: loginSchema.nullish().catch(null),
  head: headSchema,
  base: headSchema,
  requested_reviewers: z.array(z.unknown()).nullish().catch([]),
  requested_teams: z.array(z.unknown()).nullish().catch([]),
  labels: z.array(z.unknown()).catch([]),
  assignees: z.array(z.unknown()).nullish().catch([]),
  milestone: milestoneRefSchema,
  created_at: instant,
  updated_at: instant,
  closed_at: instant.nullish().catch(null),
  merged_at: instant.nullish().catch(null),
});

/** A pull request of a list or asked for alone; null when it is none. */
export function parsePull(json: unknown): GithubPullRequest | null {
  const parsed = pullSchema.safeParse(json);
  if (!parsed.success) return null;
  const raw = parsed.data;
  const reviewers = parseEach(raw.requested_reviewers ?? [], loginSchema);
  const assignees = parseEach(raw.assignees ?? [], loginSchema);
  return {
    id: raw.id,
    nodeId: raw.node_id,
    number: raw.number,
    url: raw.html_url,
    title: raw.title,
    body: raw.body ?? '',
    state: raw.merged_at instanceof Date ? 'merged' : raw.state,
    draft: raw.draft,
    author: raw.user ?? null,
    head: { ref: raw.head.ref, sha: raw.head.sha, repository: raw.head.repo?.full_name ?? null },
    base: { ref: raw.base.ref, sha: raw.base.sha },
    requestedReviewers: reviewers.map(({ login }) => login),
    requestedTeams: parseEach(raw.requested_teams ?? [], z.object({ slug: z.string() })).map(({ slug }) => slug),
    labels: parseEach(raw.labels, labelSchema),
    assignees: assignees.map(({ login }) => login),
    milestone: raw.milestone?.number ?? null,
    people: distinctPeople([raw.user, ...reviewers, ...assignees]),
    createdAt: raw.created_at,
    updatedAt: raw.updated_at,
    closedAt: raw.closed_at ?? null,
    mergedAt: raw.merged_at ?? null,
  };
}

const mergeSchema = z.object({
  node_id: z.string().catch(''),
  number: z.number(),
  mergeable: z.boolean().nullish().catch(null),
  mergeable_state: textOrNull,
});

/** What a pull request asked for alone tells of merging; null when it is none. */
export function parseMerge(json: unknown): Omit<GithubPullDetails, 'reviewDecision' | 'reviews'> | null {
  const parsed = mergeSchema.safeParse(json);
  if (!parsed.success) return null;
  const { node_id: nodeId, number, mergeable, mergeable_state: mergeState } = parsed.data;
  const merging = mergeable === true ? 'mergeable' : mergeable === false ? 'conflicting' : 'unknown';
  return { nodeId, number, mergeable: merging, mergeState };
}

const reviewSchema = z.object({ user: loginSchema.nullish().catch(null), state: z.string() });

/** One review with its state in lower case; null when it is none. */
export function parseReview(json: unknown): { login: string | null; state: string } | null {
  const parsed = reviewSchema.safeParse(json);
  return parsed.success ? { login: parsed.data.user?.login ?? null, state: parsed.data.state.toLowerCase() } : null;
}
