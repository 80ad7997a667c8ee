import { createRemoteJWKSet, customFetch } from 'jose';
import type { JWTVerifyGetKey } from 'jose';

import type { Log } from '../lib/log.ts';
import { HttpProblem } from '../lib/problem.ts';
import type { AddressPolicy, Outbound } from '../outbound/outbound.model.ts';
import type { KeySets } from './accounts.model.ts';

const TIMEOUT_MS = 5000;
const BODY_BYTES_MAX = 200_000;
/** Key sets kept in memory; past it the oldest is fetched anew. */
const KEY_SETS_MAX = 200;

/**
 * Key sets fetched through the guarded door. jose keeps each for 10 minutes and asks again at most every 30 seconds when a token
 * names a key it does not know.
 */
export function keySetsOver(outbound: Outbound, addresses: AddressPolicy, log: Log): KeySets {
  const kept = new Map<string, JWTVerifyGetKey>();
  return {
    allowHttp: addresses !== 'public',
    keysAt(url) {
      const keys = kept.get(url) ?? fetchedKeys(url, outbound, addresses, log);
      kept.set(url, keys);
      const [oldest] = kept.keys();
      if (kept.size > KEY_SETS_MAX && oldest !== undefined) kept.delete(oldest);
      return keys;
    },
  };
}

function fetchedKeys(url: string, outbound: Outbound, addresses: AddressPolicy, log: Log): JWTVerifyGetKey {
  return createRemoteJWKSet(new URL(url), {
    [customFetch]: async () => {
      const outcome = await outbound.send({
        method: 'GET',
        url,
        headers: { accept: 'application/json' },
        timeoutMs: TIMEOUT_MS,
        bodyBytesMax: BODY_BYTES_MAX,
        addresses,
      });
      if (outcome.kind === 'answered' && outcome.status === 200) return new Response(outcome.body);
      const reason = outcome.kind === 'answered' ? `status ${outcome.status}` : outcome.reason;
      log.warn({ host: new URL(url).host, reason }, 'the public keys of a host app could not be fetched');
      throw new HttpProblem(
        503,
        'The public keys of the app that signed this token cannot be fetched. Try again later.',
      );
    },
  });
}
