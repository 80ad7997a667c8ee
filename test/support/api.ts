import pino from 'pino';

import { openMetrics } from '../../src/health/health.ts';
import { openRush } from '../../src/deliveries/deliveries.ts';
import { openOutbound } from '../../src/outbound/outbound.ts';
import { openServer } from '../../src/cli/server.ts';
import { keySetsOver } from '../../src/accounts/accounts.ts';
import { readConfig } from '../../src/config.ts';
import { Secret } from '../../src/lib/secret.ts';
import { quiet } from './quiet.ts';
import { startCircle } from './circle.ts';
import type { Circle, CircleOptions } from './circle.ts';
import type { FastifyInstance } from 'fastify';
import type { Hub } from '../../src/cli/hub.ts';
import type { TestContext } from 'node:test';

export const ADMIN_KEY = 'the-admin-key-of-a-test';

export interface Answer {
  status: number;
  body: Record<string, unknown>;
  headers: Record<string, unknown>;
}

/** The whole hub behind its HTTP API, as a program sees it. */
export interface Api extends Circle {
  app: FastifyInstance;
  hub: Hub;
  /** Calls below /api/v1 as the system admin's key, or with the headers given instead. */
  call(
    method: 'GET' | 'POST' | 'PATCH' | 'DELETE',
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ): Promise<Answer>;
}

export async function startApi(t: TestContext, options: CircleOptions = {}): Promise<Api> {
  const circle = await startCircle(t, options);
  const config = readConfig({ ADMIN_API_KEY: ADMIN_KEY, PUBLIC_URL: 'http://hub.example' });
  const ctx = {
    ...circle.ctx,
    keySets: keySetsOver(openOutbound({}), 'private', quiet),
    adminApiKey: new Secret(ADMIN_KEY),
    hasConnection: async () => true,
  };
  const hub: Hub = { config, db: circle.db, ctx, rush: openRush(), close: async () => undefined };
  const app = await openServer(hub, pino({ level: 'silent' }), openMetrics('throughline_'), null);
  t.after(async () => app.close());
  return {
    ...circle,
    app,
    hub,
    async call(method, path, body, headers = { authorization: `Bearer ${ADMIN_KEY}` }) {
      const answer = await app.inject({
        method,
        url: `/api/v1${path}`,
        headers,
        ...(body === undefined ? {} : { payload: body as object }),
      });
      return { status: answer.statusCode, body: answer.body === '' ? {} : answer.json(), headers: answer.headers };
    },
  };
}
