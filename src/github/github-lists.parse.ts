import { z } from 'zod';
import type {
  GithubBranch,
  GithubBranchHead,
  GithubCollaborator,
  GithubComment,
  GithubLabel,
  GithubMilestone,
  GithubTeam,
} from './github-reads.model.ts';
import { colorSchema, instant, loginSchema, textOrNull } from './github-pieces.parse.ts';

const labelSchema = z.object({ id: z.number(), name: z.string(), color: colorSchema, description: textOrNull });

/** A label of a repository; null when it is none. */
export function parseLabel(json: unknown): GithubLabel | null {
  return labelSchema.safeParse(json).data ?? null;
}

const milestoneSchema = z.object({
  id: z.number(),
  number: z.number(),
  title: z.string(),
  description: textOrNull,
  state: z.enum(['open', 'closed']),
  html_url: z.string(),
  due_on: instant.nullish().catch(null),
  closed_at: instant.nullish().catch(null),
  updated_at: instant,
});

/** A milestone; null when it is none. */
export function parseMilestone(json: unknown): GithubMilestone | null {
  const parsed = milestoneSchema.safeParse(json);
  if (!parsed.success) return null;
  const { id, number, title, description, state, ...raw } = parsed.data;
  return {
    id,
    number,
    title,
    description,
    state,
    url: raw.html_url,
    dueOn: raw.due_on ?? null,
    closedAt: raw.closed_at ?? null,
    updatedAt: raw.updated_at,
  };
}

const permissionsSchema = z
  .object({
    admin: z.boolean().catch(false),
    maintain: z.boolean().catch(false),
    push: z.boolean().catch(false),
    triage: z.boolean().catch(false),
  })
  .nullish()
  .catch(null);

const collaboratorSchema = loginSchema.extend({
  role_name: textOrNull,
  email: textOrNull,
  permissions: permissionsSchema,
});

/** Somebody with access; older servers tell the role only by permissions. Null when it is nobody. */
export function parseCollaborator(json: unknown): GithubCollaborator | null {
  const parsed = collaboratorSchema.safeParse(json);
  if (!parsed.success) return null;
  const { id, login, email, role_name: role, permissions } = parsed.data;
  return { id, login, email, role: role ?? roleOf(permissions ?? null) };
}

function roleOf(permissions: (z.infer<typeof permissionsSchema> & object) | null): string {
  if (permissions?.admin === true) return 'admin';
  if (permissions?.maintain === true) return 'maintain';
  if (permissions?.push === true) return 'write';
  return permissions?.triage === true ? 'triage' : 'read';
}

const teamSchema = z.object({
  id: z.number(),
  slug: z.string(),
  name: z.string(),
  permission: z.string().catch('pull'),
});

/** A team with access to a repository; null when it is none. */
export function parseTeam(json: unknown): GithubTeam | null {
  return teamSchema.safeParse(json).data ?? null;
}

const commitDateSchema = z
  .object({ committer: z.object({ date: instant }) })
  .nullish()
  .catch(null);

const branchSchema = z.object({
  name: z.string(),
  commit: z.looseObject({ sha: z.string() }),
  protected: z.boolean().catch(false),
});

/** A branch of a list; null when it is none. */
export function parseBranch(json: unknown): GithubBranch | null {
  const head = parseBranchHead(json);
  return head && { name: head.name, sha: head.sha, protected: head.protected };
}

/** A branch, which tells its date when it was asked for alone; null when it is none. */
export function parseBranchHead(json: unknown): GithubBranchHead | null {
  const parsed = branchSchema.safeParse(json);
  if (!parsed.success) return null;
  const { name, commit, protected: isProtected } = parsed.data;
  return { name, sha: commit.sha, protected: isProtected, committedAt: parseCommitDate(commit) };
}

/** The committer date of a commit; null when it does not tell. */
export function parseCommitDate(json: unknown): Date | null {
  return z.object({ commit: commitDateSchema }).safeParse(json).data?.commit?.committer.date ?? null;
}

const commentSchema = z.object({
  id: z.number(),
  node_id: z.string().catch(''),
  issue_url: z.string().transform((url, context) => {
    const number = Number(/\/issues\/(\d+)$/.exec(url)?.[1]);
    if (Number.isNaN(number)) context.addIssue({ code: 'custom', message: 'names no issue' });
    return number;
  }),
  user: loginSchema.nullish().catch(null),
  body: textOrNull,
  html_url: z.string(),
  created_at: instant,
  updated_at: instant,
});

/** A comment of an issue or a pull request; null when it is none. */
export function parseComment(json: unknown): GithubComment | null {
  const parsed = commentSchema.safeParse(json);
  if (!parsed.success) return null;
  const raw = parsed.data;
  return {
    id: raw.id,
    nodeId: raw.node_id,
    issueNumber: raw.issue_url,
    author: raw.user ?? null,
    body: raw.body ?? '',
    url: raw.html_url,
    createdAt: raw.created_at,
    updatedAt: raw.updated_at,
  };
}
