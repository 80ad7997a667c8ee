import { createServer } from 'node:http';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { SandboxAnswer } from './sandbox.model.ts';
import type {
  SandboxSentryHooks,
  SandboxSentryOptions,
  SandboxSentryState,
  SandboxSentryWorld,
} from './sentry-world.model.ts';
import type { SentryHouse } from './sentry-api.ts';
import type { SentryWebhooks } from './sentry-webhooks.ts';
import { isJsonObject } from './sandbox-call.ts';
import { keepState, readSaved } from './sandbox-keep.ts';
import { closeServer, listenOn, readRequest, sendAnswer } from './sandbox-server.ts';
import { answerSentryApi } from './sentry-api.ts';
import { said } from './sentry-call.ts';
import { sentryLimits } from './sentry-limits.ts';
import { answerSentryPage } from './sentry-pages.ts';
import { disorder } from './sentry-paging.ts';
import { emptySentry } from './sentry-state.ts';
import { startSentryWebhooks } from './sentry-webhooks.ts';

const ORGANIZATION = 'acme';
const CALLS_PER_SECOND = 20;

export interface SandboxSentry {
  /** The pages, and what a connection is given as its address. Without a slash at the end. */
  url: string;
  world: SandboxSentryWorld;
  webhooks: SentryWebhooks;
  /** Answers a request as the server does: for a second address of the same Sentry. */
  listener: RequestListener;
  close(): Promise<void>;
}

/**
 * Starts a Sentry on this machine: the part of its API that the hub needs, its webhooks, and plain pages to act as somebody
 * else. It listens on loopback only. The state is in memory, and in `statePath` if given.
 */
export async function startSandboxSentry(options: SandboxSentryOptions = {}): Promise<SandboxSentry> {
  const { hooks = {}, statePath = null, prefix = '' } = options;
  const world = await openWorld(options);
  const keeper = statePath === null ? null : keepState(statePath, () => world.state);
  world.touched = () => {
    disorder(world.state);
    keeper?.touched();
  };
  const webhooks = startSentryWebhooks(world, hooks.planDelivery);
  world.emit = (happened) => webhooks.emit(happened);
  const server = createServer({ keepAliveTimeout: 30_000 });
  const url = `${await listenOn(server, options)}${prefix}`;
  const { callsPerSecond = CALLS_PER_SECOND } = options;
  const house: SentryHouse = { world, web: url, limits: sentryLimits(callsPerSecond, world.now) };
  const listener: RequestListener = (incoming, response) => {
    void serve({ house, hooks, prefix, incoming, response }).catch((error: unknown) => answerCrash(response, error));
  };
  server.on('request', listener);
  keeper?.touched();
  return {
    url,
    world,
    webhooks,
    listener,
    async close() {
      webhooks.close();
      await closeServer(server);
      await keeper?.flush();
    },
  };
}

async function openWorld({ statePath = null, hooks, seed }: SandboxSentryOptions): Promise<SandboxSentryWorld> {
  const saved = statePath === null ? null : await readSaved(statePath);
  if (saved !== null && !isState(saved))
    throw new Error(`${statePath} is not the state of a sandbox Sentry. Move it away to start with a new one.`);
  const now = hooks?.now ?? (() => new Date());
  const world = sentryWorld(saved ?? emptySentry(ORGANIZATION, now()), now);
  if (saved === null) seed?.(world);
  return world;
}

/** A world that nobody listens to, on the given clock. */
export function sentryWorld(state: SandboxSentryState, now: () => Date): SandboxSentryWorld {
  return { state, now, touched: () => disorder(state), emit: () => undefined };
}

function isState(value: unknown): value is SandboxSentryState {
  return isJsonObject(value) && value['version'] === 1 && Array.isArray(value['issues']);
}

interface Serving {
  house: SentryHouse;
  hooks: SandboxSentryHooks;
  prefix: string;
  incoming: IncomingMessage;
  response: ServerResponse;
}

const OWN_HEADERS = { server: 'sandbox-sentry', vary: 'Accept-Language, Cookie', 'x-content-type-options': 'nosniff' };

async function serve({ house, hooks, prefix, incoming, response }: Serving): Promise<void> {
  const read = await readRequest(incoming);
  if (read === 'too_large') return sendAnswer(response, said(413, 'Request body too large'), OWN_HEADERS);
  const extra = hooks.extra?.(read) ?? null;
  if (extra !== null) return sendAnswer(response, extra, OWN_HEADERS);
  if (!read.path.startsWith(`${prefix}/`)) return sendAnswer(response, nobody(), OWN_HEADERS);
  const request = { ...read, path: read.path.slice(prefix.length) };
  if (!request.path.startsWith('/api/')) return sendAnswer(response, answerSentryPage(house, request), OWN_HEADERS);
  const handle = (changed = request): SandboxAnswer => answerSentryApi(house, changed);
  const answer = hooks.around === undefined ? handle() : await hooks.around(request, handle);
  if (answer === 'drop') return void incoming.socket.destroy();
  return sendAnswer(response, answer, OWN_HEADERS);
}

function nobody(): SandboxAnswer {
  const text = '<!doctype html><title>Not found</title><p>The proxy knows nothing here.</p>';
  return { status: 404, headers: { 'content-type': 'text/html; charset=utf-8' }, text };
}

function answerCrash(response: ServerResponse, error: unknown): void {
  if (response.headersSent || response.destroyed) return;
  const why = error instanceof Error ? error.message : 'unknown';
  sendAnswer(response, { status: 500, body: { detail: 'Internal Error', errorId: 'sandbox', why } }, OWN_HEADERS);
}
