import type { FastifyInstance } from 'fastify';

import { HttpProblem } from '../lib/problem.ts';
import { openApiOf } from './openapi-document.ts';
import type { ServerDeps } from './http.model.ts';

/** What operators and their programs ask: is it up, is it ready, its numbers, its document. */
export function registerOperations(app: FastifyInstance, deps: ServerDeps): void {
  const hidden = { schema: { hide: true } };
  app.get('/healthz', hidden, async () => ({ status: 'up' }));

  app.get('/readyz', hidden, async () => {
    const checks = await deps.ready();
    const failed = checks.filter((check) => !check.ok);
    if (failed.length === 0) return { status: 'ready', checks };
    const errors = failed.map(({ name, text }) => ({ field: name, message: text }));
    throw new HttpProblem(503, failed.map(({ text }) => text).join(' '), { errors, headers: { 'retry-after': '5' } });
  });

  app.get('/metrics', hidden, async (_request, reply) => {
    const { contentType, text } = await deps.metrics();
    return reply.type(contentType).header('cache-control', 'no-store').send(text);
  });

  let document: string | null = null;
  app.get('/openapi.json', hidden, async (_request, reply) => {
    document ??= JSON.stringify(openApiOf(app));
    return reply.type('application/json; charset=utf-8').header('cache-control', 'no-cache').send(document);
  });
}
