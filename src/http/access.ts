import type { FastifyInstance, FastifyRequest } from 'fastify';

import { HttpProblem } from '../lib/problem.ts';
import { isAllowed, isCrossSite } from './access.decide.ts';
import type { ServerDeps } from './http.model.ts';
import { SESSION_COOKIE } from './session-cookie.ts';

/**
 * Finds out who asks and holds every route of the table to its role, before a body is read. This is the only place that
 * does: a handler is never reached by somebody whose role is too low.
 */
export function guardRoutes(app: FastifyInstance, deps: ServerDeps): void {
  app.addHook('onRequest', async (request) => {
    refuseCrossSite(request, deps.publicUrl);
    const access = request.routeOptions.config.access;
    if (access === undefined || access.role === 'public') return;
    const principal = await deps.authenticate(credentialsOf(request));
    request.caller.principal = principal;
    if (isAllowed(principal, access.role)) return;
    if (principal === null) throw notSignedIn(request);
    throw new HttpProblem(
      403,
      `This needs the role ${access.role.replace('_', ' ')}; yours is ${principal.role.replace('_', ' ')}.`,
    );
  });
}

/** What a request shows of who sends it. */
export function credentialsOf(request: FastifyRequest) {
  const slug = request.headers['x-tenant'];
  return {
    cookie: request.caller.sessionToken,
    authorization: request.headers.authorization ?? null,
    tenantSlug: typeof slug === 'string' ? slug : null,
    ip: request.caller.ip,
  };
}

/** Fills `request.caller` with what is known before anybody is asked. */
export function noteCaller(app: FastifyInstance): void {
  app.addHook('onRequest', async (request) => {
    request.caller = {
      principal: null,
      sessionToken: request.cookies[SESSION_COOKIE] ?? null,
      ip: request.ip,
      userAgent: request.headers['user-agent'] ?? null,
    };
  });
}

function refuseCrossSite(request: FastifyRequest, publicUrl: string): void {
  const secFetchSite = request.headers['sec-fetch-site'];
  const crossSite = isCrossSite({
    method: request.method,
    hasAuthorization: request.headers.authorization !== undefined,
    hasCookie: request.caller.sessionToken !== null,
    secFetchSite: typeof secFetchSite === 'string' ? secFetchSite : undefined,
    origin: request.headers.origin,
    ownHosts: [new URL(publicUrl).host, request.host],
  });
  if (crossSite) throw new HttpProblem(403, 'This request came from another site and was not carried out.');
}

function notSignedIn(request: FastifyRequest): HttpProblem {
  const detail =
    request.headers.authorization === undefined
      ? 'Sign in, or send an API key in the header Authorization: Bearer.'
      : 'The key or token in the header Authorization is unknown, revoked or expired.';
  return new HttpProblem(401, detail, { headers: { 'www-authenticate': 'Bearer' } });
}
