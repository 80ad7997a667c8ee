import { parseArgs } from 'node:util';
import type {
  SandboxAnswer,
  SandboxGithub,
  SandboxIssue,
  SandboxLimits,
  SandboxRequest,
  SandboxWorld,
} from '../../src/sandbox/sandbox.model.ts';
import type { Actors } from './github-actors.ts';
import type { AppActors } from './github-app-actors.ts';
import type { AppEnd } from './github-app.ts';
import type { DeliveryScript } from './github-deliveries.ts';
import type { FaultKind, Faults } from './github-faults.ts';
import type { GraphqlEnd } from './github-graphql-end.ts';
import type { ProjectActors } from './github-projects.ts';
import { startSandboxGithub } from '../../src/sandbox/sandbox-github.ts';
import { addOrganization, addRepository, addToken, addUser, emptyState } from '../../src/sandbox/sandbox-state.ts';
import { appEnd } from './github-app.ts';
import { actorsIn } from './github-actors.ts';
import { FAKE_BOT, FAKE_DEVELOPER, FAKE_REPOSITORY, FAKE_TOKEN } from './github-finding.ts';
import { answerControl } from './github-control.ts';
import { deliveryScript } from './github-deliveries.ts';
import { faultList, strike } from './github-faults.ts';
import { graphqlEnd } from './github-graphql-end.ts';
import { laggingView } from './github-lag.ts';

const REQUESTS_KEPT_MAX = 200_000;

/** One API call as the fake saw it. The path is without `/api` and the query. */
export interface LoggedRequest {
  method: string;
  path: string;
  query: string;
  /** What the fake meant to answer; 0 when the socket died without an answer. */
  status: number;
  fault: FaultKind | null;
  at: Date;
}

export interface FakeGithubOptions {
  port?: number;
  statePath?: string | null;
  now?: () => Date;
  /** Practically unlimited unless a test wants GitHub's own limits. */
  limits?: Partial<SandboxLimits>;
  /** What GraphQL gives each user in an hour. */
  graphqlPoints?: number;
  seed?: (world: SandboxWorld) => void;
}

/** The sandbox with a will of its own: it fails, lags and lets others act, as a test tells it to. */
export interface FakeGithub extends SandboxGithub, Actors, AppActors, ProjectActors {
  /** A token of the bot, who may push to `repository`. */
  token: string;
  repository: string;
  faults: Faults;
  /** What happens to webhooks on their way. */
  deliveries: DeliveryScript;
  /** Resolves when every delivery was answered or given up. */
  deliveriesSettled(): Promise<void>;
  requests: LoggedRequest[];
  /** Lists are served from a snapshot this old. */
  setListLag(ms: number): void;
  /** Reading an issue by number gives 404 until it is this old. */
  setNumberLag(ms: number): void;
  /** The search knows only what was there this long ago. */
  setSearchLag(ms: number): void;
  /** All issues of all repositories: no pull requests, nothing that was deleted or moved away. */
  issues(): SandboxIssue[];
  /** Those of them with the text in title or body. */
  issuesWithText(text: string): SandboxIssue[];
  /** How many API calls of this method went to a matching path. */
  countRequests(method: string, path: RegExp): number;
  /** Back to the first day: state, faults, lags and the request log. */
  reset(): void;
}

