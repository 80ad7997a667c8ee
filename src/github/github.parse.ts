import { z } from 'zod';
import {
  distinctPeople,
  instant,
  labelSchema,
  loginSchema,
  milestoneRefSchema,
  parseEach,
  textOrNull,
} from './github-pieces.parse.ts';
import type { GithubRepositoryFacts } from './github-reads.model.ts';
import type { GithubIssue, GithubRepository } from './github.model.ts';

/**
 * GitHub's answers as we need them. Only what makes a thing that thing is required; whatever else is missing or of another type
 * gets a default, so that a new or older GitHub never stops us. `assignee` is never read: version 2026-03-10 drops it.
 */
const issueSchema = z.object({
  id: z.number(),
  node_id: z.string().catch(''),
  number: z.number().int(),
  html_url: z.string(),
  title: z.string(),
  body: z.string().nullish().catch(null),
  state: z.enum(['open', 'closed']),
  state_reason: z.string().nullish().catch(null),
  user: loginSchema.nullish().catch(null),
  labels: z.array(z.unknown()).catch([]),
  assignees: z.array(z.unknown()).nullish().catch([]),
  milestone: milestoneRefSchema,
  type: z.object({ name: z.string() }).nullish().catch(null),
  locked: z.boolean().catch(false),
  reactions: z.record(z.string(), z.unknown()).nullish().catch(null),
  closed_by: loginSchema.nullish().catch(null),
  comments: z.number().catch(0),
  pull_request: z.unknown().optional(),
  created_at: instant,
  updated_at: instant,
  closed_at: instant.nullish().catch(null),
});

/** An issue or a pull request seen as one; null when it is neither. */
export function parseIssue(json: unknown): GithubIssue | null {
  const parsed = issueSchema.safeParse(json);
  if (!parsed.success) return null;
  const raw = parsed.data;
  const assignees = parseEach(raw.assignees ?? [], loginSchema);
  return {
    id: raw.id,
    nodeId: raw.node_id,
    number: raw.number,
    url: raw.html_url,
    title: raw.title,
    body: raw.body ?? '',
    state: raw.state,
    stateReason: raw.state_reason ?? null,
    author: raw.user ?? null,
    labels: parseEach(raw.labels, labelSchema),
    assignees: assignees.map(({ login }) => login),
    milestone: raw.milestone?.number ?? null,
    milestoneTitle: raw.milestone?.title ?? null,
    type: raw.type?.name ?? null,
    locked: raw.locked,
    reactions: countedReactions(raw.reactions ?? {}),
    comments: raw.comments,
    isPullRequest: raw.pull_request !== undefined && raw.pull_request !== null,
    people: distinctPeople([raw.user, raw.closed_by, ...assignees]),
    createdAt: raw.created_at,
    updatedAt: raw.updated_at,
    closedAt: raw.closed_at ?? null,
  };
}

/** The items of a list that can be read, and how many cannot; null when it is no list at all. */
export function parseList<T>(
  json: unknown,
  parse: (item: unknown) => T | null,
): { items: T[]; skipped: number } | null {
  if (!Array.isArray(json)) return null;
  const items = json.map(parse).filter((item) => item !== null);
  return { items, skipped: json.length - items.length };
}

const repositorySchema = z.object({
  id: z.number(),
  full_name: z.string(),
  html_url: z.string(),
  private: z.boolean().catch(true),
  visibility: z.enum(['public', 'private', 'internal']).nullish().catch(null),
  has_issues: z.boolean().catch(true),
  node_id: z.string().catch(''),
  description: textOrNull,
  default_branch: z.string().catch('main'),
  has_pull_requests: z.boolean().catch(true),
  pushed_at: instant.nullish().catch(null),
  archived: z.boolean().catch(false),
  permissions: z
    .object({ push: z.boolean().catch(false), admin: z.boolean().catch(false) })
    .nullish()
    .catch(null),
});

/** A repository. Where its visibility cannot be read it counts as private: wrong only towards caution about who may see it. */
export function parseRepository(json: unknown): GithubRepository | null {
  const parsed = repositorySchema.safeParse(json);
  return parsed.success ? repositoryOf(parsed.data) : null;
}

/** A repository with all that the mirror keeps of it; null when it is none. */
export function parseRepositoryFacts(json: unknown): GithubRepositoryFacts | null {
  const parsed = repositorySchema.safeParse(json);
  if (!parsed.success) return null;
  const raw = parsed.data;
  return {
    ...repositoryOf(raw),
    nodeId: raw.node_id,
    description: raw.description,
    defaultBranch: raw.default_branch,
    hasPullRequests: raw.has_pull_requests,
    canAdmin: raw.permissions?.admin ?? false,
    pushedAt: raw.pushed_at ?? null,
  };
}

function repositoryOf(raw: z.infer<typeof repositorySchema>): GithubRepository {
  return {
    id: raw.id,
    fullName: raw.full_name,
    url: raw.html_url,
    visibility: raw.visibility ?? (raw.private ? 'private' : 'public'),
    hasIssues: raw.has_issues,
    archived: raw.archived,
    canPush: raw.permissions?.push ?? false,
  };
}

/** The account behind a token. */
export function parseViewer(json: unknown): { login: string; id: number } | null {
  return loginSchema.safeParse(json).data ?? null;
}

// The rollup also holds its address and a total.
function countedReactions(rollup: Record<string, unknown>): Record<string, number> {
  const counted: Record<string, number> = {};
  for (const [name, count] of Object.entries(rollup)) {
    if (typeof count === 'number' && count > 0 && name !== 'total_count') counted[name] = count;
  }
  return counted;
}
