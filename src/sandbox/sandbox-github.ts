import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type {
  SandboxAnswer,
  SandboxGithub,
  SandboxGithubOptions,
  SandboxHooks,
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
import { closeServer, listenOn, readRequest, sendAnswer } from './sandbox-server.ts';
import { emptyState, issueByNumber } from './sandbox-state.ts';
import { startWebhooks } from './sandbox-webhooks.ts';

const API_PREFIX = '/api';

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
  const url = await listenOn(server, options);
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

function send(response: ServerResponse, answer: SandboxAnswer, house: ApiHouse): void {
  sendAnswer(response, answer, {
    'x-github-request-id': requestId(house.world.now().getTime()),
    server: 'sandbox-github',
  });
}

function answerCrash(response: ServerResponse, error: unknown): void {
  if (response.headersSent || response.destroyed) return;
  const message = error instanceof Error ? error.message : 'unknown';
  response
    .writeHead(500, { 'content-type': 'application/json' })
    .end(JSON.stringify({ message: `Server Error: ${message}` }));
}
