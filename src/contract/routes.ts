import { z } from 'zod';

import { IdParams, pageOf, PageQuery } from './common.ts';
import { APP_ROUTES } from './apps-routes.ts';
import * as connections from './connections.ts';
import { DELIVERY_ROUTES } from './deliveries-routes.ts';
import { MIRROR_ROUTES } from './mirror-routes.ts';
import { SENTRY_ROUTES } from './sentry-routes.ts';
import { UNDO_ROUTES } from './undo-routes.ts';
import { SyncRunsQuery } from './mirror-queries.ts';
import * as people from './people.ts';
import * as reports from './reports.ts';

/**
 * One route of the HTTP API: what it needs, what it takes, what it answers. The server validates with it, OpenAPI is made
 * from it, the web's requests are typed by it, and the roles test walks it.
 */
export interface Route {
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  path: `/${string}`;
  /** The least role that may call it; whose data it then sees is the handler's scope. */
  role: people.Role;
  tag: string;
  summary: string;
  status: 200 | 201 | 202 | 204;
  params?: z.ZodType;
  query?: z.ZodType;
  headers?: z.ZodType;
  body?: z.ZodType;
  answer?: z.ZodType;
}

const route = <const R extends Route>(value: R): R => value;
const wait = z.object({ prefer: reports.WaitHeader.shape.prefer });

