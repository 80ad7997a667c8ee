import { hkdfSync } from 'node:crypto';

import { deriveFernetKey, fernetDecrypt, fernetEncrypt } from './fernet.ts';
import { Secret } from './secret.ts';
import type { FernetKey } from './fernet.ts';

/** Everything derived from `SECRET_KEY`. Several keys may be given: the first writes, all read, so a rotation needs no downtime. */
export interface Keyring {
  fernet: readonly FernetKey[];
  marker: readonly Buffer[];
}

/** Derives the purposes' keys; `secretKeys` must not be empty. */
export function deriveKeyring(secretKeys: readonly Secret[]): Keyring {
  if (secretKeys.length === 0) throw new Error('SECRET_KEY is empty');
  return {
    fernet: secretKeys.map((key) => deriveFernetKey(key.reveal())),
    marker: secretKeys.map((key) => Buffer.from(hkdfSync('sha256', key.reveal(), '', 'throughline issue markers', 32))),
  };
}

/** Encrypts a secret for storage (SPEC C3). */
export function seal(keyring: Keyring, secret: Secret, now: Date): string {
  const [key] = keyring.fernet;
  if (key === undefined) throw new Error('SECRET_KEY is empty');
  return fernetEncrypt(key, secret.reveal(), now);
}

/** Reads a stored secret; null when it was written under a `SECRET_KEY` that is no longer given. */
export function unseal(keyring: Keyring, sealed: string): Secret | null {
  const text = fernetDecrypt(keyring.fernet, sealed);
  return text === null ? null : new Secret(text);
}
