import { z } from 'zod';

import { AppCredential, ConnectionApp } from './apps.ts';

const Labels = z.array(z.string().trim().min(1).max(50)).max(20);
/** owner/name of a repository. */
export const FullName = z
  .string()
  .trim()
  .regex(/^[A-Za-z0-9](?:[A-Za-z0-9-]{0,38})\/[A-Za-z0-9._-]{1,100}$/u, 'Write it as owner/name.');

/** A Projects v2 board as the browser shows it; a view behind it does not matter. */
const ProjectAddress = z
  .string()
  .trim()
  .max(500)
  .regex(
    /^https?:\/\/[^/\s?#@]+\/(?:orgs|users)\/[A-Za-z0-9][A-Za-z0-9_-]{0,99}\/projects\/[1-9]\d{0,8}(?:\/views\/\d{1,9})?\/?$/u,
    "Write the project's address, as https://github.com/orgs/acme/projects/4.",
  );
const PROJECT_FIELDS_MAX = 20;
const ProjectFields = z
  .record(z.string().trim().min(1).max(100), z.string().trim().min(1).max(1024))
  .refine((fields) => Object.keys(fields).length <= PROJECT_FIELDS_MAX, `At most ${PROJECT_FIELDS_MAX} fields.`);

const settings = {
  name: z.string().trim().min(1).max(100),
  repository: FullName,
  base_url: z
    .url({ protocol: /^https?$/u })
    .max(500)
    .describe('https://api.github.com, or https://HOST/api/v3 for GitHub Enterprise Server.'),
  default_labels: Labels,
  default_assignees: z.array(z.string().trim().min(1).max(100)).max(10),
  milestone: z.int().min(1).nullable(),
  issue_type: z.string().trim().min(1).max(100).nullable(),
  parent_issue: z
    .int()
    .min(1)
    .max(2_147_483_647)
    .nullable()
    .describe('Number of an issue in the same repository; each new issue becomes a sub-issue of it.'),
  project: ProjectAddress.nullable().describe('Address of a project (Projects v2) that each new issue is put onto.'),
  project_fields: ProjectFields.describe(
    'Fields of the project and their values: text, a number, a date as 2026-11-21, the name of an option, the title of an iteration.',
  ),
  title_template: z.string().max(2000).nullable().describe('Liquid; null: the default.'),
  body_template: z.string().max(50_000).nullable().describe('Liquid; null: the default.'),
  allow_mentions: z.boolean().describe('Leave @name, #1 and the like in user text as they are.'),
  send_personal_data_to_public: z.boolean(),
  import_external: z.boolean().describe('Import issues opened directly on GitHub.'),
  sync_schedule: z.string().trim().min(1).max(100).describe('Cron expression, UTC.'),
  creations_per_hour: z.int().min(1).max(450),
  enabled: z.boolean(),
};
const allowUnsigned = z
  .boolean()
  .describe('Also accept webhook posts without a signature: anybody who knows the address can then send some.');

export const DEFAULT_BASE_URL = 'https://api.github.com';
export const DEFAULT_SYNC_SCHEDULE = '0 3 * * *';

const Token = z.string().trim().min(1).max(2000);
const ONE_CREDENTIAL = 'Give either a token or an App.';
const hasOne = (body: { token?: unknown; app?: unknown }) => (body.token === undefined) !== (body.app === undefined);
const hasOneAtMost = (body: { token?: unknown; app?: unknown }) => body.token === undefined || body.app === undefined;

export const ConnectionDraft = z
  .strictObject({
    ...settings,
    name: settings.name.default('GitHub'),
    token: Token.optional(),
    app: AppCredential.optional(),
    base_url: settings.base_url.default(DEFAULT_BASE_URL),
    default_labels: settings.default_labels.default([]),
    default_assignees: settings.default_assignees.default([]),
    milestone: settings.milestone.default(null),
    issue_type: settings.issue_type.default(null),
    parent_issue: settings.parent_issue.default(null),
    project: settings.project.default(null),
    project_fields: settings.project_fields.default({}),
    title_template: settings.title_template.default(null),
    body_template: settings.body_template.default(null),
    allow_mentions: settings.allow_mentions.default(false),
    send_personal_data_to_public: settings.send_personal_data_to_public.default(false),
    import_external: settings.import_external.default(false),
    sync_schedule: settings.sync_schedule.default(DEFAULT_SYNC_SCHEDULE),
    creations_per_hour: settings.creations_per_hour.default(140),
    enabled: settings.enabled.default(true),
  })
  .refine(hasOne, { path: ['token'], error: ONE_CREDENTIAL });
export type ConnectionDraft = z.infer<typeof ConnectionDraft>;

export const ConnectionChange = z
  .strictObject({ ...settings, webhook_allow_unsigned: allowUnsigned, token: Token, app: AppCredential })
  .partial()
  .refine(hasOneAtMost, { path: ['token'], error: ONE_CREDENTIAL });
export type ConnectionChange = z.infer<typeof ConnectionChange>;

export const HEALTH_WORDS = ['healthy', 'delayed', 'blocked', 'importing', 'off'] as const;

export const Connection = z.object({
  id: z.uuid(),
  kind: z.literal('github'),
  source: z
    .enum(['settings', 'environment'])
    .describe('environment: set by GITHUB_TOKEN and GITHUB_REPO; address, repository and token are changed there.'),
  ...settings,
  webhook_allow_unsigned: allowUnsigned,
  credential: z.enum(['token', 'app']),
  app: ConnectionApp.nullable().describe('Null for a token.'),
  repository_url: z.string(),
  visibility: z.enum(['public', 'private', 'internal']).nullable(),
  viewer_login: z.string().nullable(),
  token_expires_at: z.iso.datetime().nullable(),
  paused: z
    .object({ message: z.string(), at: z.iso.datetime(), request_id: z.string().nullable() })
    .nullable()
    .describe('Why nothing is sent; reports are kept.'),
  waiting: z.int().describe('Reports that wait for this connection.'),
  last_sync_at: z.iso.datetime().nullable(),
  updated_at: z.iso.datetime(),
});
export type Connection = z.infer<typeof Connection>;

export const ConnectionTest = z
  .strictObject({
    base_url: settings.base_url.default(DEFAULT_BASE_URL),
    repository: FullName.optional(),
    token: Token.optional(),
    app: AppCredential.optional(),
  })
  .refine(hasOne, { path: ['token'], error: ONE_CREDENTIAL });

/** One thing that was checked: a sentence, and what to do when it is not right. */
export const ConnectionCheck = z.object({
  name: z.enum([
    'address',
    'token',
    'app',
    'installation',
    'permission',
    'repository',
    'issues',
    'push',
    'parent',
    'project',
    'expiry',
    'budget',
    'clock',
  ]),
  ok: z.boolean(),
  severity: z.enum(['ok', 'warning', 'error']),
  text: z.string(),
  fix: z.string().nullable(),
});
export const ConnectionTestResult = z.object({
  ok: z.boolean(),
  login: z.string().nullable(),
  token_kind: z.enum(['classic', 'fine_grained', 'installation', 'oauth', 'unknown']).nullable(),
  scopes: z.array(z.string()).nullable(),
  expires_at: z.iso.datetime().nullable(),
  rate_limit: z.object({ limit: z.int(), remaining: z.int(), reset_at: z.iso.datetime() }).nullable(),
  visibility: z.enum(['public', 'private', 'internal']).nullable(),
  checks: z.array(ConnectionCheck),
});
export type ConnectionTestResult = z.infer<typeof ConnectionTestResult>;

export const SyncRequest = z.strictObject({
  connection_id: z.uuid().optional().describe("Default: all of the tenant's."),
});

export const SyncRun = z.object({
  id: z.uuid(),
  connection_id: z.uuid(),
  repository: z.string(),
  kind: z
    .enum(['sync', 'import', 'reconcile', 'sample'])
    .describe('import: everything for the first time; reconcile: everything compared; sample: some, drawn at random.'),
  trigger: z.enum(['person', 'schedule', 'webhook', 'start']),
  state: z.enum(['running', 'done', 'failed']),
  started_at: z.iso.datetime(),
  finished_at: z.iso.datetime().nullable(),
  progress: z
    .object({ done: z.int(), total: z.int() })
    .nullable()
    .describe('Items read, of those there are; null where that cannot be known.'),
  finishes_at: z.iso.datetime().nullable().describe('When it will be done, by how fast it went so far.'),
  requests: z.int(),
  not_modified: z.int().describe('Of the requests, answered 304: free of the primary limit.'),
  checked: z.int(),
  updated: z.int(),
  imported: z.int(),
  unchanged: z.int(),
  compared: z.int().nullable().describe('reconcile, sample: items that were compared with GitHub.'),
  drift: z.int().nullable().describe('Of the compared items, those that were wrong.'),
  errors: z.array(z.object({ issue: z.string(), message: z.string() })),
  message: z.string().nullable(),
});
export type SyncRun = z.infer<typeof SyncRun>;
export const SyncAnswer = z.object({ runs: z.array(SyncRun) });

/** One direction of one connection, in one word, with the reason (SPEC T2). */
export const HealthDirection = z.object({
  connection_id: z.uuid().nullable(),
  direction: z.enum(['filing', 'sync', 'errors', 'database', 'disk', 'clock']),
  name: z.string(),
  word: z.enum(HEALTH_WORDS),
  since: z.iso.datetime().nullable(),
  reason: z.string(),
  fix: z.string().nullable(),
});
export const Health = z.object({
  directions: z.array(HealthDirection),
  queue: z.object({
    pending: z.int(),
    sending: z.int(),
    unknown: z.int(),
    failed: z.int(),
    oldest_pending_at: z.iso.datetime().nullable(),
    oldest_unknown_at: z.iso.datetime().nullable(),
  }),
  deliveries: z
    .object({
      waiting: z.int().describe('Received and not applied yet.'),
      failed: z.int(),
      oldest_waiting_at: z.iso.datetime().nullable(),
      last_received_at: z.iso.datetime().nullable(),
    })
    .describe('What GitHub sends by webhooks.'),
  budgets: z.array(
    z.object({
      connection_id: z.uuid(),
      resource: z.string(),
      limit: z.int(),
      remaining: z.int(),
      reset_at: z.iso.datetime().nullable(),
    }),
  ),
});
export type Health = z.infer<typeof Health>;

/** What is left of GitHub's limits for one connection, among all processes of the hub. */
export const BudgetsAnswer = z.object({
  items: z.array(
    z.object({
      connection_id: z.uuid(),
      repository: z.string(),
      budgets: z.array(
        z.object({
          resource: z.string().describe('core, graphql, search and the like are GitHub’s; creation is our own cap.'),
          limit: z.int(),
          remaining: z.int(),
          reset_at: z.iso.datetime().nullable(),
        }),
      ),
      blocked_until: z.iso.datetime().nullable().describe('GitHub asked for a pause: nothing is sent before.'),
      next_write_at: z.iso.datetime().nullable().describe('Before this no write starts; null: at once.'),
      waiting: z.object({
        reports: z.int().describe('Reports that wait for this connection.'),
        live: z.int().describe('Reads of this process that wait for a turn.'),
        backfill: z.int().describe('Reads of this process that nobody waits for.'),
        writes: z.int().describe('Writes of this process that wait for a turn.'),
      }),
    }),
  ),
});
export type BudgetsAnswer = z.infer<typeof BudgetsAnswer>;
