import { z } from 'zod';

import { after, DAY_MS, MINUTE_MS } from '../lib/clock.ts';

/** Longest life of a host app's token: a stolen one is soon worthless. */
const LIFE_MS_MAX = DAY_MS;
/** How far the host app's clock may be off. */
export const CLOCK_TOLERANCE_SECONDS = 60;

const storable = (value: string) => !value.includes('\u0000') && value.isWellFormed();

const Claims = z.object({
  sub: z.string().min(1).max(300).refine(storable),
  exp: z.number(),
  email: z.string().max(254).refine(storable).nullable().catch(null).default(null),
  name: z.string().max(200).refine(storable).nullable().catch(null).default(null),
});

export type HostUser = { kind: 'user'; sub: string; email: string | null; name: string | null };

/** The user in the claims of a token whose signature, issuer, audience and times hold; or why it is refused, as a sentence. */
export function hostUserOf(claims: unknown, now: Date): HostUser | { kind: 'refused'; reason: string } {
  const parsed = Claims.safeParse(claims);
  if (!parsed.success) {
    return { kind: 'refused', reason: 'The token needs `sub` (1 to 300 characters) and `exp` (a number).' };
  }
  const { sub, exp, email, name } = parsed.data;
  if (exp * 1000 > after(now, LIFE_MS_MAX + MINUTE_MS).getTime()) {
    return { kind: 'refused', reason: 'The token lives too long: `exp` may be at most 24 hours ahead.' };
  }
  return { kind: 'user', sub, email, name };
}
