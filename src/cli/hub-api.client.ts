import { openOutbound } from '../outbound/outbound.ts';
import { Problem } from '../contract/common.ts';
import { ROUTES } from '../contract/routes.ts';
import type { OutboundOutcome } from '../outbound/outbound.model.ts';
import type { RouteAnswer, RouteInput, RouteName } from '../contract/routes.ts';
import type { Secret } from '../lib/secret.ts';

/** A running hub and who asks there. */
export interface HubAccess {
  /** Without a trailing slash. */
  url: string;
  apiKey: Secret;
  /** Slug; for a system admin's key. */
  tenant?: string | undefined;
}

/**
 * What a call to the hub came to. `not_sent`: it did not arrive. `no_answer`: it may have arrived. `refused`: the hub says no,
 * and why. `failed`: the hub, or what stands in front of it, is in trouble, or it is no hub.
 */
export type HubOutcome<T> =
  | { kind: 'done'; value: T }
  | { kind: 'not_sent' | 'no_answer' | 'refused' | 'failed'; message: string };

type Input<N extends RouteName> = { [Key in keyof RouteInput<N>]?: RouteInput<N>[Key] };

const ANSWER_BYTES_MAX = 20 * 1024 * 1024;
/** Above the longest that the hub itself waits (30 s), so that it is the hub that says what became of it. */
const TIMEOUT_MS = 45_000;
const HEALTHZ_TIMEOUT_MS = 5000;

/** Calls one route of the HTTP API. Nothing is sent twice. */
export async function callHub<N extends RouteName>(
  hub: HubAccess,
  name: N,
  input: Input<N>,
): Promise<HubOutcome<RouteAnswer<N>>> {
  const route = ROUTES[name];
  const body = input.body === undefined ? null : JSON.stringify(input.body);
  const outcome = await send({
    method: route.method,
    url: `${hub.url}/api/v1${pathOf(route.path, input.params)}${queryOf(input.query)}`,
    headers: {
      accept: 'application/json',
      authorization: `Bearer ${hub.apiKey.reveal()}`,
      ...(hub.tenant === undefined ? {} : { 'x-tenant': hub.tenant }),
      ...(body === null ? {} : { 'content-type': 'application/json' }),
      ...textsOf(input.headers),
    },
    ...(body === null ? {} : { body }),
    timeoutMs: TIMEOUT_MS,
  });
  if (outcome.kind !== 'answered') return notReached(hub.url, outcome);
  if (outcome.status >= 400) return refusalOf(hub.url, outcome);
  const answer = 'answer' in route ? route.answer.safeParse(jsonOf(outcome.body)) : { success: true, data: undefined };
  // The schema is the route's own, so what it let through is that route's answer.
  return answer.success ? { kind: 'done', value: answer.data as RouteAnswer<N> } : noHub(hub.url);
}

/** Whether a hub is alive at an address; else why not, in a sentence. */
export async function pingHub(url: string): Promise<{ ok: true } | { ok: false; message: string }> {
  const outcome = await send({ method: 'GET', url: `${url}/healthz`, headers: {}, timeoutMs: HEALTHZ_TIMEOUT_MS });
  if (outcome.kind !== 'answered') return { ok: false, message: outcome.message };
  const answer = jsonOf(outcome.body);
  const isHub = typeof answer === 'object' && answer !== null && 'status' in answer && answer.status === 'up';
  return isHub ? { ok: true } : { ok: false, message: `What answers there is not a hub (status ${outcome.status}).` };
}

interface Sent {
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  url: string;
  headers: Record<string, string>;
  body?: string;
  timeoutMs: number;
}

async function send(request: Sent): Promise<OutboundOutcome> {
  const outbound = openOutbound(process.env);
  // the address comes from the operator
  return outbound
    .send({ ...request, bodyBytesMax: ANSWER_BYTES_MAX, addresses: 'any' })
    .finally(() => outbound.close());
}

function notReached(
  url: string,
  outcome: Exclude<OutboundOutcome, { kind: 'answered' }>,
): { kind: 'not_sent' | 'no_answer'; message: string } {
  return outcome.kind === 'not_sent'
    ? {
        kind: 'not_sent',
        message: `No hub answers at ${url}. ${outcome.message} Start it with "throughline serve", or give its address with PUBLIC_URL or --url.`,
      }
    : { kind: 'no_answer', message: `The hub at ${url} was asked, but its answer did not come. ${outcome.message}` };
}

function refusalOf(
  url: string,
  answer: { status: number; body: string },
): { kind: 'refused' | 'failed'; message: string } {
  const problem = Problem.safeParse(jsonOf(answer.body));
  if (!problem.success) return noHub(url);
  const fields = (problem.data.errors ?? [])
    .filter(({ message }) => !problem.data.detail.includes(message))
    .map(({ field, message }) => ` ${field}: ${message}`);
  const trouble = answer.status >= 500 || answer.status === 429;
  return { kind: trouble ? 'failed' : 'refused', message: `${problem.data.detail}${fields.join('')}` };
}

function noHub(url: string): { kind: 'failed'; message: string } {
  return {
    kind: 'failed',
    message: `What answers at ${url} is not a hub of this version. Check PUBLIC_URL or --url, and what stands in front of the hub.`,
  };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function pathOf(path: string, params: unknown): string {
  const values = textsOf(params);
  return path.replaceAll(/:(\w+)/gu, (_, name: string) => encodeURIComponent(values[name] ?? ''));
}

function queryOf(query: unknown): string {
  const text = new URLSearchParams(textsOf(query)).toString();
  return text === '' ? '' : `?${text}`;
}

/** What is set, as text. */
function textsOf(values: unknown): Record<string, string> {
  const set = Object.entries(values ?? {}).filter(([, value]) => value !== undefined);
  return Object.fromEntries(set.map(([name, value]) => [name, String(value)]));
}
