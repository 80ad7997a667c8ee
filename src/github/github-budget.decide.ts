import { after, HOUR_MS, MINUTE_MS, SECOND_MS } from '../lib/clock.ts';
import { budgetFrom, type Headers } from './github-headers.decide.ts';
import type { Block, Pace } from './github-budget.model.ts';
import type { GithubBudget, GithubFailure } from './github.model.ts';

/** Reads under way at once for one credential (facts 2.3). */
export const READS_AT_ONCE = 6;
/** Issues created per hour for one credential before Throughline itself says wait (facts 2.3: trouble was measured at 150). */
export const CREATIONS_PER_HOUR = 140;

/** Backfill's places among those reads: the others are always open to what somebody waits for. */
export const BACKFILL_READS_AT_ONCE = 4;
/** The share of a budget that backfill leaves. */
const LIVE_SHARE = 0.1;
const CREATIONS_PER_MINUTE = 15;
/** Creations that may go out write by write after a quiet time: a person who reports now waits for nobody. */
const CREATION_BURST = 5;
const WRITE_SPACING_MS = SECOND_MS;
/** Longest sleep for the sake of spacing; beyond it the caller is told when to come again. */
const SPACING_WAIT_MS_MAX = 2 * SECOND_MS;

/** `spacingMs` 0 switches spacing and the cap per minute off; `perHour` null the cap per hour. */
export interface CreationLimits {
  spacingMs: number;
  perHour: number | null;
}

export const IDLE_PACE: Pace = { nextWriteAt: 0, creationsDueAt: 0, creations: [] };

export type CreationPlan = { do: 'start'; at: number; pace: Pace } | { do: 'refuse'; retryAt: Date; pace?: never };

/** When a write that creates no issue may start: at least a second after the one before it. */
export function planWrite(pace: Pace, limits: CreationLimits, now: Date): { at: number; pace: Pace } {
  const at = Math.max(now.getTime(), pace.nextWriteAt);
  return { at, pace: { ...pace, nextWriteAt: nextWriteAfter(at, limits) } };
}

/** When the next issue may be created, or that it must wait longer than a caller should sleep. */
export function planCreation(pace: Pace, limits: CreationLimits, now: Date): CreationPlan {
  const creations = pace.creations.filter((at) => at > now.getTime() - HOUR_MS);
  const at = Math.max(now.getTime(), pace.nextWriteAt, ...creationHurdles({ ...pace, creations }, limits));
  if (at - now.getTime() > SPACING_WAIT_MS_MAX) return { do: 'refuse', retryAt: new Date(at) };
  const creationsDueAt = Math.max(pace.creationsDueAt, at) + limits.spacingMs;
  return {
    do: 'start',
    at,
    pace: { nextWriteAt: nextWriteAfter(at, limits), creationsDueAt, creations: [...creations, at] },
  };
}

/** Gives back a planned creation of which nothing was sent, so that an outage does not use the budget up. */
export function undoCreation(pace: Pace, at: number, limits: CreationLimits): Pace {
  const index = pace.creations.lastIndexOf(at);
  if (index < 0) return pace;
  return {
    ...pace,
    creationsDueAt: pace.creationsDueAt - limits.spacingMs,
    creations: pace.creations.toSpliced(index, 1),
  };
}

/** The creation budget as the health page shows it; null when there is no cap. */
export function creationBudget(pace: Pace, limits: CreationLimits, now: Date): GithubBudget | null {
  if (limits.perHour === null) return null;
  const creations = pace.creations.filter((at) => at > now.getTime() - HOUR_MS);
  const [oldest] = creations;
  return {
    resource: 'creation',
    limit: limits.perHour,
    remaining: Math.max(0, limits.perHour - creations.length),
    resetAt: oldest === undefined ? null : new Date(oldest + HOUR_MS),
  };
}

/** The longer of two blocks; one that is over is none. */
export function longerBlock(one: Block | null, other: Block | null, now: Date): Block | null {
  const standing = [one, other].filter((block) => block !== null && block.retryAt > now);
  return standing.reduce((a, b) => (a !== null && b !== null && b.retryAt > a.retryAt ? b : a), standing[0] ?? null);
}

/** The block that a refusal names; null when it names none. */
export function blockFrom(failure: GithubFailure | null): Block | null {
  if (failure?.kind !== 'rate_limited' || failure.limit !== 'secondary') return null;
  return { limit: 'secondary', retryAt: failure.retryAt };
}

