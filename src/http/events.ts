import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

import type { Principal } from '../accounts/accounts.model.ts';
import { HttpProblem } from '../lib/problem.ts';
import { credentialsOf } from './access.ts';
import { commonHeaders } from './headers.ts';
import type { ServerDeps } from './http.model.ts';

const HEARTBEAT_MS = 20_000;
const RETRY_MS = 2000;
const STREAMS_PER_PERSON_MAX = 20;
/** A page that reads nothing is cut off; it connects again and asks for what it missed. */
const UNREAD_BYTES_MAX = 256 * 1024;

type EventDeps = Pick<ServerDeps, 'publicUrl' | 'authenticate' | 'subscribe'>;

/** `GET /api/v1/events`: server-sent events of src/contract/events.ts, until the page leaves or the server stops. */
export function registerEvents(app: FastifyInstance, deps: EventDeps): void {
  const open = new Map<FastifyReply, { end: () => void; actor: string }>();
  app.addHook('preClose', async () => {
    for (const { end } of open.values()) end();
  });
  app.route({
    method: 'GET',
    url: '/api/v1/events',
    schema: {
      operationId: 'events',
      tags: ['reports'],
      summary: 'What changed, as it changes (server-sent events)',
      description:
        'Needs the role reporter. Each event is `{"kind": "report" | "error" | "connection" | "sync_run" | "delivery", "id": "…"}`.',
      security: [{ bearer: [] }, { session: [] }],
    },
    config: { access: { role: 'reporter', limit: 'person' } },
    handler: async (request, reply) => {
      const { principal } = request.caller;
      if (principal === null) throw new Error('the guard let nobody through');
      const mine = [...open.values()].filter(({ actor }) => actor === principal.actor);
      if (mine.length >= STREAMS_PER_PERSON_MAX) throw tooManyStreams();
      reply.hijack();
      const end = openStream(request, reply, deps, principal);
      open.set(reply, { end, actor: principal.actor });
      reply.raw.once('close', () => {
        open.delete(reply);
        end();
      });
    },
  });
}

/** Writes the stream; returns how to end it. */
function openStream(request: FastifyRequest, reply: FastifyReply, deps: EventDeps, principal: Principal): () => void {
  const { raw } = reply;
  const credentials = credentialsOf(request);
  raw.writeHead(200, {
    ...commonHeaders(deps.publicUrl.startsWith('https:')),
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
    'x-accel-buffering': 'no',
    'x-request-id': request.id,
  });
  const write = (text: string) => {
    // a change may be told after the page left: whether it may be seen is looked up first
    if (raw.writableEnded || raw.destroyed) return;
    if (raw.writableLength > UNREAD_BYTES_MAX) raw.destroy();
    else raw.write(text);
  };
  write(`retry: ${RETRY_MS}\n\n`);
  const unsubscribe = deps.subscribe(principal, (event) => write(`data: ${JSON.stringify(event)}\n\n`));
  const heartbeat = setInterval(() => void beat(), HEARTBEAT_MS);
  const end = () => {
    clearInterval(heartbeat);
    unsubscribe();
    raw.end();
  };
  // an account that was disabled, or signed out elsewhere, hears no more
  const beat = async () => {
    const still = await deps.authenticate(credentials).catch(() => null);
    if (still === null) end();
    else write(': still here\n\n');
  };
  return end;
}

function tooManyStreams(): HttpProblem {
  return new HttpProblem(429, `You have ${STREAMS_PER_PERSON_MAX} pages open that follow changes. Close some.`, {
    headers: { 'retry-after': '10' },
  });
}
