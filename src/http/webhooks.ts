import { createServer } from 'node:http';
import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http';

import { commonHeaders } from './headers.ts';
import { PROBLEM_TYPE, problemBody, problemOf } from './problems.ts';
import { requestId } from './request-id.ts';
import { webhookListener } from '../deliveries/webhook.routes.ts';
import type { ServerDeps } from './http.model.ts';

/** As Fastify's own: longer than a proxy in front keeps a connection. */
const KEEP_ALIVE_MS = 72_000;

/** The server that Fastify listens with: GitHub's posts go to the receiver, everything else to Fastify. */
export function serverOf(deps: ServerDeps, requestTimeoutMs: number, others: RequestListener): Server {
  const { receiver, publicUrl } = deps;
  const common = commonHeaders(publicUrl.startsWith('https:'));
  const take =
    receiver === undefined
      ? () => false
      : webhookListener(receiver, common, (...failed) => answerFailed(deps.logger, common, ...failed));
  const server = createServer((request, response) => {
    // a sender that never pauses must not keep a hub from stopping
    if (!server.listening) response.shouldKeepAlive = false;
    if (!take(request, response)) others(request, response);
  });
  server.requestTimeout = requestTimeoutMs;
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  return server;
}

function answerFailed(
  logger: ServerDeps['logger'],
  common: Record<string, string>,
  request: IncomingMessage,
  response: ServerResponse,
  error: unknown,
): void {
  const problem = problemOf(error instanceof Error ? error : new Error(String(error)));
  const id = requestId(request);
  if (problem.status >= 500) logger.error({ err: error, request_id: id }, 'a request failed');
  // what is left of a body that was not read is not waited for
  const headers = {
    ...common,
    ...problem.headers,
    'content-type': PROBLEM_TYPE,
    'x-request-id': id,
    connection: 'close',
  };
  response.writeHead(problem.status, headers).end(JSON.stringify(problemBody(problem, id)));
}
