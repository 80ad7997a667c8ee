import { createServer } from 'node:http';
import { parseArgs } from 'node:util';
import type { SandboxAnswer, SandboxRequest } from '../../src/sandbox/sandbox.model.ts';
import type { SandboxSentry } from '../../src/sandbox/sentry-server.ts';
import type { DeliveryScript } from './github-deliveries.ts';
import type { SentryActors } from './sentry-actors.ts';
import type { PageFaultKind, SentryFault, SentryFaultKind, SentryFaults } from './sentry-faults.ts';
import type { SentryWays } from './sentry-ways.ts';
import { isJsonObject } from '../../src/sandbox/sandbox-call.ts';
import { closeServer, listenOn } from '../../src/sandbox/sandbox-server.ts';
import { startSandboxSentry } from '../../src/sandbox/sentry-server.ts';
import { emptySentry } from '../../src/sandbox/sentry-state.ts';
import { deliveryScript } from './github-deliveries.ts';
import { sentryActorsIn } from './sentry-actors.ts';
import { answerSentryControl } from './sentry-control.ts';
import { isPageFault, sentryFaultList, strikeSentry } from './sentry-faults.ts';
import { FAKE_CLIENT_SECRET, FAKE_ORGANIZATION, FAKE_SENTRY_TOKEN, seedFakeSentry } from './sentry-finding.ts';
import { answerGlitchtip } from './sentry-glitchtip.ts';
import { strikePage } from './sentry-page-faults.ts';
import { answerInWays, TODAY } from './sentry-ways.ts';

const REQUESTS_KEPT_MAX = 200_000;

/** One API call as the fake saw it; the path is without prefix and query. */
export interface SentryRequest {
  method: string;
  path: string;
  query: string;
  /** Where it was sent to: the base or the region. */
  host: string;
  /** What the fake meant to answer; 0 when the socket died without an answer. */
  status: number;
  fault: SentryFaultKind | null;
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
  /** Sentry unless given. */
  product?: 'sentry' | 'glitchtip';
  /** The organization's data has an address of its own, as in a region of sentry.io. */
  region?: boolean;
  /** How it differs from today's Sentry: LONG_AGO, or parts of it. */
  ways?: Partial<SentryWays>;
}

/** The sandbox Sentry with a will of its own: it fails, lags and lets others act, as a test tells it to. */
export interface FakeSentry extends SandboxSentry, SentryActors {
  /** Of the internal integration, with every scope that the hub can use. */
  token: string;
  organization: string;
  clientSecret: string;
  /** Address of the region; null without one. */
  regionUrl: string | null;
  faults: SentryFaults;
  /** What happens to webhooks on their way. */
  deliveries: DeliveryScript;
  ways: SentryWays;
  requests: SentryRequest[];
  /** How many API calls of this method went to a matching path. */
  countRequests(method: string, path: RegExp): number;
  /** How many calls went where, ids and event ids taken together: `GET /organizations/acme/issues/` → 12. */
  requestCounts(): Record<string, number>;
  /** Resolves when every webhook was answered or given up. */
  deliveriesSettled(): Promise<void>;
  /** Back to the first day: no issues, no faults, no requests. */
  reset(): void;
}

interface Parts {
  options: FakeSentryOptions;
  faults: SentryFaults;
  ways: SentryWays;
  requests: SentryRequest[];
  now: () => Date;
  /** Null while it starts. */
  fake: FakeSentry | null;
}

/** Starts a fake on a free port of loopback; closed with the test when `t` is given. */
export async function startFakeSentry(
  t: { after(done: () => Promise<void>): void } | null = null,
  options: FakeSentryOptions = {},
): Promise<FakeSentry> {
  const now = options.now ?? (() => new Date());
  const deliveries = deliveryScript();
  const parts: Parts = {
    options,
    faults: sentryFaultList(),
    ways: { ...TODAY, ...options.ways },
    requests: [],
    now,
    fake: null,
  };
  const sentry = await startSandboxSentry({
    ...options,
    callsPerSecond: options.callsPerSecond ?? null,
    seed: seedFakeSentry,
    hooks: {
      now,
      around: (request, handle) => answer(parts, request, handle),
      planDelivery: ({ resource, action }) =>
        deliveries.plan({ event: resource, action, hookId: 0, redelivery: false }),
      extra: (request) => (parts.fake === null ? null : answerSentryControl(parts.fake, request)),
    },
  });
  const region = options.region === true ? createServer(sentry.listener) : null;
  const regionUrl = region === null ? null : await listenOn(region, {});
  const close = async (): Promise<void> => {
    if (region !== null) await closeServer(region);
    await sentry.close();
  };
  t?.after(close);
  parts.fake = { ...faceOf(sentry, parts), deliveries, regionUrl, close };
  return parts.fake;
}

