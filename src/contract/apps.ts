import { z } from 'zod';

/** A GitHub App in place of a token. The private key is never given back. */
export const AppCredential = z.strictObject({
  app_id: z
    .string()
    .trim()
    .regex(/^(?:\d{1,12}|Iv[\w.]{1,40})$/u, "Write the App's id, a number, or its client id.")
    .describe("The App's id or client id."),
  private_key: z
    .string()
    .trim()
    .min(1)
    .max(20_000)
    .optional()
    .describe('The PEM file that GitHub gave. Left out for an App that was made here.'),
  installation_id: z.int().min(1),
});
export type AppCredential = z.infer<typeof AppCredential>;

/** What a connection shows of its App. */
export const ConnectionApp = z.object({ app_id: z.string(), slug: z.string().nullable(), installation_id: z.int() });

const baseUrl = z.url({ protocol: /^https?$/u }).max(500);

export const AppManifestRequest = z.strictObject({
  base_url: baseUrl.default('https://api.github.com'),
  organization: z
    .string()
    .trim()
    .regex(/^[A-Za-z0-9](?:[A-Za-z0-9-]{0,38})$/u, 'Write the login of the organisation.')
    .optional()
    .describe('Who owns the App; left out: the person who makes it.'),
  name: z.string().trim().min(1).max(34).optional().describe('GitHub wants it unique among all Apps.'),
});

/** To be posted by the browser: a form of one field, `manifest`, to `action_url`. */
export const AppManifest = z.object({
  action_url: z.string(),
  manifest: z.string().describe('JSON.'),
  state: z.string().describe('In the address already; comes back with the code. Good for an hour.'),
});

export const AppCode = z.strictObject({ code: z.string().trim().min(1).max(200), state: z.string().max(2000) });

export const AppInstallation = z.object({
  id: z.int(),
  account: z.string(),
  url: z.string(),
  all_repositories: z.boolean(),
  suspended: z.boolean(),
});

/** An App that was made here. */
export const App = z.object({
  app_id: z.string(),
  base_url: z.string(),
  name: z.string(),
  url: z.string(),
  install_url: z.string().describe('Where it is installed on repositories.'),
  webhooks: z.boolean().describe('GitHub tells this hub of changes by itself.'),
  created_at: z.iso.datetime(),
});
export type App = z.infer<typeof App>;

export const AppsAnswer = z.object({
  items: z.array(
    App.extend({
      installations: z.array(AppInstallation),
      problem: z.string().nullable().describe('Why GitHub did not tell the installations.'),
    }),
  ),
});