/** What is left after an answer, from its headers, or from a refusal that says nothing is left. */
export function budgetAfter(
  headers: Headers,
  failure: GithubFailure | null,
  resource: string,
  now: Date,
): GithubBudget | null {
  // to a token that it does not know GitHub tells the limit of the address that asks
  if (failure?.kind === 'unauthorized') return null;
  const seen = budgetFrom(headers, now);
  // GitHub calls it core too, but what an App asks itself is counted apart from its installations.
  const told = seen !== null && resource === 'app' ? { ...seen, resource } : seen;
  if (failure?.kind !== 'rate_limited' || failure.limit !== 'primary') return told;
  return {
    resource: told?.resource ?? resource,
    limit: told?.limit ?? 0,
    remaining: 0,
    resetAt: after(failure.retryAt, -SECOND_MS),
  };
}

/** Resets this close together are of one window: headers carry whole seconds. */
const SAME_WINDOW_MS = 2 * SECOND_MS;

/** Which of two sights of one budget is the newer: that of the later window, in one window that with less left. */
export function newerBudget(one: GithubBudget | undefined, other: GithubBudget): GithubBudget {
  if (one === undefined) return other;
  const laterMs = (other.resetAt?.getTime() ?? 0) - (one.resetAt?.getTime() ?? 0);
  if (Math.abs(laterMs) > SAME_WINDOW_MS) return laterMs > 0 ? other : one;
  return one.remaining < other.remaining ? one : other;
}

/** When a budget that is used up fills again, a second later as resets are whole seconds; null while something is left. */
export function emptyUntil(budget: GithubBudget | undefined, now: Date): Date | null {
  return budget === undefined || budget.remaining > 0 ? null : resetOf(budget, now);
}

/** When work that nobody waits for may go on, so that a tenth is always left for live work; null while it may go on. */
export function keptUntil(budget: GithubBudget | undefined, now: Date): Date | null {
  return budget === undefined || budget.remaining >= budget.limit * LIVE_SHARE ? null : resetOf(budget, now);
}

// Never beyond the window's hour, whatever the clocks say.
function resetOf({ resetAt }: GithubBudget, now: Date): Date | null {
  const until = resetAt === null ? null : after(resetAt, SECOND_MS);
  return until !== null && until > now && until <= after(now, HOUR_MS + MINUTE_MS) ? until : null;
}

/**
 * When backfill that still needs `requestsLeft` requests will be done at `perSecond`, waiting each time its share of the hour is
 * used up. `budget` null: a GitHub without limits.
 */
export function forecast(budget: GithubBudget | null, requestsLeft: number, perSecond: number, now: Date): Date {
  const rate = Math.max(perSecond, 0.001);
  if (budget === null) return after(now, (requestsLeft / rate) * SECOND_MS);
  const kept = budget.limit * LIVE_SHARE;
  const share = Math.max(1, budget.limit - kept);
  let left = requestsLeft;
  let at = now.getTime();
  let resetAt = budget.resetAt !== null && budget.resetAt > now ? budget.resetAt.getTime() : at + HOUR_MS;
  let usable = budget.resetAt !== null && budget.resetAt <= now ? share : Math.max(0, budget.remaining - kept);
  for (;;) {
    const possible = Math.min(usable, ((resetAt - at) / SECOND_MS) * rate);
    if (left <= possible) return new Date(Math.round(at + (left / rate) * SECOND_MS));
    left -= possible;
    at = resetAt;
    resetAt += HOUR_MS;
    usable = share;
  }
}

function creationHurdles(pace: Pace, limits: CreationLimits): number[] {
  const hurdles: (number | undefined)[] = [];
  if (limits.spacingMs > 0) {
    hurdles.push(pace.creationsDueAt - (CREATION_BURST - 1) * limits.spacingMs);
    hurdles.push(plus(pace.creations.at(-CREATIONS_PER_MINUTE), MINUTE_MS));
  }
  if (limits.perHour !== null) hurdles.push(plus(pace.creations.at(-Math.max(1, limits.perHour)), HOUR_MS));
  return hurdles.filter((hurdle) => hurdle !== undefined);
}

function plus(at: number | undefined, ms: number): number | undefined {
  return at === undefined ? undefined : at + ms;
}

function nextWriteAfter(at: number, limits: CreationLimits): number {
  return limits.spacingMs === 0 ? 0 : at + WRITE_SPACING_MS;
}
