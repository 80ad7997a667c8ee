import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

import type { Call, Handler, Handlers } from '../accounts/routes.model.ts';
import { ROUTES } from '../contract/routes.ts';
import type { Route, RouteArguments, RouteName } from '../contract/routes.ts';
import type { RateLimits } from './http.model.ts';
import { openApiSchema } from './openapi.ts';
import { setSessionCookie } from './session-cookie.ts';

const API = '/api/v1';
const ROUTE_NAMES = Object.keys(ROUTES).filter((name): name is RouteName => name in ROUTES);

/** Puts the capabilities' handlers together. Throws when a route has none, or two. */
export function mergeHandlers(...parts: Partial<Handlers>[]): Handlers {
  const merged: Partial<Handlers> = {};
  for (const part of parts) {
    for (const name of Object.keys(part)) {
      if (name in merged) throw new Error(`two handlers answer the route ${name}`);
    }
    Object.assign(merged, part);
  }
  requireAll(merged);
  return merged;
}

function requireAll(handlers: Partial<Handlers>): asserts handlers is Handlers {
  const missing = ROUTE_NAMES.filter((name) => handlers[name] === undefined);
  const unknown = Object.keys(handlers).filter((name) => !(name in ROUTES));
  if (missing.length > 0) throw new Error(`no handler answers ${missing.join(', ')}`);
  if (unknown.length > 0) throw new Error(`src/contract/routes.ts has no route ${unknown.join(', ')}`);
}

/** Registers every route of the table with its role, its schemas and its handler. */
export function registerTable(app: FastifyInstance, handlers: Handlers, secureCookies: boolean): void {
  requireAll(handlers);
  const calls = callsUnderWay(app, secureCookies);
  for (const name of ROUTE_NAMES) registerRoute(app, name, handlers[name], calls);
}

type CallOf = (request: FastifyRequest, reply: FastifyReply) => Call<Call['principal'] | null>;

function registerRoute<N extends RouteName>(app: FastifyInstance, name: N, handler: Handler<N>, callOf: CallOf): void {
  const route: Route = ROUTES[name];
  app.route({
    method: route.method,
    url: API + route.path,
    schema: openApiSchema(name, route),
    config: { access: { role: route.role, limit: limitOf(name, route) } },
    handler: async (request, reply) => {
      void reply.code(route.status);
      const { params, query, headers, body } = request;
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the guard gave the caller its role, the route's schemas made the parts
      const answer = await handler(
        callOf(request, reply) as Parameters<Handler<N>>[0],
        { params, query, headers, body } as RouteArguments<N>,
      );
      return answer === undefined ? reply.send() : answer;
    },
  });
}

function limitOf(name: RouteName, route: Route): keyof RateLimits {
  if (name === 'createReport') return 'reports';
  return route.role === 'public' && route.method === 'POST' ? 'signIn' : 'person';
}

/** Calls are told when the caller hangs up or the server stops, so that none waits for an answer nobody reads. */
function callsUnderWay(app: FastifyInstance, secureCookies: boolean): CallOf {
  const underWay = new Set<AbortController>();
  app.addHook('preClose', async () => {
    for (const controller of underWay) controller.abort();
  });
  return (request, reply) => {
    const controller = new AbortController();
    underWay.add(controller);
    reply.raw.once('close', () => {
      underWay.delete(controller);
      controller.abort();
    });
    const { caller } = request;
    return {
      ...caller,
      requestId: request.id,
      signal: controller.signal,
      setSession: (session) => setSessionCookie(reply, session, secureCookies),
      setStatus: (status) => void reply.code(status),
      setHeader: (header, value) => void reply.header(header, value),
    };
  };
}

/** The methods of the table's routes that match this path, for saying 405 instead of 404. */
export function methodsAt(url: string): string[] {
  const path = url.split('?')[0] ?? '';
  const found = ROUTE_NAMES.map((name) => ROUTES[name]).filter((route) => matches(API + route.path, path));
  return [...new Set(found.map((route) => route.method))];
}

function matches(pattern: string, path: string): boolean {
  const wanted = pattern.split('/');
  const given = path.split('/');
  return wanted.length === given.length && wanted.every((part, i) => part.startsWith(':') || part === given[i]);
}
