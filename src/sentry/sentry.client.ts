import { setTimeout as sleep } from 'node:timers/promises';
import packageJson from '../../package.json' with { type: 'json' };
import { after, type Clock } from '../lib/clock.ts';
import type { Log } from '../lib/log.ts';
import type { Outbound, OutboundOutcome, OutboundReason } from '../outbound/outbound.model.ts';
import { type Call, decideFailure, decideNotSentry, decideUnanswered } from './sentry-failure.decide.ts';
import type { Headers } from './sentry-headers.decide.ts';
import type { Operation } from './sentry-operations.decide.ts';
import { WAIT_MS_MAX } from './sentry-pace.decide.ts';
import { type Governor, governorFor } from './sentry-pace.ts';
import { withoutTokens } from './sentry-redact.ts';
import { wordsOf } from './sentry-words.decide.ts';
import type { SentryAccess, SentryFailure, SentryResult } from './sentry.model.ts';

/** A search over many events takes its time. */
const TIMEOUT_MS = 30_000;
/** An event with all its frames, variables and breadcrumbs; a page of 100 issues is far smaller. */
const ANSWER_BYTES_MAX = 16 * 1024 * 1024;
const READ_TRIES_MAX = 3;
const READ_RETRY_MS = 300;

export interface ApiRequest {
  operation: Operation;
  method: 'GET' | 'PUT' | 'POST';
  url: string;
  body?: object;
}

/** An answer of 2xx. `body` is the parsed JSON, undefined when a write was answered with nothing. */
export interface ApiAnswer {
  headers: Headers;
  body: unknown;
}

/** Sentry's HTTP as such: token, pace, repeats and failures, but not what an issue is. */
export interface SentryApi {
  call(request: ApiRequest): Promise<SentryResult<ApiAnswer>>;
  budget: Governor['budget'];
}

interface Session {
  access: SentryAccess;
  /** What the token may, where it is known by now. */
  scopes: () => readonly string[] | null;
  governor: Governor;
  outbound: Outbound;
  log: Log;
  now: Clock;
}

/** Speaks to one Sentry with one token. */
export function sentryApi(
  access: SentryAccess,
  {
    callsPerSecond,
    ...deps
  }: {
    outbound: Outbound;
    log: Log;
    now: Clock;
    scopes: () => readonly string[] | null;
    callsPerSecond: number | undefined;
  },
): SentryApi {
  const session: Session = { access, governor: governorFor(access, callsPerSecond), ...deps };
  return {
    call: (request) => callPatiently(session, request),
    budget: () => session.governor.budget(),
  };
}

/** Troubles that may be over in a second. Time-outs are not among them: the caller has waited long enough. */
const PASSING_REASONS = new Set<OutboundReason>(['dns', 'refused', 'reset', 'network']);

/** Each try is a turn of its own, so the wait that a rate limit asks for is kept by the governor. */
async function callPatiently(session: Session, request: ApiRequest): Promise<SentryResult<ApiAnswer>> {
  let requests = 0;
  for (let tried = 1; ; tried += 1) {
    const kind = request.method === 'GET' ? 'read' : 'write';
    const turn = await session.governor.run(kind, () => exchange(session, request));
    if ('waitMs' in turn) return { ...stayAway(session, turn.waitMs), requests };
    const { result, outcome } = turn.done;
    requests += result.requests;
    if (result.ok || !mayRepeat(request, outcome, result.failure, tried)) return { ...result, requests };
    if (result.failure.kind !== 'rate_limited') await sleep(READ_RETRY_MS * 2 ** (tried - 1) * (0.5 + Math.random()));
  }
}

/** A read may be asked again; setting a state once more when nothing of it had left; anything else never. */
function mayRepeat(request: ApiRequest, outcome: OutboundOutcome, failure: SentryFailure, tried: number): boolean {
  const passing = outcome.kind === 'answered' ? outcome.status >= 500 : PASSING_REASONS.has(outcome.reason);
  if (request.method === 'GET') return tried < READ_TRIES_MAX && (passing || failure.kind === 'rate_limited');
  return request.method === 'PUT' && outcome.kind === 'not_sent' && passing && tried === 1;
}

