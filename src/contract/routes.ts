import { z } from 'zod';

import { pageOf, PageQuery } from './common.ts';
import { APP_ROUTES } from './apps-routes.ts';
import { CONNECTION_ROUTES } from './connections-routes.ts';
import * as connections from './connections.ts';
import { DELIVERY_ROUTES } from './deliveries-routes.ts';
import { MIRROR_ROUTES } from './mirror-routes.ts';
import { PEOPLE_ROUTES } from './people-routes.ts';
import { REPORT_ROUTES } from './reports-routes.ts';
import { SENTRY_ROUTES } from './sentry-routes.ts';
import { UNDO_ROUTES } from './undo-routes.ts';
import * as people from './people.ts';

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

/** Every route below `/api/v1`. */
export const ROUTES = {
  ...REPORT_ROUTES,
  ...MIRROR_ROUTES,
  ...SENTRY_ROUTES,
  ...UNDO_ROUTES,
  ...DELIVERY_ROUTES,
  ...CONNECTION_ROUTES,
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
  ...PEOPLE_ROUTES,
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