/** Every route below `/api/v1`. */
export const ROUTES = {
  createReport: route({
    method: 'POST',
    path: '/reports',
    role: 'reporter',
    tag: 'reports',
    summary: 'Report a problem',
    status: 201,
    headers: reports.WaitHeader,
    body: reports.ReportDraft,
    answer: reports.Report,
  }),
  listReports: route({
    method: 'GET',
    path: '/reports',
    role: 'reporter',
    tag: 'reports',
    summary: 'My reports, or all for an admin',
    status: 200,
    query: reports.ReportsQuery,
    answer: reports.ReportPage,
  }),
  reportFacets: route({
    method: 'GET',
    path: '/reports/facets',
    role: 'reporter',
    tag: 'reports',
    summary: 'Counts for the filters',
    status: 200,
    answer: reports.ReportFacets,
  }),
  getReport: route({
    method: 'GET',
    path: '/reports/:id',
    role: 'reporter',
    tag: 'reports',
    summary: 'One report with its timeline',
    status: 200,
    params: IdParams,
    answer: reports.Report,
  }),
  retryReport: route({
    method: 'POST',
    path: '/reports/:id/retry',
    role: 'reporter',
    tag: 'reports',
    summary: 'Try again now, with corrections where GitHub refused it',
    status: 200,
    params: IdParams,
    headers: wait,
    body: reports.ReportEdit.optional(),
    answer: reports.Report,
  }),

  sync: route({
    method: 'POST',
    path: '/sync',
    role: 'admin',
    tag: 'sync',
    summary: 'Sync from GitHub now',
    status: 202,
    headers: wait,
    body: connections.SyncRequest.optional(),
    answer: connections.SyncAnswer,
  }),
  listSyncRuns: route({
    method: 'GET',
    path: '/sync-runs',
    role: 'admin',
    tag: 'sync',
    summary: 'Recent sync runs',
    status: 200,
    query: SyncRunsQuery,
    answer: pageOf(connections.SyncRun),
  }),

  ...MIRROR_ROUTES,
  ...SENTRY_ROUTES,
  ...UNDO_ROUTES,
  ...DELIVERY_ROUTES,

  listConnections: route({
    method: 'GET',
    path: '/connections',
    role: 'admin',
    tag: 'connections',
    summary: 'GitHub connections',
    status: 200,
    answer: z.object({ items: z.array(connections.Connection) }),
  }),
  createConnection: route({
    method: 'POST',
    path: '/connections',
    role: 'admin',
    tag: 'connections',
    summary: 'Connect a repository',
    status: 201,
    body: connections.ConnectionDraft,
    answer: connections.Connection,
  }),
  testNewConnection: route({
    method: 'POST',
    path: '/connections/test',
    role: 'admin',
    tag: 'connections',
    summary: 'Test a token before it is saved',
    status: 200,
    body: connections.ConnectionTest,
    answer: connections.ConnectionTestResult,
  }),
  getConnection: route({
    method: 'GET',
    path: '/connections/:id',
    role: 'admin',
    tag: 'connections',
    summary: 'One connection',
    status: 200,
    params: IdParams,
    answer: connections.Connection,
  }),
  changeConnection: route({
    method: 'PATCH',
    path: '/connections/:id',
    role: 'admin',
    tag: 'connections',
    summary: 'Change a connection; a new token ends its pause',
    status: 200,
    params: IdParams,
    body: connections.ConnectionChange,
    answer: connections.Connection,
  }),
  deleteConnection: route({
    method: 'DELETE',
    path: '/connections/:id',
    role: 'admin',
    tag: 'connections',
    summary: 'Remove a connection; reports are kept',
    status: 204,
    params: IdParams,
  }),
  testConnection: route({
    method: 'POST',
    path: '/connections/:id/test',
    role: 'admin',
    tag: 'connections',
    summary: 'Test the saved token',
    status: 200,
    params: IdParams,
    answer: connections.ConnectionTestResult,
  }),
  resumeConnection: route({
    method: 'POST',
    path: '/connections/:id/resume',
    role: 'admin',
    tag: 'connections',
    summary: 'End a pause: what waits is sent',
    status: 200,
    params: IdParams,
    answer: connections.Connection,
  }),
  ...APP_ROUTES,
  budgets: route({
    method: 'GET',
    path: '/budgets',
    role: 'admin',
    tag: 'operations',
    summary: "What is left of GitHub's limits, and who waits",
    status: 200,
    answer: connections.BudgetsAnswer,
  }),
  health: route({
    method: 'GET',
    path: '/health',
    role: 'admin',
    tag: 'operations',
    summary: 'Each direction in one word, and why',
    status: 200,
    answer: connections.Health,
  }),

  signIn: route({
    method: 'POST',
    path: '/session',
    role: 'public',
    tag: 'session',
    summary: 'Sign in',
    status: 200,
    body: people.SignIn,
    answer: people.SessionView,
  }),
  getSession: route({
    method: 'GET',
    path: '/session',
    role: 'reporter',
    tag: 'session',
    summary: 'Who is signed in',
    status: 200,
    answer: people.SessionView,
  }),
  signOut: route({
    method: 'DELETE',
    path: '/session',
    role: 'public',
    tag: 'session',
    summary: 'Sign out',
    status: 204,
  }),
  switchTenant: route({
    method: 'POST',
    path: '/session/tenant',
    role: 'reporter',
    tag: 'session',
    summary: 'Switch to another of my tenants',
    status: 200,
    body: people.SwitchTenant,
    answer: people.SessionView,
  }),
  setUp: route({
    method: 'POST',
    path: '/setup',
    role: 'public',
    tag: 'session',
    summary: 'Make the first admin with the one-time link',
    status: 200,
    body: people.SetUp,
    answer: people.SessionView,
  }),
  setPassword: route({
    method: 'POST',
    path: '/password',
    role: 'public',
    tag: 'session',
    summary: 'Set a password with an invitation',
    status: 200,
    body: people.SetPassword,
    answer: people.SessionView,
  }),
  useLink: route({
    method: 'POST',
    path: '/session/link',
    role: 'public',
    tag: 'session',
    summary: 'Sign in with a one-time link',
    status: 200,
    body: people.UseLink,
    answer: people.SessionView,
  }),

  listAccounts: route({
    method: 'GET',
    path: '/accounts',
    role: 'admin',
    tag: 'people',
    summary: 'People of the tenant',
    status: 200,
    answer: z.object({ items: z.array(people.Account) }),
  }),
  createAccount: route({
    method: 'POST',
    path: '/accounts',
    role: 'admin',
    tag: 'people',
    summary: 'Invite a person',
    status: 201,
    body: people.AccountDraft,
    answer: people.AccountInvited,
  }),
  changeAccount: route({
    method: 'PATCH',
    path: '/accounts/:id',
    role: 'admin',
    tag: 'people',
    summary: "Change a person's role or access",
    status: 200,
    params: IdParams,
    body: people.AccountChange,
    answer: people.Account,
  }),
  inviteAgain: route({
    method: 'POST',
    path: '/accounts/:id/link',
    role: 'admin',
    tag: 'people',
    summary: 'A new link to set a password',
    status: 201,
    params: IdParams,
    answer: people.AccountInvited,
  }),
  listApiKeys: route({
    method: 'GET',
    path: '/api-keys',
    role: 'admin',
    tag: 'people',
    summary: 'API keys',
    status: 200,
    answer: z.object({ items: z.array(people.ApiKey) }),
  }),
  createApiKey: route({
    method: 'POST',
    path: '/api-keys',
    role: 'admin',
    tag: 'people',
    summary: 'Make an API key, shown once',
    status: 201,
    body: people.ApiKeyDraft,
    answer: people.ApiKeyMade,
  }),
  revokeApiKey: route({
    method: 'DELETE',
    path: '/api-keys/:id',
    role: 'admin',
    tag: 'people',
    summary: 'Revoke an API key',
    status: 204,
    params: IdParams,
  }),
  listTokenSigners: route({
    method: 'GET',
    path: '/token-signers',
    role: 'admin',
    tag: 'people',
    summary: 'Host apps that sign tokens for their users',
    status: 200,
    answer: z.object({ items: z.array(people.TokenSigner) }),
  }),
  createTokenSigner: route({
    method: 'POST',
    path: '/token-signers',
    role: 'admin',
    tag: 'people',
    summary: "Trust a host app's tokens",
    status: 201,
    body: people.TokenSignerDraft,
    answer: people.TokenSigner,
  }),
  deleteTokenSigner: route({
    method: 'DELETE',
    path: '/token-signers/:id',
    role: 'admin',
    tag: 'people',
    summary: 'Stop trusting a host app',
    status: 204,
    params: IdParams,
  }),
  listTenants: route({
    method: 'GET',
    path: '/tenants',
    role: 'system_admin',
    tag: 'tenants',
    summary: 'All tenants',
    status: 200,
    answer: z.object({ items: z.array(people.Tenant) }),
  }),
  createTenant: route({
    method: 'POST',
    path: '/tenants',
    role: 'system_admin',
    tag: 'tenants',
    summary: 'Make a tenant',
    status: 201,
    body: people.TenantDraft,
    answer: people.Tenant,
  }),
  changeTenant: route({
    method: 'PATCH',
    path: '/tenants/:id',
    role: 'admin',
    tag: 'tenants',
    summary: "Change the tenant's name or title prefix",
    status: 200,
    params: IdParams,
    body: people.TenantChange,
    answer: people.Tenant,
  }),
  listAudit: route({
    method: 'GET',
    path: '/audit',
    role: 'admin',
    tag: 'operations',
    summary: 'Who changed what, newest first',
    status: 200,
    query: z.object(PageQuery),
    answer: pageOf(people.AuditEvent),
  }),
} as const;
// Besides these: GET /api/v1/events (server-sent events of src/contract/events.ts; reporter).

export type RouteName = keyof typeof ROUTES;
type Part<R, Key extends string, Side extends 'in' | 'out'> =
  R extends Record<Key, infer S extends z.ZodType> ? (Side extends 'in' ? z.input<S> : z.output<S>) : undefined;
/** What a caller sends. */
export interface RouteInput<N extends RouteName> {
  params: Part<(typeof ROUTES)[N], 'params', 'in'>;
  query: Part<(typeof ROUTES)[N], 'query', 'in'>;
  headers: Part<(typeof ROUTES)[N], 'headers', 'in'>;
  body: Part<(typeof ROUTES)[N], 'body', 'in'>;
}
/** What a handler gets, validated and with defaults. */
export interface RouteArguments<N extends RouteName> {
  params: Part<(typeof ROUTES)[N], 'params', 'out'>;
  query: Part<(typeof ROUTES)[N], 'query', 'out'>;
  headers: Part<(typeof ROUTES)[N], 'headers', 'out'>;
  body: Part<(typeof ROUTES)[N], 'body', 'out'>;
}
export type RouteAnswer<N extends RouteName> = Part<(typeof ROUTES)[N], 'answer', 'out'>;
