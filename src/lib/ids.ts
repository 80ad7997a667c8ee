import { randomUUID } from 'node:crypto';

/**
 * A new UUID, version 7 (RFC 9562): the first 48 bits are the milliseconds of `now`, the rest is random, so ids made later
 * sort later and indexes grow at their end.
 */
export function newId(now: Date): string {
  // version and variant stand where version 4 has them; Node makes it from bytes that it keeps in store
  const random = randomUUID();
  const hex = now.getTime().toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7${random.slice(15)}`;
}
