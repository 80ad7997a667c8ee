import { z } from 'zod';

import { pageOf, PageQuery } from './common.ts';

export const TITLE_LENGTH_MAX = 1000;
export const DESCRIPTION_LENGTH_MAX = 200_000;
export const TRANSCRIPT_LENGTH_MAX = 500_000;

export const SEVERITIES = ['low', 'medium', 'high', 'critical'] as const;

/** NUL cannot be stored as text, lone surrogates cannot be sent as UTF-8: both are refused with a sentence. */
const text = (max: number) =>
  z
    .string()
    .max(max)
    .refine((value) => !value.includes('\u0000'), 'Remove the NUL character (U+0000).')
    .refine((value) => value.isWellFormed(), 'This is not valid Unicode text.');

const ContextValue = z.union([text(20_000), z.number(), z.boolean(), z.null(), z.array(text(5000)).max(200)]);

export const ReportDraft = z.strictObject({
  title: text(TITLE_LENGTH_MAX).refine((value) => value.trim() !== '', 'Write a title.'),
  description: text(DESCRIPTION_LENGTH_MAX).default(''),
  tags: z.array(text(100)).max(20).default([]).describe('Become labels on the issue.'),
  severity: z.enum(SEVERITIES).optional(),
  conversation: z
    .strictObject({
      id: text(300),
      transcript: text(TRANSCRIPT_LENGTH_MAX),
      url: z
        .url({ protocol: /^https?$/u })
        .max(2000)
        .optional(),
    })
    .optional(),
  context: z
    .record(text(100), ContextValue)
    .refine((context) => Object.keys(context).length <= 50, 'At most 50 context fields.')
    .default({})
    .describe('Page URL, app version, browser, console errors, any custom fields.'),
  reporter: z
    .strictObject({ id: text(300).min(1), email: text(254).optional(), name: text(200).optional() })
    .optional()
    .describe('Only an API key may name the reporter; for a person it is who is signed in.'),
});
export type ReportDraft = z.infer<typeof ReportDraft>;

/** What can be changed on a report that GitHub refused, before it is tried again. */
export const ReportEdit = ReportDraft.pick({ title: true, description: true, tags: true, severity: true }).partial();
export type ReportEdit = z.infer<typeof ReportEdit>;

export const REPORT_STATES = ['pending', 'synced', 'failed'] as const;
export const REPORT_SOURCES = ['report', 'external', 'error'] as const;

const Issue = z.object({
  number: z.int(),
  url: z.string(),
  repository: z.string(),
  title: z.string(),
  state: z.enum(['open', 'closed']),
  state_reason: z.string().nullable(),
  labels: z.array(z.object({ name: z.string(), color: z.string() })),
  assignees: z.array(z.string()),
  comments: z.int(),
  closed_at: z.iso.datetime().nullable(),
  updated_at: z.iso.datetime(),
  gone: z
    .enum(['deleted', 'transferred', 'converted', 'not_found'])
    .nullable()
    .describe('Why GitHub no longer shows it here.'),
});

export const ReportSummary = z.object({
  id: z.uuid(),
  tenant: z.object({ id: z.uuid(), slug: z.string(), name: z.string() }),
  source: z
    .enum(REPORT_SOURCES)
    .describe('report: from an app; external: opened on GitHub and imported; error: from Sentry, for admins.'),
  title: z.string(),
  state: z.enum(REPORT_STATES),
  /** A plain sentence: why it is, or is not yet, synced. */
  explanation: z.string(),
  outcome_unknown: z
    .boolean()
    .describe('A request was sent and its answer lost; GitHub is being asked before anything is sent again.'),
  next_try_at: z.iso.datetime().nullable(),
  severity: z.enum(SEVERITIES).nullable(),
  tags: z.array(z.string()),
  reporter: z.object({ id: z.string(), email: z.string().nullable(), name: z.string().nullable() }).nullable(),
  issue: Issue.nullable(),
  error: z.uuid().nullable().describe('Of one from Sentry: what /errors/{id} tells of it.'),
  created_at: z.iso.datetime(),
  updated_at: z.iso.datetime(),
});
export type ReportSummary = z.infer<typeof ReportSummary>;

/** One line of the timeline: what happened here and on GitHub, oldest first. */
export const TimelineEntry = z.object({
  at: z.iso.datetime(),
  kind: z.enum(['received', 'attempt', 'synced', 'failed', 'edited', 'changed']),
  /** A plain sentence. */
  text: z.string(),
  details: z
    .object({
      attempt: z.enum(['create', 'lookup', 'adopt', 'twin', 'parent', 'project']).optional(),
      outcome: z.string().optional(),
      status: z.int().optional(),
      request_id: z.string().optional(),
      message: z.string().optional(),
      next_try_at: z.iso.datetime().optional(),
      field: z.string().optional(),
      before: z.unknown().optional(),
      after: z.unknown().optional(),
    })
    .nullable(),
});
export type TimelineEntry = z.infer<typeof TimelineEntry>;

export const Report = ReportSummary.extend({
  description: z.string(),
  conversation: z.object({ id: z.string(), transcript: z.string(), url: z.string().optional() }).nullable(),
  context: z.record(z.string(), z.unknown()),
  timeline: z.array(TimelineEntry),
  may: z.object({ retry: z.boolean(), retry_why_not: z.string().nullable() }),
});
export type Report = z.infer<typeof Report>;

export const ReportPage = pageOf(ReportSummary);

export const ReportsQuery = z.object({
  ...PageQuery,
  mine: z.stringbool().default(false).describe('Only my own, also for an admin.'),
  source: z.enum(REPORT_SOURCES).optional(),
  state: z.enum([...REPORT_STATES, 'unknown']).optional(),
  issue_state: z.enum(['open', 'closed']).optional(),
  tenant: z.string().max(100).optional().describe('Slug; for a system admin.'),
  reporter: z.string().max(300).optional().describe('Id, e-mail or name of the reporter.'),
  label: z.string().max(100).optional(),
  q: z
    .string()
    .max(300)
    .optional()
    .describe('Words in title or description, or #number; of an error also its short id or its id in Sentry.'),
});
export type ReportsQuery = z.infer<typeof ReportsQuery>;

/** Counts for the filter menus, over what the caller may see. */
export const ReportFacets = z.object({
  states: z.object({
    pending: z.int(),
    unknown: z.int(),
    synced: z.int(),
    failed: z.int(),
    open: z.int(),
    closed: z.int(),
  }),
  sources: z.object({ report: z.int(), external: z.int(), error: z.int() }),
  labels: z.array(z.object({ name: z.string(), color: z.string(), count: z.int() })),
  reporters: z.array(z.object({ id: z.string(), name: z.string(), count: z.int() })),
  tenants: z.array(z.object({ slug: z.string(), name: z.string(), count: z.int() })),
});
export type ReportFacets = z.infer<typeof ReportFacets>;

export const WaitHeader = z.object({
  prefer: z
    .string()
    .max(200)
    .optional()
    .describe('`wait=N`: answer when filed, or after N seconds (0 to 30, default 5).'),
  'idempotency-key': z.string().min(1).max(255).optional().describe('The same key gives the same report, for a day.'),
});
