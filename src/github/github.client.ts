import { setTimeout as sleep } from 'node:timers/promises';
import packageJson from '../../package.json' with { type: 'json' };
import type { Clock } from '../lib/clock.ts';
import type { Log } from '../lib/log.ts';
import type { Secret } from '../lib/secret.ts';
import type { Outbound, OutboundOutcome, OutboundReason } from '../outbound/outbound.model.ts';
import type { SharedBudgets } from './github-budget.model.ts';
import { type Governor, governorFor, type Waiting } from './github-budget.ts';
import type { CreationLimits } from './github-budget.decide.ts';
import { proverFor, type Prover } from './github-credential.ts';
import type { SendSigned } from './github-credential-token.ts';
import { decideFailure, decideUnanswered, decideUnreadable } from './github-failure.decide.ts';
import { decideQueryLimit } from './github-graphql.decide.ts';
import type { Headers } from './github-headers.decide.ts';
import { withoutTokens } from './github-redact.ts';
import type { GithubAccess, GithubBudget, GithubFailure, GithubResult } from './github.model.ts';

const READ_TIMEOUT_MS = 15_000;
/** For a whole write, redirects included, so that a caller knows how long its lease must last. */
const WRITE_TIMEOUT_MS = 30_000;
/** A page of 100 issues of 64 KB each, with room to spare (facts 8.15). */
const ANSWER_BYTES_MAX = 16 * 1024 * 1024;
/** A delivery with a payload of 25 MB, which GitHub sends as JSON inside of JSON, and what the receiver answered. */
const LARGE_ANSWER_BYTES_MAX = 32 * 1024 * 1024;
const LARGE_READ_TIMEOUT_MS = 60_000;
const READ_TRIES_MAX = 3;
const READ_RETRY_MS = 300;
const REDIRECTS_MAX = 3;
/** Tries with another proof after a 401: one for a token that ended early, the rest while GitHub's copies learn the new one. */
const PROOFS_MAX = 3;
const READ_REDIRECTS = new Set([301, 302, 307, 308]);
/** After 301 and 302 GitHub has not done the write, but a client that follows would send a GET instead. */
const WRITE_REDIRECTS = new Set([307, 308]);

export interface ApiRequest {
  method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';
  /** Below the base URL, as /user; or an absolute URL of the same GitHub. */
  path: string;
  body?: object;
  etag?: string | null;
  /** A GraphQL query: a POST that changes nothing. */
  query?: boolean;
  /** A GraphQL mutation: a write that GitHub may refuse with status 200. */
  mutation?: boolean;
  /** Work that nobody waits for lets the rest go first; live unless given. */
  priority?: 'live' | 'backfill' | undefined;
  /** The answer may be as large as a webhook's payload, and take a minute. */
  large?: boolean;
  /** Asked as the GitHub App itself, not as its installation. */
  asApp?: boolean;
  /** Counts against the budget for new issues. */
  creates?: boolean;
}

/** An answer of 2xx, or 304 to a request with an etag. `body` is the parsed JSON, undefined when there was none. */
export interface ApiAnswer {
  status: number;
  headers: Headers;
  body: unknown;
}

/** GitHub's REST API as such: knows headers, limits, redirects and failures, but not what an issue is. */
export interface GithubApi {
  call(request: ApiRequest): Promise<GithubResult<ApiAnswer>>;
  budgets(): GithubBudget[];
  waiting(): Waiting;
}

interface Session {
  access: GithubAccess;
  creation: CreationLimits;
  governor: Governor;
  prover: Prover;
  outbound: Outbound;
  log: Log;
  now: Clock;
}

/** Speaks to one GitHub with one credential. */
export function githubApi(
  access: GithubAccess,
  creation: CreationLimits,
  deps: { outbound: Outbound; log: Log; now: Clock; budgets?: SharedBudgets },
): GithubApi {
  const governor = governorFor(credentialName(access), deps.budgets ?? null);
  const sendSigned: SendSigned = (request, proof, timeoutMs) =>
    sendTo({ access, outbound: deps.outbound }, request, { url: access.baseUrl + request.path, proof, timeoutMs });
  const prover = proverFor(access, sendSigned, deps.now);
  const session: Session = { access, creation, governor, prover, ...deps };
  return {
    call: (request) => {
      if (!isWrite(request)) return readPatiently(session, request);
      const write = () => exchange(session, request);
      return request.creates === true
        ? governor.create(deps.now, creation, write)
        : governor.write(deps.now, creation, write);
    },
    budgets: () => governor.budgets(creation, deps.now()),
    waiting: () => governor.waiting(),
  };
}

