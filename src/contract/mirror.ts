import { z } from 'zod';

import { FullName, HEALTH_WORDS, SyncRun } from './connections.ts';

const At = z.iso.datetime();
const Label = z.object({ name: z.string(), color: z.string() });

export const MIRRORS = ['linked', 'all'] as const;

export const RepositoryCounts = z.object({
  issues_open: z.int(),
  issues_closed: z.int(),
  pulls_open: z.int(),
  pulls_merged: z.int(),
  pulls_closed: z.int(),
  branches: z.int(),
  collaborators: z.int(),
});
export type RepositoryCounts = z.infer<typeof RepositoryCounts>;

/** A mirrored repository with its health in one word. */
export const Repository = z.object({
  id: z.uuid(),
  connection_id: z.uuid(),
  full_name: z.string(),
  url: z.string(),
  description: z.string().nullable(),
  visibility: z.enum(['public', 'private', 'internal']).nullable(),
  default_branch: z.string().nullable(),
  archived: z.boolean(),
  has_issues: z.boolean(),
  has_pull_requests: z.boolean(),
  can_push: z.boolean().nullable(),
  can_admin: z.boolean().nullable(),
  mirrors: z.enum(MIRRORS).describe('linked: only issues that a report is linked to; all: tracked.'),
  comments_of: z.enum(MIRRORS).describe('Whose comments are mirrored: of linked issues only, or of all.'),
  gone: z.enum(['deleted', 'not_found']).nullable().describe('Why GitHub no longer shows it.'),
  health: z.object({
    word: z.enum(HEALTH_WORDS),
    reason: z.string(),
    since: At.nullable(),
    fix: z.string().nullable(),
  }),
  paused: z.boolean(),
  sync_schedule: z.string().describe('Cron expression, UTC.'),
  next_sync_at: At.nullable(),
  imported_at: At.nullable().describe('When the first import was complete.'),
  synced_at: At.nullable().describe("When the mirror last agreed with GitHub's lists."),
  reconciled_at: At.nullable().describe('When it was last compared in full.'),
  gap_seconds: z.int().nullable().describe('How long GitHub was not heard: since the last sync or webhook.'),
  counts: RepositoryCounts,
  requests: z.object({
    last_run: z.int().nullable(),
    last_day: z.int().describe('In the last 24 hours.'),
    last_day_not_modified: z.int().describe('Of these, answered 304: free of the primary limit.'),
  }),
  hook: z.object({
    state: z.enum(['none', 'healthy', 'failing', 'inactive']),
    last_delivery_at: At.nullable(),
    message: z.string().nullable().describe('What a person should know or do.'),
  }),
  unreadable: z
    .array(z.object({ list: z.string(), message: z.string(), missing_permissions: z.string().nullable() }))
    .describe('Lists that GitHub does not show to this credential.'),
  run: SyncRun.nullable().describe('The run that is under way.'),
});
export type Repository = z.infer<typeof Repository>;

export const RepositoryDraft = z.strictObject({
  full_name: FullName,
  connection_id: z.uuid().optional().describe('Whose credential reads it. Default: the first that is switched on.'),
});

export const RepositoryChange = z.strictObject({
  sync_schedule: z.string().trim().min(1).max(100).optional().describe('Cron expression, UTC.'),
  comments_of: z.enum(MIRRORS).optional().describe('Whose comments are mirrored from now on.'),
  paused: z.boolean().optional().describe('Nothing is read of it until it is resumed.'),
});
export type RepositoryChange = z.infer<typeof RepositoryChange>;

/** The most items of one audit by sample: each is a request. */
export const SAMPLE_MAX = 1000;

export const RepositorySync = z.strictObject({
  kind: z
    .enum(['sync', 'reconcile', 'sample'])
    .default('sync')
    .describe('reconcile: compare everything, and repair it; sample: some items, drawn at random.'),
  size: z.int().min(1).max(SAMPLE_MAX).default(25).describe('sample: how many items.'),
});

/** An issue as the mirror has it, under GitHub's own field names. */
export const MirroredIssue = z.object({
  id: z.uuid(),
  repository: z.string(),
  number: z.int(),
  url: z.string(),
  title: z.string(),
  state: z.enum(['open', 'closed']),
  state_reason: z.string().nullable(),
  type: z.string().nullable(),
  labels: z.array(Label),
  assignees: z.array(z.string()),
  author: z.string().nullable(),
  comments: z.int(),
  milestone: z.object({ number: z.int(), title: z.string().nullable() }).nullable(),
  locked: z.boolean(),
  source: z.enum(['linked', 'external']).describe('external: opened on GitHub, no report is linked to it.'),
  gone: z
    .enum(['deleted', 'transferred', 'converted', 'not_found'])
    .nullable()
    .describe('Why GitHub no longer shows it here.'),
  moved_to: z.string().nullable().describe('Where a transferred or converted issue is now.'),
  reports: z.array(z.object({ id: z.uuid(), title: z.string() })).describe('Linked reports that the caller may see.'),
  created_at: At,
  updated_at: At,
  closed_at: At.nullable(),
});
export type MirroredIssue = z.infer<typeof MirroredIssue>;

