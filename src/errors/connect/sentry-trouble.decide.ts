import { after, SECOND_MS } from '../../lib/clock.ts';
import { assertNever } from '../../lib/assert-never.ts';
import type { SentryConnection } from './sentry-connections.model.ts';
import type { SentryFailure } from '../../sentry/sentry.model.ts';

/** What a failure means for all that goes over a connection. `here`: it concerns one rule or issue only. */
export type Trouble =
  | { kind: 'pause'; pausedKind: NonNullable<SentryConnection['pausedKind']> }
  | { kind: 'rest'; until: Date }
  | { kind: 'here' };

const BACKOFF_FIRST_MS = 5 * SECOND_MS;
const BACKOFF_MAX_MS = 10 * 60 * SECOND_MS;

/** What was asked for: `one`: a single issue or its event, of which a failure often tells nothing about the others. */
export type Asked = 'list' | 'one';

const OF_ONE: ReadonlySet<SentryFailure['kind']> = new Set(['forbidden', 'unavailable', 'unexpected']);

/** Whether a connection stops until a person mends it, rests and tries again by itself, or goes on. `random` is in [0, 1). */
export function troubleOf(failure: SentryFailure, asked: Asked, restCount: number, now: Date, random: number): Trouble {
  if (asked === 'one' && OF_ONE.has(failure.kind)) return { kind: 'here' };
  const whole = Math.min(BACKOFF_MAX_MS, BACKOFF_FIRST_MS * 2 ** Math.min(restCount, 20));
  const rest = { kind: 'rest', until: after(now, Math.round(whole * (0.5 + random / 2))) } as const;
  switch (failure.kind) {
    case 'unauthorized':
    case 'forbidden':
      return { kind: 'pause', pausedKind: failure.kind };
    case 'organization_not_found':
      return { kind: 'pause', pausedKind: 'not_found' };
    case 'address_refused':
      return { kind: 'pause', pausedKind: 'misconfigured' };
    case 'rate_limited':
      return { kind: 'rest', until: after(failure.retryAt, Math.round(random * SECOND_MS)) };
    // a login page or an expired certificate is often mended on the other side
    case 'not_sentry':
    case 'certificate':
    case 'unreachable':
    case 'unavailable':
    case 'unexpected':
    case 'outcome_unknown':
      return rest;
    case 'not_found':
    case 'invalid':
    case 'duplicate':
      return { kind: 'here' };
    default:
      return assertNever(failure);
  }
}