/** How the budgets of a credential are named among all processes. */
export function credentialName({ baseUrl, credential }: Pick<GithubAccess, 'baseUrl' | 'credential'>): string {
  return `${baseUrl} ${credential.key}`;
}

/** The budget of GitHub's that a call is counted in, as far as it is known before the answer. What an App asks itself is no installation's. */
function resourceOf({ path, query, mutation, asApp }: ApiRequest): string {
  if (asApp === true) return 'app';
  if (query === true || mutation === true) return 'graphql';
  return path.startsWith('/search/') ? 'search' : 'core';
}

/** Troubles that may be over in a second. Time-outs are not among them: the caller has waited long enough. */
const PASSING_REASONS = new Set<OutboundReason>(['dns', 'refused', 'reset', 'network']);

/** GitHub stumbles for a moment now and then; a read may simply be asked again. Each try is a turn of its own in the budget. */
async function readPatiently(session: Session, request: ApiRequest): Promise<GithubResult<ApiAnswer>> {
  let requests = 0;
  for (let tried = 1; ; tried += 1) {
    let passing = false;
    const turn = { resource: resourceOf(request), priority: request.priority ?? 'live' };
    const result = await session.governor.read(session.now, turn, () =>
      exchange(session, request, (outcome) => {
        passing =
          outcome.kind === 'answered' ? isPassing(request, outcome.status) : PASSING_REASONS.has(outcome.reason);
      }),
    );
    requests += result.requests;
    if (!passing || tried >= READ_TRIES_MAX) return { ...result, requests };
    await sleep(READ_RETRY_MS * 2 ** (tried - 1) * (0.5 + Math.random()));
  }
}

// A query that takes too long would take as long again, and GitHub charges for it: its asker makes it smaller.
function isPassing(request: ApiRequest, status: number): boolean {
  return status >= 500 && !(request.query === true && (status === 502 || status === 504));
}

/** Whether it can change anything on GitHub, so that it is never sent twice. */
function isWrite({ method, query }: ApiRequest): boolean {
  return method !== 'GET' && query !== true;
}

/** One call, said again where GitHub refuses an App's token that another one can replace: a 401 did nothing. */
async function exchange(
  session: Session,
  request: ApiRequest,
  onLast: (outcome: OutboundOutcome) => void = () => undefined,
): Promise<GithubResult<ApiAnswer>> {
  const readTimeoutMs = request.large === true ? LARGE_READ_TIMEOUT_MS : READ_TIMEOUT_MS;
  const deadline = performance.now() + (isWrite(request) ? WRITE_TIMEOUT_MS : readTimeoutMs);
  const asApp = request.asApp === true;
  let requests = 0;
  for (let proofs = 1; ; proofs += 1) {
    const proof = await session.prover.proof(asApp);
    if (!proof.ok) return { ok: false, failure: proof.failure, requests };
    const last = await follow(session, request, proof.token, deadline);
    requests += last.requests;
    const { outcome } = last;
    const refused = outcome.kind === 'answered' && outcome.status === 401 && proofs < PROOFS_MAX;
    if (refused && (await session.prover.refused(asApp, proof.token, outcome.headers))) continue;
    onLast(outcome);
    return settle(session, request, { outcome, proof: proof.token, requests });
  }
}

/** The redirects a call may follow. A write is sent to a second address only when the first has said that it did nothing. */
async function follow(
  session: Session,
  request: ApiRequest,
  proof: Secret,
  deadline: number,
): Promise<{ outcome: OutboundOutcome; requests: number }> {
  const redirects = request.method === 'GET' ? READ_REDIRECTS : WRITE_REDIRECTS;
  let url = request.path.startsWith('/') ? session.access.baseUrl + request.path : request.path;
  let requests = 0;
  for (let followed = 0; ; followed += 1) {
    const timeoutMs = Math.max(1, Math.round(deadline - performance.now()));
    const outcome = await sendTo(session, request, { url, proof, timeoutMs });
    requests += outcome.kind === 'not_sent' ? 0 : 1;
    const target = followed < REDIRECTS_MAX ? redirectTarget(outcome, url, redirects) : null;
    if (target === null) return { outcome, requests };
    url = target;
  }
}