function faceOf(
  sentry: SandboxSentry,
  { faults, ways, requests, now, options }: Parts,
): Omit<FakeSentry, 'deliveries' | 'regionUrl'> {
  const { world } = sentry;
  return {
    ...sentry,
    ...sentryActorsIn(world),
    token: FAKE_SENTRY_TOKEN,
    organization: FAKE_ORGANIZATION,
    clientSecret: FAKE_CLIENT_SECRET,
    faults,
    ways,
    requests,
    countRequests: (method, path) => requests.filter((one) => one.method === method && path.test(one.path)).length,
    requestCounts: () => countsOf(requests),
    deliveriesSettled: () => sentry.webhooks.settled(),
    reset() {
      world.state = emptySentry(FAKE_ORGANIZATION, now());
      requests.length = 0;
      faults.clear();
      Object.assign(ways, TODAY, options.ways);
      seedFakeSentry(world);
      world.touched();
    },
  };
}

async function answer(
  parts: Parts,
  request: SandboxRequest,
  handle: (changed?: SandboxRequest) => SandboxAnswer,
): Promise<SandboxAnswer | 'drop'> {
  const logged = log(parts, request);
  const fault = parts.faults.take({ ...request, path: logged.path });
  logged.fault = fault?.do ?? null;
  const work = (asked: SandboxRequest): SandboxAnswer => workIn(parts, asked, handle);
  const given = fault === null ? work(request) : await struck(parts, fault, { request, handle: work });
  logged.status = given === 'drop' ? 0 : given.status;
  return given;
}

function struck(
  { fake }: Parts,
  fault: SentryFault,
  asked: { request: SandboxRequest; handle: (request: SandboxRequest) => SandboxAnswer },
): Promise<SandboxAnswer | 'drop'> {
  const { do: kind } = fault;
  if (!isPageFault(kind)) return strikeSentry({ ...fault, do: kind }, () => asked.handle(asked.request));
  if (fake === null) throw new Error('the fake Sentry has not started');
  return Promise.resolve(strikePage(fake.world, { ...fault, do: kind satisfies PageFaultKind }, asked));
}

function workIn(
  { fake, options, ways }: Parts,
  request: SandboxRequest,
  handle: (changed: SandboxRequest) => SandboxAnswer,
): SandboxAnswer {
  if (fake === null) return handle(request);
  if (options.product === 'glitchtip') return answerGlitchtip(fake.world, fake.url, request);
  const given = answerInWays(fake.world, ways, { request, handle });
  const { body } = given;
  if (fake.regionUrl === null || !isJsonObject(body) || !isJsonObject(body['links'])) return given;
  return { ...given, body: { ...body, links: { ...body['links'], regionUrl: fake.regionUrl } } };
}

function log({ requests, now }: Parts, { method, path, query, headers }: SandboxRequest): SentryRequest {
  const entry: SentryRequest = {
    method,
    path: path.replace(/^\/api\/0/u, ''),
    query: query.toString(),
    host: headers.host ?? '',
    status: 0,
    fault: null,
    at: now(),
  };
  if (requests.length >= REQUESTS_KEPT_MAX) requests.splice(0, REQUESTS_KEPT_MAX / 2);
  requests.push(entry);
  return entry;
}

function countsOf(requests: readonly SentryRequest[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { method, path } of requests) {
    const kind = `${method} ${path.replaceAll(/\/(?:\d+|[\da-f]{32})(?=\/)/gu, '/{id}')}`;
    counts[kind] = (counts[kind] ?? 0) + 1;
  }
  return counts;
}

/** As its own process: prints one JSON line with its address, lives until SIGTERM or SIGINT. */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { port: { type: 'string' }, state: { type: 'string' }, product: { type: 'string' } },
  });
  const fake = await startFakeSentry(null, {
    port: Number(values.port ?? 0),
    statePath: values.state ?? null,
    product: values.product === 'glitchtip' ? 'glitchtip' : 'sentry',
  });
  console.log(JSON.stringify({ url: fake.url, token: fake.token, organization: fake.organization }));
  const stop = (): void => void fake.close().then(() => process.exit(0));
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
}

if (import.meta.main) await main();
