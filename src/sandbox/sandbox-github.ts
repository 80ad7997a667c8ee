import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type {
  SandboxAnswer,
  SandboxGithub,
  SandboxGithubOptions,
  SandboxHooks,
  SandboxRequest,
  SandboxState,
  SandboxView,
  SandboxWorld,
} from './sandbox.model.ts';
import type { ApiHouse } from './sandbox-api.ts';
import { answerApi } from './sandbox-api.ts';
import { refusal } from './sandbox-answers.ts';
import { LIMITS_DEFAULT, RateLimits, requestId } from './sandbox-gate.ts';
import { keepState, readState } from './sandbox-keep.ts';
import { answerPage } from './sandbox-pages.ts';
import { emptyState, issueByNumber } from './sandbox-state.ts';
import { startWebhooks } from './sandbox-webhooks.ts';

const API_PREFIX = '/api';
const REQUEST_BYTES_MAX = 4 * 1024 * 1024;

const TRUE_VIEW: SandboxView = {
  list: (repository) => repository.issues,
  byNumber: issueByNumber,
  search: (repository) => repository.issues,
};

/**
 * Starts a GitHub on this machine: the part of the REST API that filing needs, and plain pages to act as somebody else.
 * It listens on loopback only. The state is in memory, and in `statePath` if given.
 */
export async function startSandboxGithub(options: SandboxGithubOptions = {}): Promise<SandboxGithub> {
  const hooks = options.hooks ?? {};
  const world = await openWorld(options);
  const statePath = options.statePath ?? null;
  const keeper = statePath === null ? null : keepState(statePath, () => world.state);
  const { issueChanged } = world;
  world.issueChanged = (repository, before, after) => {
    keeper?.touched();
    issueChanged(repository, before, after);
  };
  const server = createServer({ keepAliveTimeout: 30_000 });
  const url = await listen(server, options);
  const api = `${url}${API_PREFIX}`;
  const webhooks = startWebhooks({ world, api, web: url, planDelivery: hooks.planDelivery });
  world.emit = (happened) => {
    keeper?.touched();
    webhooks.emit(happened);
  };
  const house: ApiHouse = {
    world,
    view: hooks.view ?? TRUE_VIEW,
    limits: new RateLimits({ ...LIMITS_DEFAULT, ...options.limits }),
    webhooks,
    api,
    web: url,
  };
  server.on('request', (incoming, response) => {
    void serve({ house, hooks, incoming, response })
      .catch((error: unknown) => answerCrash(response, error))
      .finally(() => (incoming.method === 'GET' ? undefined : keeper?.touched()));
  });
  keeper?.touched();
  return {
    url,
    apiUrl: house.api,
    world,
    webhooks,
    get state(): SandboxState {
      return world.state;
    },
    async close() {
      webhooks.close();
      await closeServer(server);
      await keeper?.flush();
    },
  };
}

async function openWorld(options: SandboxGithubOptions): Promise<SandboxWorld> {
  const saved =
    options.statePath === null || options.statePath === undefined ? null : await readState(options.statePath);
  const world: SandboxWorld = {
    state: saved ?? emptyState(),
    now: options.hooks?.now ?? (() => new Date()),
    issueChanged: options.hooks?.issueChanged ?? (() => undefined),
    emit: () => undefined,
  };
  if (saved === null) options.seed?.(world);
  return world;
}

async function listen(server: Server, options: SandboxGithubOptions): Promise<string> {
  const host = options.host ?? '127.0.0.1';
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the sandbox GitHub has no port');
  return `http://${host === '0.0.0.0' || host === '::' ? 'localhost' : host}:${address.port}`;
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

interface Serving {
  house: ApiHouse;
  hooks: SandboxHooks;
  incoming: IncomingMessage;
  response: ServerResponse;
}

async function serve({ house, hooks, incoming, response }: Serving): Promise<void> {
  const request = await readRequest(incoming);
  if (request === 'too_large') return send(response, refusal(413, 'Payload too large'), house);
  if (!isApi(request.path)) {
    const extra = (await hooks.extra?.(request)) ?? null;
    return send(response, extra ?? answerPage(house, request), house);
  }
  const call = { ...request, path: request.path.slice(API_PREFIX.length) };
  const handle = (): SandboxAnswer => answerApi(house, call);
  const answer = hooks.around === undefined ? handle() : await hooks.around(call, handle);
  if (answer === 'drop') return void incoming.socket.destroy();
  return send(response, answer, house);
}

function isApi(path: string): boolean {
  return path === API_PREFIX || path.startsWith(`${API_PREFIX}/`);
}

async function readRequest(incoming: IncomingMessage): Promise<SandboxRequest | 'too_large'> {
  const target = incoming.url ?? '/';
  const mark = target.indexOf('?');
  const text = await readText(incoming);
  if (text === null) return 'too_large';
  return {
    method: incoming.method ?? 'GET',
    path: mark === -1 ? target : target.slice(0, mark),
    query: new URLSearchParams(mark === -1 ? '' : target.slice(mark + 1)),
    headers: incoming.headers,
    text,
  };
}

async function readText(incoming: IncomingMessage): Promise<string | null> {
  if (incoming.method === 'GET' || incoming.method === 'HEAD') return '';
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes <= REQUEST_BYTES_MAX) chunks.push(chunk);
  }
  return bytes > REQUEST_BYTES_MAX ? null : Buffer.concat(chunks).toString('utf8');
}

function send(response: ServerResponse, answer: SandboxAnswer, house: ApiHouse): void {
  const text = answer.text ?? (answer.body === undefined ? '' : JSON.stringify(answer.body));
  const bytes = Buffer.from(text, 'utf8');
  const headers: Record<string, string> = { 'x-github-request-id': requestId(house.world.now().getTime()) };
  if (answer.body !== undefined) headers['content-type'] = 'application/json; charset=utf-8';
  if (answer.status !== 204 && answer.status !== 304) headers['content-length'] = String(bytes.length);
  response.writeHead(answer.status, { ...headers, server: 'sandbox-github', ...answer.headers });
  if (answer.cutAt === undefined) return void response.end(bytes);
  response.write(bytes.subarray(0, Math.floor(bytes.length * answer.cutAt)), () => response.socket?.destroy());
}

function answerCrash(response: ServerResponse, error: unknown): void {
  if (response.headersSent || response.destroyed) return;
  const message = error instanceof Error ? error.message : 'unknown';
  response
    .writeHead(500, { 'content-type': 'application/json' })
    .end(JSON.stringify({ message: `Server Error: ${message}` }));
}
