import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { Clock } from '../lib/clock.ts';
import { Secret } from '../lib/secret.ts';
import type { OutboundOutcome } from '../outbound/outbound.model.ts';
import { decideTokenFailure, usableUntil } from './github-credential.decide.ts';
import type { Headers } from './github-headers.decide.ts';
import { withoutTokens } from './github-redact.ts';
import type { GithubFailure } from './github.model.ts';

/** For all tries together: a write that waits for a token still has most of its own time. */
const TOKEN_TIMEOUT_MS = 10_000;
const TOKEN_TRIES_MAX = 3;
const TOKEN_RETRY_MS = 300;

/** Sends one request with this proof, once. */
export type SendSigned = (
  request: { method: 'POST'; path: string },
  proof: Secret,
  timeoutMs: number,
) => Promise<OutboundOutcome>;

/** What an installation of an App calls with, for an hour. */
export interface InstallationToken {
  token: Secret;
  /** When it came, by a clock that nobody sets. */
  cameAtMs: number;
  usableUntil: Date;
}

export type TokenAnswer = { ok: true; token: InstallationToken } | { ok: false; failure: GithubFailure };

interface Asking {
  installationId: number;
  sign: () => Promise<Secret>;
  send: SendSigned;
  /** True when GitHub's clock turned out to be another one than was thought. */
  learnSkew: (headers: Headers) => boolean;
  now: Clock;
}

/** Asks GitHub for a token of an installation. A token is all that comes of it, so unlike other POSTs it may be repeated. */
export async function askForToken(asking: Asking): Promise<TokenAnswer> {
  const deadline = performance.now() + TOKEN_TIMEOUT_MS;
  for (let tried = 1; ; tried += 1) {
    const { answer, again } = await askOnce(asking, Math.max(1, Math.round(deadline - performance.now())));
    const waitMs = TOKEN_RETRY_MS * 2 ** (tried - 1);
    if (!again || tried >= TOKEN_TRIES_MAX || performance.now() + waitMs >= deadline) return answer;
    await sleep(waitMs);
  }
}

async function askOnce(
  { installationId, sign, send, learnSkew, now }: Asking,
  timeoutMs: number,
): Promise<{ answer: TokenAnswer; again: boolean }> {
  const path = `/app/installations/${installationId}/access_tokens`;
  const jwt = await sign();
  const outcome = await send({ method: 'POST', path }, jwt, timeoutMs);
  const token = outcome.kind === 'answered' && outcome.status === 201 ? readToken(outcome, now()) : null;
  if (token !== null) return { answer: { ok: true, token }, again: false };
  const body = outcome.kind === 'answered' ? parseJson(withoutTokens(outcome.body, jwt.reveal())) : undefined;
  const failure = decideTokenFailure(outcome, body, installationId, now());
  const again =
    failure.kind === 'unavailable' ||
    failure.kind === 'unreachable' ||
    (outcome.kind === 'answered' && outcome.status === 401 && learnSkew(outcome.headers));
  return { answer: { ok: false, failure }, again };
}

const tokenSchema = z.object({ token: z.string().min(1), expires_at: z.coerce.date() });

function readToken({ headers, body }: { headers: Headers; body: string }, now: Date): InstallationToken | null {
  const parsed = tokenSchema.safeParse(parseJson(body));
  if (!parsed.success) return null;
  const { token, expires_at: expiresAt } = parsed.data;
  return { token: new Secret(token), cameAtMs: performance.now(), usableUntil: usableUntil(expiresAt, headers, now) };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
