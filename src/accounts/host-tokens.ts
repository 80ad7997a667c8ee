import { decodeJwt, errors, jwtVerify } from 'jose';
import type { JWTPayload } from 'jose';

import { HttpProblem } from '../lib/problem.ts';
import { unseal } from '../lib/keyring.ts';
import type { AccountsCtx, Principal } from './accounts.model.ts';
import { CLOCK_TOLERANCE_SECONDS, hostUserOf } from './host-tokens.decide.ts';
import { selectSignersOf } from './token-signers.store.ts';
import type { TokenSignerRow } from './token-signers.store.ts';

/** Public-key signatures only: a key set must never be taken for a shared secret. */
const JWKS_ALGORITHMS = ['RS256', 'ES256', 'EdDSA', 'Ed25519'];

/**
 * The host app's user whom this token names. Throws a 401 with the reason: only what the signature proved to come from the host
 * app is explained in detail. The algorithm is the signer's, whatever the token's header says.
 */
export async function principalOfHostToken(ctx: AccountsCtx, token: string, ip: string): Promise<Principal> {
  const [signer] = await signersOf(ctx, token);
  if (signer === undefined) throw notAccepted();
  const claims = await verify(ctx, signer, token);
  const user = hostUserOf(claims, ctx.now());
  if (user.kind === 'refused') throw refused(user.reason);
  return {
    role: 'reporter',
    actor: `host:${signer.id}:${user.sub}`,
    name: user.name ?? user.email ?? user.sub,
    tenantId: signer.tenant_id,
    // the host app's own id, so that reports it files by API key are the same person's
    reporter: { kind: 'host', id: user.sub, email: user.email, name: user.name },
    ip,
  };
}

async function signersOf(ctx: AccountsCtx, token: string): Promise<TokenSignerRow[]> {
  const { iss, aud } = decoded(token);
  if (typeof iss !== 'string' || iss.includes('\u0000')) throw notAccepted();
  const audiences = [aud ?? []].flat().filter((one) => typeof one === 'string' && !one.includes('\u0000'));
  return selectSignersOf(ctx.sql, iss, audiences);
}

function decoded(token: string): JWTPayload {
  try {
    return decodeJwt(token);
  } catch {
    throw notAccepted();
  }
}

async function verify(ctx: AccountsCtx, signer: TokenSignerRow, token: string): Promise<JWTPayload> {
  const options = {
    issuer: signer.issuer,
    audience: signer.audience,
    requiredClaims: ['exp', 'sub'],
    currentDate: ctx.now(),
    clockTolerance: CLOCK_TOLERANCE_SECONDS,
  };
  try {
    if (signer.method === 'JWKS') {
      const keys = ctx.keySets.keysAt(signer.jwks_url ?? '');
      return (await jwtVerify(token, keys, { ...options, algorithms: JWKS_ALGORITHMS })).payload;
    }
    return (await jwtVerify(token, sharedSecret(ctx, signer), { ...options, algorithms: ['HS256'] })).payload;
  } catch (error) {
    throw explained(error);
  }
}

function sharedSecret(ctx: AccountsCtx, signer: TokenSignerRow): Uint8Array {
  const secret = unseal(ctx.keyring, signer.secret_encrypted ?? '');
  if (secret !== null) return new TextEncoder().encode(secret.reveal());
  ctx.log.error({ signer: signer.id }, 'a host app secret cannot be read: SECRET_KEY changed');
  throw new HttpProblem(503, 'Tokens of this app cannot be checked now. Tell an admin to enter its secret again.');
}

function explained(error: unknown): Error {
  if (error instanceof HttpProblem) return error;
  if (error instanceof errors.JWTExpired) return refused('The token is expired.');
  if (error instanceof errors.JWTClaimValidationFailed) return refused(`The claim \`${error.claim}\` is not right.`);
  if (error instanceof errors.JOSEError || error instanceof TypeError) return notAccepted();
  return error instanceof Error ? error : new Error('the token check threw no error', { cause: error });
}

function notAccepted(): HttpProblem {
  return refused('No trusted app has signed this token.');
}

function refused(reason: string): HttpProblem {
  return new HttpProblem(401, reason, { headers: { 'www-authenticate': 'Bearer error="invalid_token"' } });
}