function sendTo(
  { access, outbound }: Pick<Session, 'access' | 'outbound'>,
  request: ApiRequest,
  { url, proof, timeoutMs }: { url: string; proof: Secret; timeoutMs: number },
): Promise<OutboundOutcome> {
  const headers: Headers = {
    authorization: `Bearer ${proof.reveal()}`,
    accept: 'application/vnd.github+json',
    'x-github-api-version': access.apiVersion,
    'user-agent': `throughline/${packageJson.version}`,
    ...(request.body !== undefined && { 'content-type': 'application/json; charset=utf-8' }),
    ...(typeof request.etag === 'string' && { 'if-none-match': request.etag }),
  };
  return outbound.send({
    method: request.method,
    url,
    headers,
    ...(request.body !== undefined && { body: JSON.stringify(request.body) }),
    timeoutMs,
    bodyBytesMax: request.large === true ? LARGE_ANSWER_BYTES_MAX : ANSWER_BYTES_MAX,
    addresses: access.addresses,
  });
}

/** Where to go on; null when this answer is the last. Never another origin: the token would travel along. */
function redirectTarget(outcome: OutboundOutcome, url: string, redirects: ReadonlySet<number>): string | null {
  if (outcome.kind !== 'answered' || !redirects.has(outcome.status)) return null;
  const target = URL.parse(outcome.headers['location'] ?? '', url);
  const given = outcome.headers['location'] !== undefined;
  return given && target !== null && target.origin === new URL(url).origin ? target.href : null;
}

function settle(
  session: Session,
  request: ApiRequest,
  { outcome, proof, requests }: { outcome: OutboundOutcome; proof: Secret; requests: number },
): GithubResult<ApiAnswer> {
  const { log, governor, now } = session;
  if (outcome.kind !== 'answered') {
    const failure = decideUnanswered(outcome, isWrite(request));
    log.debug({ method: request.method, reason: outcome.reason, kind: failure.kind }, 'github gave no answer');
    return { ok: false, failure, requests };
  }
  const { status, headers, body: text } = cleaned(proof, outcome);
  const requestId = headers['x-github-request-id'] ?? null;
  const body = parseJson(text);
  const failure = failureOf(session, request, { status, headers, body });
  const resource = resourceOf(request);
  if (governor.learn({ headers, failure, resource }, now())) {
    log.warn({ status, requestId, budgets: governor.budgets(session.creation, now()) }, 'github asks to wait');
  }
  log.debug({ method: request.method, status, requestId, kind: failure?.kind ?? 'ok' }, 'github answered');
  if (failure !== null) return { ok: false, failure, requests };
  return { ok: true, value: { status, headers, body }, status, requestId, requests };
}

function failureOf(session: Session, request: ApiRequest, answer: ApiAnswer): GithubFailure | null {
  const failure = meaningOf(session, request, answer);
  return failure === null || session.access.credential.kind === 'token' ? failure : { ...failure, app: true };
}

function meaningOf({ governor, now }: Session, request: ApiRequest, answer: ApiAnswer): GithubFailure | null {
  const write = isWrite(request);
  const { status, headers, body } = answer;
  if (status === 304 && typeof request.etag === 'string') return null;
  if (status === 204) return null;
  const refused = { write, status, headers, body, now: now(), secondaryRepeats: governor.secondaryRepeats() };
  if (status >= 200 && status < 300) {
    if (body === undefined) return decideUnreadable(write, status, headers);
    return request.query === true || request.mutation === true ? decideQueryLimit(refused) : null;
  }
  return decideFailure(refused);
}

/**
 * A refusal without anything secret, also where a server between us and GitHub echoes what it was sent. Done before anything is
 * read or cut from it. A success is left as it is: its text is somebody's issue.
 */
function cleaned<T extends { status: number; headers: Headers; body: string }>(proof: Secret, outcome: T): T {
  if (outcome.status < 300) return outcome;
  const clean = (text: string) => withoutTokens(text, proof.reveal());
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
