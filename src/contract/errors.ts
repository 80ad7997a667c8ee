import { z } from 'zod';

import { pageOf, PageQuery } from './common.ts';
import { SentryIssueFacts } from './sentry.ts';

const At = z.iso.datetime();

export const ERROR_STATES = ['pending', 'synced', 'failed', 'waiting', 'skipped'] as const;
const GithubIssueFacts = z.object({
  id: z.uuid(),
  repository: z.string(),
  number: z.int(),
  url: z.string(),
  title: z.string(),
  state: z.enum(['open', 'closed']),
  state_reason: z.string().nullable(),
  assignees: z.array(z.string()),
  gone: z.string().nullable(),
});

/** One row of the Errors page: a Sentry issue and, where it was taken, its GitHub issue beside it. */
export const ErrorSummary = z.object({
  id: z.uuid().describe('Of the Sentry issue here.'),
  error_id: z.uuid().nullable(),
  sentry: SentryIssueFacts,
  sentry_gone: z.enum(['deleted', 'merged']).nullable(),
  github: GithubIssueFacts.nullable(),
  shared_with: z.int().describe('Other Sentry issues on the same GitHub issue.'),
  state: z.enum(ERROR_STATES),
  explanation: z.string().describe('Why it is, or is not yet, an issue.'),
  rule: z.object({ id: z.uuid(), name: z.string() }).nullable(),
  conflict: z.string().nullable().describe('Why a person must decide.'),
  reflected_at: At.nullable().describe('The last act on either side.'),
  trend: z
    .array(z.object({ day: z.string(), count: z.int() }))
    .describe('Events of each of the last 14 days, as far as known.'),
});
export type ErrorSummary = z.infer<typeof ErrorSummary>;
export const ErrorPage = pageOf(ErrorSummary);
export type ErrorPage = z.infer<typeof ErrorPage>;

/** Which errors are meant, in whatever state. */
export const ErrorsFilterQuery = z.object({
  tenant: z.string().max(100).optional(),
  sentry_status: z.enum(['unresolved', 'resolved', 'ignored']).optional(),
  issue_state: z.enum(['open', 'closed']).optional(),
  rule: z.uuid().optional(),
  connection: z.uuid().optional(),
  issue: z.uuid().optional().describe('Of this mirrored GitHub issue.'),
  project: z.string().max(100).optional(),
  level: z.string().max(50).optional(),
  q: z
    .string()
    .max(300)
    .optional()
    .describe(
      'Words of title or culprit, or their beginnings; a short id; an id in Sentry; or #number of the issue on GitHub.',
    ),
});
export type ErrorsFilterQuery = z.infer<typeof ErrorsFilterQuery>;
export const ErrorsQuery = z.object({
  ...PageQuery,
  ...ErrorsFilterQuery.shape,
  state: z.enum([...ERROR_STATES, 'conflict']).optional(),
});
export type ErrorsQuery = z.infer<typeof ErrorsQuery>;

/** Counts for the tabs, over what the filter shows in all states together. */
export const ErrorFacets = z.object({
  states: z
    .object({
      pending: z.int(),
      synced: z.int(),
      failed: z.int(),
      waiting: z.int(),
      skipped: z.int(),
      conflict: z.int().describe('They are counted under another state, too.'),
    })
    .nullable()
    .describe('null: the words are in more than 10,000 errors, which are not counted.'),
});
export type ErrorFacets = z.infer<typeof ErrorFacets>;

export const ErrorTimelineEntry = z.object({
  at: At,
  side: z.enum(['sentry', 'github', 'hub']),
  text: z.string(),
  act: z
    .object({ id: z.uuid(), state: z.enum(['sending', 'done', 'failed', 'unknown', 'undone']), may_undo: z.boolean() })
    .nullable(),
  details: z.record(z.string(), z.unknown()).nullable(),
});
export const ErrorDetail = ErrorSummary.extend({
  siblings: z.array(SentryIssueFacts).describe('The other Sentry issues of the same GitHub issue.'),
  location: z.string().nullable(),
  stack: z.string().nullable().describe('The useful frames, as in the issue.'),
  release: z.string().nullable(),
  environment: z.string().nullable(),
  tags: z.array(z.object({ key: z.string(), value: z.string() })),
  timeline: z.array(ErrorTimelineEntry),
  next_look_at: At.nullable(),
  may: z.object({ retry: z.boolean(), file: z.boolean() }),
});
export type ErrorDetail = z.infer<typeof ErrorDetail>;
