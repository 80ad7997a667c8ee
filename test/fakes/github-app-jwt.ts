import { verify } from 'node:crypto';
import type { SandboxAnswer } from '../../src/sandbox/sandbox.model.ts';
import type { App } from './github-app-state.ts';
import { refusal } from '../../src/sandbox/sandbox-answers.ts';
import { isJsonObject } from '../../src/sandbox/sandbox-call.ts';

const LIFE_SECONDS_MAX = 600;
const UNREADABLE = 'A JSON web token could not be decoded';

/** The app that signed the JWT, or the refusal in GitHub's words. `nowMs` is GitHub's clock. */
export function appOfJwt(
  apps: readonly App[],
  authorization: string | undefined,
  nowMs: number,
): { app: App } | { refused: SandboxAnswer } {
  const jwt = /^bearer (?<jwt>\S+)$/iu.exec(authorization ?? '')?.groups?.['jwt'] ?? '';
  const [header = '', payload = '', signature = ''] = jwt.split('.');
  const claims = decoded(payload);
  if (claims === null || decoded(header)?.['alg'] !== 'RS256') return { refused: refusal(401, UNREADABLE) };
  if (claims['iss'] === undefined) return { refused: refusal(401, "'Issuer' claim ('iss') must be an Integer") };
  const app = apps.find(({ id, clientId }) => String(claims['iss']) === String(id) || claims['iss'] === clientId);
  if (app === undefined) return { refused: refusal(404, 'Integration not found') };
  const isGenuine = verify(
    'RSA-SHA256',
    Buffer.from(`${header}.${payload}`),
    app.publicKey,
    Buffer.from(signature, 'base64url'),
  );
  if (!isGenuine) return { refused: refusal(401, UNREADABLE) };
  const wrong = wrongTime(claims, nowMs / 1000);
  return wrong === null ? { app } : { refused: refusal(401, wrong) };
}

function wrongTime({ iat, exp }: Record<string, unknown>, now: number): string | null {
  if (typeof iat !== 'number' || iat > now) {
    return "'Issued at' claim ('iat') must be an Integer representing the time that the assertion was issued";
  }
  if (exp === undefined) return "Missing 'expiration time' claim ('exp') in assertion";
  if (typeof exp !== 'number' || exp <= now) {
    return "'Expiration time' claim ('exp') must be a numeric value representing the future time at which the assertion expires";
  }
  if (exp > now + LIFE_SECONDS_MAX) return "'Expiration time' claim ('exp') is too far in the future";
  return null;
}

function decoded(part: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
    return isJsonObject(value) ? value : null;
  } catch {
    return null;
  }
}
