import type { RouteAnswer, RouteInput, RouteName } from '../../src/contract/routes.ts';
import { ApiError, problemWithoutAnswer } from './errors.ts';
import { ROUTE_TABLE } from './route-table.ts';

type Given<N extends RouteName, Key extends 'params' | 'body'> = undefined extends RouteInput<N>[Key]
  ? { [K in Key]?: RouteInput<N>[Key] }
  : { [K in Key]: RouteInput<N>[Key] };

/** What one call takes: path parameters and body where the contract asks for them; the rest is optional. */
export type RequestInput<N extends RouteName> = Given<N, 'params'> &
  Given<N, 'body'> & {
    query?: Partial<NonNullable<RouteInput<N>['query']>>;
    /** Seconds the hub may wait for GitHub before it answers. */
    waitSeconds?: number;
    idempotencyKey?: string;
    signal?: AbortSignal;
  };

interface LooseInput {
  params?: Record<string, string> | undefined;
  query?: Record<string, unknown>;
  body?: unknown;
  waitSeconds?: number;
  idempotencyKey?: string;
  signal?: AbortSignal;
}

/** Calls one route of the contract and gives its answer, typed. Throws `ApiError` with a sentence for every failure. */
export async function request<N extends RouteName>(name: N, input: RequestInput<N>): Promise<RouteAnswer<N>> {
  const [method, path] = ROUTE_TABLE[name];
  const loose: LooseInput = input;
  const response = await fetch(addressOf(path, loose), {
    method,
    headers: headersOf(loose),
    credentials: 'same-origin',
    body: loose.body === undefined ? null : JSON.stringify(loose.body),
    signal: loose.signal ?? null,
  }).catch((error: unknown) => {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new ApiError(problemWithoutAnswer(0));
  });
  if (!response.ok) throw await errorOf(response);
  // 204 and the typed answer: the contract says which route has which
  return (response.status === 204 ? undefined : await response.json()) as RouteAnswer<N>;
}

function addressOf(path: string, input: LooseInput): string {
  const filled = path.replaceAll(/:(\w+)/gu, (_whole, key: string) => encodeURIComponent(input.params?.[key] ?? ''));
  const query = new URLSearchParams();
  for (const [key, value] of Object.entries(input.query ?? {})) {
    if (value !== undefined && value !== null && value !== '') {
      query.set(key, typeof value === 'string' ? value : JSON.stringify(value));
    }
  }
  return `/api/v1${filled}${query.size > 0 ? `?${query.toString()}` : ''}`;
}

function headersOf(input: LooseInput): Record<string, string> {
  return {
    accept: 'application/json',
    ...(input.body === undefined ? {} : { 'content-type': 'application/json' }),
    ...(input.waitSeconds === undefined ? {} : { prefer: `wait=${input.waitSeconds}` }),
    ...(input.idempotencyKey === undefined ? {} : { 'idempotency-key': input.idempotencyKey }),
  };
}

async function errorOf(response: Response): Promise<ApiError> {
  const problem: unknown = await response.json().catch(() => null);
  if (isProblem(problem)) return new ApiError(problem);
  return new ApiError(problemWithoutAnswer(response.status));
}

function isProblem(value: unknown): value is ApiError['problem'] {
  return (
    typeof value === 'object' &&
    value !== null &&
    'detail' in value &&
    typeof value.detail === 'string' &&
    'status' in value
  );
}
