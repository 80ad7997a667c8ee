import { pino } from 'pino';
import type { TestContext } from 'node:test';
import type { FastifyInstance } from 'fastify';

import type { Principal } from '../accounts/accounts.model.ts';
import { buildServer } from './http.ts';
import type { ServerDeps } from './http.model.ts';
import { stubHandlers } from './stub-handlers.ts';

export const PUBLIC_URL = 'http://127.0.0.1:4400';

/** A principal whose role is the bearer token, `reporter`, `admin` or `system_admin`. */
export function principalOf(role: Principal['role']): Principal {
  return { role, actor: `account:${role}`, name: role, tenantId: null, reporter: null, ip: null };
}

/** A server whose parts answer as given, and where nothing is behind the rest. */
export async function testServer(t: TestContext, given: Partial<ServerDeps> = {}): Promise<FastifyInstance> {
  const app = await buildServer({
    handlers: stubHandlers(),
    authenticate: async ({ authorization, cookie }) => {
      const role = authorization?.replace('Bearer ', '') ?? cookie;
      return role === 'reporter' || role === 'admin' || role === 'system_admin' ? principalOf(role) : null;
    },
    logger: pino({ level: 'silent' }),
    publicUrl: PUBLIC_URL,
    subscribe: () => () => undefined,
    ready: async () => [{ name: 'database', ok: true, text: 'The database answers.' }],
    metrics: async () => ({ contentType: 'text/plain', text: 'throughline_up 1\n' }),
    webRoot: '/nonexistent',
    ...given,
  });
  t.after(() => app.close());
  return app;
}
