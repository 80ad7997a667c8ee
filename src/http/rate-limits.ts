import type { FastifyInstance, FastifyRequest } from 'fastify';

import { HttpProblem } from '../lib/problem.ts';
import type { RateLimits } from './http.model.ts';

const DEFAULT_LIMITS: RateLimits = { person: 600, reports: 60, apiKey: 6000, signIn: 30 };
const WINDOW_MS = 60_000;

/**
 * Limits requests by who makes them, else by address. Each process counts for itself: this keeps one caller from taking all,
 * it is no accounting. Registered after the guard, which knows the caller.
 */
export function limitRequests(app: FastifyInstance, given: Partial<RateLimits> = {}): void {
  const limits = { ...DEFAULT_LIMITS, ...given };
  const names = ['person', 'reports', 'apiKey', 'signIn'] as const;
  const limiters = new Map(
    names.map((name) => [name, app.createRateLimit({ max: limits[name], timeWindow: WINDOW_MS, keyGenerator: keyOf })]),
  );
  app.addHook('onRequest', async (request) => {
    const access = request.routeOptions.config.access;
    if (access === undefined) return;
    for (const name of limitsOf(request, access.limit)) {
      const found = await limiters.get(name)?.(request);
      if (found !== undefined && !found.isAllowed && found.isExceeded) throw tooMany(found.max, found.ttlInSeconds);
    }
  });
}

function limitsOf(request: FastifyRequest, limit: keyof RateLimits): (keyof RateLimits)[] {
  if (request.caller.principal?.actor.startsWith('api_key:') === true) return ['apiKey'];
  return limit === 'reports' ? ['reports', 'person'] : [limit];
}

function keyOf(request: FastifyRequest): string {
  return request.caller.principal?.actor ?? request.caller.ip;
}

function tooMany(max: number, seconds: number): HttpProblem {
  return new HttpProblem(429, `You made more than ${max} requests in a minute. Go on in ${seconds} seconds.`, {
    headers: { 'retry-after': String(seconds) },
  });
}