/** Starts a fake on a free port of loopback; closed with the test when `t` is given. */
export async function startFakeGithub(
  t: { after(done: () => Promise<void>): void } | null = null,
  options: FakeGithubOptions = {},
): Promise<FakeGithub> {
  const now = options.now ?? (() => new Date());
  const faults = faultList();
  const deliveries = deliveryScript();
  const lagging = laggingView(now);
  const graphql = graphqlEnd(lagging.view, options.graphqlPoints);
  const apps = appEnd(() => github);
  const requests: LoggedRequest[] = [];
  const seed = options.seed ?? seedFake;
  let fake: FakeGithub | null = null;
  const github = await startSandboxGithub({
    port: options.port ?? 0,
    statePath: options.statePath ?? null,
    seed,
    limits: { core: 100_000_000, search: 1_000_000, ...options.limits },
    hooks: {
      now,
      issueChanged: lagging.issueChanged,
      view: lagging.view,
      planDelivery: (delivery) => deliveries.plan(delivery),
      async around(request, handle) {
        const logged = log(requests, request, now());
        const question = await graphql.workFor(github, request);
        const work = (): SandboxAnswer => apps.answer(request, question?.handle ?? handle);
        const fault = faults.take(request, question?.size);
        logged.fault = fault?.do ?? null;
        const answer = fault === null ? work() : await strike(fault, work);
        logged.status = answer === 'drop' ? 0 : answer.status;
        return answer;
      },
      extra: (request): Promise<SandboxAnswer | null> =>
        Promise.resolve(fake === null ? null : (answerControl(fake, request) ?? apps.page(request))),
    },
  });
  fake = faceOf({ github, faults, deliveries, lagging, graphql, apps, requests, seed });
  github.webhooks.listeners.push((happened) => apps.listenersOf(happened));
  t?.after(() => github.close());
  return fake;
}

interface Parts {
  github: SandboxGithub;
  faults: Faults;
  deliveries: DeliveryScript;
  lagging: ReturnType<typeof laggingView>;
  graphql: GraphqlEnd;
  apps: AppEnd;
  requests: LoggedRequest[];
  seed: (world: SandboxWorld) => void;
}

function faceOf({ github, faults, deliveries, lagging, graphql, apps, requests, seed }: Parts): FakeGithub {
  const { world } = github;
  const all = (): SandboxIssue[] =>
    world.state.repositories.flatMap(({ issues }) =>
      issues.filter((issue) => issue.pull === null && issue.gone === null),
    );
  return {
    ...actorsIn(world),
    ...apps.actors,
    ...graphql.boards,
    url: github.url,
    apiUrl: github.apiUrl,
    world,
    webhooks: github.webhooks,
    get state() {
      return world.state;
    },
    close: () => github.close(),
    token: FAKE_TOKEN,
    repository: FAKE_REPOSITORY,
    faults,
    deliveries,
    deliveriesSettled: () => github.webhooks.settled(),
    requests,
    setListLag: (ms) => void (lagging.lags.list = ms),
    setNumberLag: (ms) => void (lagging.lags.number = ms),
    setSearchLag: (ms) => void (lagging.lags.search = ms),
    issues: all,
    issuesWithText: (text) => all().filter((issue) => issue.title.includes(text) || (issue.body ?? '').includes(text)),
    countRequests: (method, path) =>
      requests.filter((request) => request.method === method && path.test(request.path)).length,
    reset() {
      world.state = emptyState();
      lagging.reset();
      faults.clear();
      deliveries.clear();
      github.webhooks.clear();
      graphql.reset();
      apps.reset();
      requests.length = 0;
      seed(world);
    },
  };
}

function log(requests: LoggedRequest[], request: SandboxRequest, at: Date): LoggedRequest {
  const logged = {
    method: request.method,
    path: request.path,
    query: request.query.toString(),
    status: 0,
    fault: null,
    at,
  };
  if (requests.length >= REQUESTS_KEPT_MAX) requests.splice(0, REQUESTS_KEPT_MAX / 2);
  requests.push(logged);
  return logged;
}

function seedFake(world: SandboxWorld): void {
  addUser(world, FAKE_BOT, { type: 'User' });
  addOrganization(world, 'acme', { [FAKE_DEVELOPER]: 'member' });
  addRepository(world, FAKE_REPOSITORY, { roles: { [FAKE_BOT]: 'push', [FAKE_DEVELOPER]: 'push' } });
  addToken(world, FAKE_TOKEN, { login: FAKE_BOT });
}

/** As its own process: prints one JSON line with its addresses, lives until SIGTERM or SIGINT. */
async function main(): Promise<void> {
  const { values } = parseArgs({ options: { port: { type: 'string' }, state: { type: 'string' } } });
  const fake = await startFakeGithub(null, { port: Number(values.port ?? 0), statePath: values.state ?? null });
  console.log(JSON.stringify({ url: fake.url, apiUrl: fake.apiUrl, token: fake.token, repository: fake.repository }));
  const stop = (): void => void fake.close().then(() => process.exit(0));
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
}

if (import.meta.main) await main();
