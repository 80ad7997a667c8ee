import { isIPv6 } from 'node:net';

import { after, DAY_MS, MINUTE_MS } from '../lib/clock.ts';

/** So many wrong passwords are free; each further one doubles the wait, 1, 2, 4 … 15 minutes. */
export const FAILURES_FREE = 5;
const WAIT_MINUTES_MAX = 15;

/** Failed sign-ins of one e-mail address or one network address. */
export interface FailureCount {
  subject: string;
  failures: number;
  blockedUntil: Date;
  updatedAt: Date;
}

/** Until when a sign-in must wait, null when it may go on now. */
export function blockedUntil(counts: readonly FailureCount[], now: Date): Date | null {
  const latest = Math.max(...counts.map((count) => count.blockedUntil.getTime()), 0);
  return latest > now.getTime() ? new Date(latest) : null;
}

/** The count with one more failure. A quiet day forgives everything. */
export function countFailure(count: FailureCount, now: Date): FailureCount {
  const quiet = count.updatedAt.getTime() <= now.getTime() - DAY_MS;
  const failures = (quiet ? 0 : count.failures) + 1;
  const minutes = failures < FAILURES_FREE ? 0 : Math.min(2 ** (failures - FAILURES_FREE), WAIT_MINUTES_MAX);
  return { subject: count.subject, failures, blockedUntil: after(now, minutes * MINUTE_MS), updatedAt: now };
}

export interface SignInSubjects {
  email: string;
  address: string;
}

/** What failures are counted under: the e-mail in lower case, and the address, of IPv6 the /64 network one customer holds. */
export function signInSubjects(email: string, ip: string): SignInSubjects {
  return { email: `email:${email.toLowerCase()}`, address: `ip:${isIPv6(ip) ? networkOf(ip) : ip}` };
}

function networkOf(ip: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/iu.exec(ip);
  if (mapped?.[1] !== undefined) return mapped[1];
  const [head = '', tail] = ip.split('%')[0]?.split('::') ?? [];
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros =
    tail === undefined ? [] : Array.from({ length: Math.max(0, 8 - left.length - right.length) }, () => '0');
  return `${[...left, ...zeros, ...right].slice(0, 4).join(':')}::/64`;
}