function stayAway({ now }: Session, waitMs: number): { ok: false; failure: SentryFailure } {
  const message = 'Sentry asked for a longer pause. Throughline goes on by itself.';
  return { ok: false, failure: { kind: 'rate_limited', retryAt: after(now(), waitMs), message, status: null } };
}

async function exchange(
  session: Session,
  request: ApiRequest,
): Promise<{ result: SentryResult<ApiAnswer>; outcome: OutboundOutcome }> {
  const outcome = await send(session, request);
  const requests = outcome.kind === 'not_sent' ? 0 : 1;
  const { method, operation } = request;
  if (outcome.kind !== 'answered') {
    const failure = decideUnanswered(outcome, method !== 'GET');
    session.log.debug({ method, operation, reason: outcome.reason, kind: failure.kind }, 'sentry gave no answer');
    return { result: { ok: false, failure, requests }, outcome };
  }
  const result = settle(session, request, outcome);
  const kind = result.ok ? 'ok' : result.failure.kind;
  session.log.debug({ method, operation, status: outcome.status, kind }, 'sentry answered');
  return { result: { ...result, requests }, outcome };
}

function send({ access, outbound }: Session, { operation, method, url, body }: ApiRequest): Promise<OutboundOutcome> {
  const headers: Headers = {
    accept: 'application/json',
    'user-agent': `throughline/${packageJson.version}`,
    // Told to anybody, so the token stays at home.
    ...(operation !== 'identify' && { authorization: `Bearer ${access.token.reveal().trim()}` }),
    ...(body !== undefined && { 'content-type': 'application/json; charset=utf-8' }),
  };
  const { addresses, ca, insecureTls } = access;
  return outbound.send({
    method,
    url,
    headers,
    ...(body !== undefined && { body: JSON.stringify(body) }),
    timeoutMs: TIMEOUT_MS,
    bodyBytesMax: ANSWER_BYTES_MAX,
    addresses,
    trust: { ca, insecureTls },
  });
}

type Answered = Extract<OutboundOutcome, { kind: 'answered' }>;

function settle(session: Session, request: ApiRequest, outcome: Answered): SettledResult {
  const { governor, now } = session;
  const { status, headers, body: text } = cleaned(session, outcome);
  const body = parseJson(text);
  const wall = now();
  const heard = { status, headers, text: wordsOf(body).text, wall, random: Math.random() };
  const waitMs = governor.learn(heard);
  if (waitMs > WAIT_MS_MAX) session.log.warn({ status, waitMs, budget: governor.budget() }, 'sentry asks to wait');
  const call = callOf(session, request);
  const done = status >= 200 && status < 300;
  if (!done) return { ok: false, failure: decideFailure({ ...call, status, headers, body, now: wall, waitMs }) };
  // Taken for later, or nothing to say: only of a write, and only by a status that means it.
  const wordless = call.write && (status === 202 || status === 204);
  if (body !== undefined || wordless) return { ok: true, value: { headers, body } };
  return { ok: false, failure: decideNotSentry({ ...call, status, headers, now: wall, waitMs }) };
}

type SettledResult = { ok: true; value: ApiAnswer } | { ok: false; failure: SentryFailure };

function callOf({ access, scopes }: Session, { operation, method, url }: ApiRequest): Call {
  return {
    operation,
    write: method !== 'GET',
    host: new URL(url).host,
    organization: access.organization,
    scopes: scopes(),
    uploadToken: access.token.reveal().trim().startsWith('sntrys_'),
  };
}

/** A refusal without anything secret, also where a server in between echoes what it was sent. A success is left as it is. */
function cleaned({ access }: Session, outcome: Answered): Answered {
  if (outcome.status < 300) return outcome;
  const clean = (text: string) => withoutTokens(text, access.token.reveal().trim());
  const headers = Object.fromEntries(Object.entries(outcome.headers).map(([name, value]) => [name, clean(value)]));
  return { ...outcome, headers, body: clean(outcome.body) };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
