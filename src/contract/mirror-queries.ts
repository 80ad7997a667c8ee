import { z } from 'zod';

import { PageQuery } from './common.ts';
import { FullName, SyncRun } from './connections.ts';
import { ITEM_KINDS, MIRRORS } from './mirror.ts';

const At = z.iso.datetime();

/** owner/name in a path; a repository's old names answer too. */
export const RepositoryParams = z.object({ owner: z.string().min(1).max(100), name: z.string().min(1).max(200) });
export const ItemParams = RepositoryParams.extend({
  number: z
    .string()
    .regex(/^[1-9]\d{0,8}$/u, 'Write the number of an issue or pull request.')
    .transform(Number),
});

export const RepositoriesQuery = z.object({
  ...PageQuery,
  q: z.string().max(300).optional().describe('Part of the name or the description.'),
  mirrors: z.enum(MIRRORS).optional(),
});
export type RepositoriesQuery = z.infer<typeof RepositoriesQuery>;

const itemFilters = {
  ...PageQuery,
  label: z.string().max(300).optional().describe('Names, comma-separated: those that have all of them.'),
  assignee: z.string().max(100).optional().describe('Login; "none": nobody is assigned.'),
  author: z.string().max(100).optional().describe('Login.'),
  q: z.string().max(300).optional().describe('Words in title or text (all of them), or #number.'),
  updated_since: At.optional(),
};
const IssueFilters = z.object({
  ...itemFilters,
  state: z.enum(['open', 'closed']).optional(),
  source: z.enum(['linked', 'external']).optional(),
  reporter: z.string().max(300).optional().describe('Id, e-mail or name of who reported it.'),
});
/** Of one repository. */
export const RepositoryIssuesQuery = IssueFilters;
/** Of the tenant. Last changed first. */
export const IssuesQuery = IssueFilters.extend({
  tenant: z.string().max(100).optional().describe('Slug; for a system admin.'),
  repository: FullName.optional(),
});
export type IssuesQuery = z.infer<typeof IssuesQuery>;
export const PullsQuery = z.object({
  ...itemFilters,
  state: z.enum(['open', 'closed', 'merged']).optional(),
  draft: z.enum(['true', 'false']).optional(),
});
export type PullsQuery = z.infer<typeof PullsQuery>;
export const NamesQuery = z.object({ ...PageQuery, q: z.string().max(300).optional().describe('Part of the name.') });
export type NamesQuery = z.infer<typeof NamesQuery>;
export const ActivityQuery = z.object({ ...PageQuery, item_kind: z.enum(ITEM_KINDS).optional() });
export type ActivityQuery = z.infer<typeof ActivityQuery>;

export const SyncRunsQuery = z.object({
  ...PageQuery,
  repository: FullName.optional(),
  kind: SyncRun.shape.kind.optional(),
});

export const AvailableQuery = z.object({
  ...PageQuery,
  connection_id: z.uuid(),
  owner: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,99}$/u, 'Write the login of a person or an organisation.')
    .optional()
    .describe('Default: all that the credential sees.'),
  q: z.string().max(300).optional().describe('Part of the name or the description.'),
});
export type AvailableQuery = z.infer<typeof AvailableQuery>;

/** A repository that a credential sees on GitHub. */
export const AvailableRepository = z.object({
  full_name: z.string(),
  url: z.string(),
  description: z.string().nullable(),
  visibility: z.enum(['public', 'private', 'internal']),
  archived: z.boolean(),
  has_issues: z.boolean(),
  can_push: z.boolean(),
  can_admin: z.boolean(),
  pushed_at: At.nullable(),
  tracked: z.boolean(),
});

export const ImportRequest = z
  .strictObject({
    kind: z.enum(['issues', 'pulls']),
    numbers: z.array(z.int().min(1).max(2_147_483_647)).min(1).max(100).optional(),
    all: z.literal(true).optional().describe('All of the repository: a run is started, or joined, and answered.'),
    force_update: z.boolean().default(false).describe('Read those that are here already once more.'),
  })
  .refine((body) => (body.numbers === undefined) !== (body.all === undefined), 'Give either numbers or all.');
export type ImportRequest = z.infer<typeof ImportRequest>;

export const ImportAnswer = z.object({
  imported: z.int(),
  updated: z.int(),
  skipped: z.int().describe('Here already, or as they were.'),
  errors: z.array(z.object({ item: z.string().describe('As #12.'), message: z.string() })),
  run: SyncRun.nullable().describe('With all: the run; its counts grow until it ends.'),
});
export type ImportAnswer = z.infer<typeof ImportAnswer>;
