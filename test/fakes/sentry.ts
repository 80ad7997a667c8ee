import { parseArgs } from 'node:util';
import type { SandboxAnswer } from '../../src/sandbox/sandbox.model.ts';
import type { SandboxSentry } from '../../src/sandbox/sentry-server.ts';
import type { SandboxSentryWorld } from '../../src/sandbox/sentry-world.model.ts';
import type { SentryActors } from './sentry-actors.ts';
import { startSandboxSentry } from '../../src/sandbox/sentry-server.ts';
import { addApp, addPerson, addProject, addSentryToken, addTeam, emptySentry } from '../../src/sandbox/sentry-state.ts';
import { sentryActorsIn } from './sentry-actors.ts';
import {
  BUILD_TOKEN,
  FAKE_APP,
  FAKE_CLIENT_SECRET,
  FAKE_INSTALLATION,
  FAKE_ORGANIZATION,
  FAKE_SENTRY_TOKEN,
  PERSONAL_TOKEN,
  READ_ONLY_TOKEN,
} from './sentry-finding.ts';

const REQUESTS_KEPT_MAX = 200_000;

/** One API call as the fake saw it; the path is without prefix and query. */
export interface SentryRequest {
  method: string;
  path: string;
  query: string;
  /** What the fake meant to answer; 0 when the socket died without an answer. */
  status: number;
  at: Date;
}

export interface FakeSentryOptions {
  port?: number;
  statePath?: string | null;
  now?: () => Date;
  /** As behind a reverse proxy, with a slash in front. */
  prefix?: string;
  /** Calls per second of one token to one kind of path; null (unless given): no limits and no headers. */
  callsPerSecond?: number | null;
}

/** The sandbox Sentry with a will of its own: it fails, lags and lets others act, as a test tells it to. */
export interface FakeSentry extends SandboxSentry, SentryActors {
  /** Of the internal integration, with every scope that the hub can use. */
  token: string;
  organization: string;
  clientSecret: string;
  requests: SentryRequest[];
  /** How many API calls of this method went to a matching path. */
  countRequests(method: string, path: RegExp): number;
  /** Resolves when every webhook was answered or given up. */
  deliveriesSettled(): Promise<void>;
  /** Back to the first day: no issues, no requests. */
  reset(): void;
}

/** Starts a fake on a free port of loopback; closed with the test when `t` is given. */
export async function startFakeSentry(
  t: { after(done: () => Promise<void>): void } | null = null,
  options: FakeSentryOptions = {},
): Promise<FakeSentry> {
  const now = options.now ?? (() => new Date());
  const requests: SentryRequest[] = [];
  const sentry = await startSandboxSentry({
    ...options,
    callsPerSecond: options.callsPerSecond ?? null,
    seed: seedFakeSentry,
    hooks: {
      now,
      around: (request, handle): Promise<SandboxAnswer | 'drop'> => {
        const { method, path, query } = request;
        const answer = handle();
        if (requests.length >= REQUESTS_KEPT_MAX) requests.splice(0, REQUESTS_KEPT_MAX / 2);
        requests.push({ method, path, query: query.toString(), status: answer.status, at: now() });
        return Promise.resolve(answer);
      },
    },
  });
  t?.after(() => sentry.close());
  const { world } = sentry;
  return {
    ...sentry,
    ...sentryActorsIn(world),
    token: FAKE_SENTRY_TOKEN,
    organization: FAKE_ORGANIZATION,
    clientSecret: FAKE_CLIENT_SECRET,
    requests,
    countRequests: (method, path) => requests.filter((one) => one.method === method && path.test(one.path)).length,
    deliveriesSettled: () => sentry.webhooks.settled(),
    reset() {
      world.state = emptySentry(FAKE_ORGANIZATION, now());
      requests.length = 0;
      seedFakeSentry(world);
      world.touched();
    },
  };
}

const EVERYTHING = ['event:read', 'event:write', 'event:admin', 'org:read', 'project:read'];

function seedFakeSentry(world: SandboxSentryWorld): void {
  const li = addPerson(world, 'Li Wei', 'li.wei@acme.example');
  const kim = addPerson(world, 'Kim Berg', 'kim.berg@acme.example');
  const team = addTeam(world, 'checkout', [li, kim]);
  const releases = ['1.0.0', '1.1.0'];
  addProject(world, { slug: 'shop-web', name: 'Shop Web', platform: 'javascript-react', teams: [team], releases });
  addProject(world, { slug: 'api', name: 'API', platform: 'python-django', teams: [team] });
  addApp(world, {
    slug: 'throughline',
    name: 'Throughline',
    uuid: FAKE_APP,
    installation: FAKE_INSTALLATION,
    clientSecret: FAKE_CLIENT_SECRET,
  });
  addSentryToken(world, FAKE_SENTRY_TOKEN, { kind: 'integration', appId: FAKE_APP, scopes: EVERYTHING });
  addSentryToken(world, PERSONAL_TOKEN, { personId: li.id, scopes: EVERYTHING });
  addSentryToken(world, READ_ONLY_TOKEN, { personId: kim.id, scopes: ['event:read', 'org:read', 'project:read'] });
  addSentryToken(world, BUILD_TOKEN, { kind: 'organization', scopes: ['org:ci'] });
}

/** As its own process: prints one JSON line with its address, lives until SIGTERM or SIGINT. */
async function main(): Promise<void> {
  const { values } = parseArgs({ options: { port: { type: 'string' }, state: { type: 'string' } } });
  const fake = await startFakeSentry(null, { port: Number(values.port ?? 0), statePath: values.state ?? null });
  console.log(JSON.stringify({ url: fake.url, token: fake.token, organization: fake.organization }));
  const stop = (): void => void fake.close().then(() => process.exit(0));
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
}

if (import.meta.main) await main();