export const ITEM_KINDS = [
  'repository',
  'issue',
  'pull_request',
  'comment',
  'label',
  'milestone',
  'branch',
  'collaborator',
  'team',
] as const;

/** One change of anything mirrored: what, from, to, and who where GitHub told. */
export const ItemChange = z.object({
  id: z.int(),
  at: At.describe('When GitHub says it changed.'),
  seen_at: At.describe('When the mirror learnt of it.'),
  item_kind: z.enum(ITEM_KINDS),
  item: z.string().describe('As #12, or a name.'),
  title: z.string().nullable(),
  url: z.string().nullable(),
  field: z.string(),
  before: z.unknown(),
  after: z.unknown(),
  via: z.enum(['write', 'sync', 'import', 'webhook', 'reconcile']),
  actor: z.string().nullable(),
  /** A plain sentence. */
  text: z.string(),
});
export type ItemChange = z.infer<typeof ItemChange>;

export const MirroredComment = z.object({
  id: z.uuid(),
  author: z.string().nullable(),
  body: z.string(),
  url: z.string(),
  created_at: At,
  updated_at: At,
});

const conversation = {
  body: z.string().nullable(),
  /** Oldest first, at most 500. */
  conversation: z.array(MirroredComment),
  /** Newest first, at most 200. */
  history: z.array(ItemChange),
};
export const MirroredIssueDetail = MirroredIssue.extend({
  ...conversation,
  reactions: z.record(z.string(), z.int()),
});
export type MirroredIssueDetail = z.infer<typeof MirroredIssueDetail>;

export const MirroredPull = z.object({
  id: z.uuid(),
  repository: z.string(),
  number: z.int(),
  url: z.string(),
  title: z.string(),
  state: z.enum(['open', 'closed', 'merged']),
  draft: z.boolean(),
  author: z.string().nullable(),
  head: z.object({ ref: z.string(), sha: z.string(), repository: z.string().nullable() }),
  base: z.object({ ref: z.string(), sha: z.string() }),
  mergeable: z.enum(['mergeable', 'conflicting', 'unknown']).nullable().describe('null: not read yet.'),
  merge_state: z.string().nullable(),
  review_decision: z.string().nullable().describe('approved, changes_requested, review_required.'),
  reviews: z.array(z.object({ login: z.string(), state: z.string() })).describe('The latest of each person.'),
  requested_reviewers: z.array(z.string()),
  requested_teams: z.array(z.string()),
  labels: z.array(Label),
  assignees: z.array(z.string()),
  milestone: z.object({ number: z.int(), title: z.string().nullable() }).nullable(),
  comments: z.int().describe('Of its conversation; comments on lines are not among them.'),
  gone: z.enum(['deleted', 'not_found']).nullable(),
  created_at: At,
  updated_at: At,
  closed_at: At.nullable(),
  merged_at: At.nullable(),
});
export type MirroredPull = z.infer<typeof MirroredPull>;
export const MirroredPullDetail = MirroredPull.extend(conversation);
export type MirroredPullDetail = z.infer<typeof MirroredPullDetail>;

export const MirroredBranch = z.object({
  name: z.string(),
  sha: z.string(),
  url: z.string(),
  protected: z.boolean(),
  default: z.boolean(),
  committed_at: At.nullable().describe('Committer date of the head commit.'),
});
export type MirroredBranch = z.infer<typeof MirroredBranch>;

export const MirroredCollaborator = z.object({
  login: z.string(),
  github_id: z.int(),
  role: z.string().describe('admin, maintain, write, triage, read, or a custom role.'),
  email: z.string().nullable().describe('Where it is public.'),
});
export type MirroredCollaborator = z.infer<typeof MirroredCollaborator>;

export const MirroredTeam = z.object({ slug: z.string(), name: z.string(), permission: z.string() });

export const MirroredLabel = z.object({ name: z.string(), color: z.string(), description: z.string().nullable() });

export const MirroredMilestone = z.object({
  number: z.int(),
  title: z.string(),
  description: z.string().nullable(),
  state: z.enum(['open', 'closed']),
  url: z.string(),
  due_on: At.nullable(),
  closed_at: At.nullable(),
});

/** What polling alone costs and how late it is (SPEC W5). */
export const RepositoryCost = z.object({
  repository: z.string(),
  sync_schedule: z.string(),
  has_webhook: z
    .boolean()
    .describe('With one, changes arrive at once and the schedule only looks for what was missed.'),
  interval_seconds: z.int().nullable().describe('Between two syncs, on average; null: paused.'),
  delay_seconds: z
    .object({ mean: z.int(), max: z.int() })
    .nullable()
    .describe('How late a change is seen without webhooks.'),
  runs_measured: z.int().describe('Finished syncs that the figures come from.'),
  requests_per_run: z.number().nullable(),
  requests_per_hour: z.number().nullable(),
  counted_per_hour: z
    .number()
    .nullable()
    .describe('Without those answered 304, which the primary limit does not count.'),
});
export type RepositoryCost = z.infer<typeof RepositoryCost>;
export const Cost = z.object({
  items: z.array(RepositoryCost),
  requests_per_hour: z.number(),
  counted_per_hour: z.number(),
});
export type Cost = z.infer<typeof Cost>;
