import cookie from '@fastify/cookie';
import rateLimit from '@fastify/rate-limit';
import Fastify, { LogController } from 'fastify';
import type { FastifyInstance } from 'fastify';
import { serializerCompiler } from 'fastify-type-provider-zod';

import { guardRoutes, noteCaller } from './access.ts';
import { BODY_BYTES_MAX, readJsonBodies } from './body.ts';
import { tagAnswers } from './etags.ts';
import { registerEvents } from './events.ts';
import { protectAnswers } from './headers.ts';
import type { ServerDeps } from './http.model.ts';
import { describeRoutes } from './openapi.ts';
import { refuseBrokenRequest } from './client-error.ts';
import { registerOperations } from './operations.ts';
import { answerError } from './problems.ts';
import { limitRequests } from './rate-limits.ts';
import { registerTable } from './table.ts';
import { requestId } from './request-id.ts';
import { serverOf } from './webhooks.ts';
import { validatorOf } from './validation.ts';
import { serveWeb } from './web.ts';

export { openApiDocument } from './document.ts';
export { mergeHandlers } from './table.ts';

/** A slow sender of its own request is not waited for longer. */
const REQUEST_TIMEOUT_MS = 30_000;

/**
 * The HTTP server with every route of src/contract/routes.ts, the live events, operations and the web app; `listen` starts it,
 * `close` ends streams and waits for answers under way. Throws when a route has no handler.
 */
export async function buildServer(deps: ServerDeps): Promise<FastifyInstance> {
  const app: FastifyInstance = Fastify({
    loggerInstance: deps.logger,
    // one line per request is written below: Fastify's own has the address, and so what a person searched for
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: 'request_id' }),
    genReqId: requestId,
    bodyLimit: BODY_BYTES_MAX,
    requestTimeout: REQUEST_TIMEOUT_MS,
    serverFactory: (listener) => serverOf(deps, REQUEST_TIMEOUT_MS, listener),
    trustProxy: deps.trustProxy ?? 'loopback',
    frameworkErrors: (error, request, reply) => void answerError(error, request, reply),
    clientErrorHandler: refuseBrokenRequest,
  });
  app.setValidatorCompiler(validatorOf);
  app.setSerializerCompiler(serializerCompiler);
  app.setErrorHandler(answerError);
  app.addHook('onClose', async () => deps.receiver?.close());
  if (deps.sentryHooks !== undefined) await app.register(deps.sentryHooks);
  readJsonBodies(app);
  logRequests(app, deps);
  protectAnswers(app, deps.publicUrl);
  await app.register(cookie);
  await app.register(rateLimit, { global: false });
  noteCaller(app);
  guardRoutes(app, deps);
  limitRequests(app, deps.limits);
  tagAnswers(app);
  await describeRoutes(app);
  registerTable(app, deps.handlers, deps.publicUrl.startsWith('https:'));
  registerEvents(app, deps);
  registerOperations(app, deps);
  await serveWeb(app, deps.webRoot);
  return app;
}

function logRequests(app: FastifyInstance, deps: ServerDeps): void {
  app.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? 'none';
    const finished = { method: request.method, route, status: reply.statusCode, seconds: reply.elapsedTime / 1000 };
    deps.onFinished?.(finished);
    request.log.info({ ...finished, actor: request.caller?.principal?.actor }, 'answered');
  });
}
