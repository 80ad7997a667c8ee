import { after, HOUR_MS, MINUTE_MS, SECOND_MS } from '../lib/clock.ts';
import { budgetFrom, type Headers } from './github-headers.decide.ts';
import type { GithubBudget, GithubFailure } from './github.model.ts';

/** Reads under way at once for one credential (facts 2.3). */
export const READS_AT_ONCE = 6;
/** Issues created per hour for one credential before Throughline itself says wait (facts 2.3: trouble was measured at 150). */
export const CREATIONS_PER_HOUR = 140;

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

/** When the writes of a credential went, or will go, out. Instants in milliseconds. */
export interface Pace {
  /** Before this no write starts. */
  nextWriteAt: number;
  /** Where the evenly spaced creations stand; ahead of now by how much of the burst is used. */
  creationsDueAt: number;
  /** Creations of the last hour, oldest first. */
  creations: readonly number[];
}

export const IDLE_PACE: Pace = { nextWriteAt: 0, creationsDueAt: 0, creations: [] };

export type CreationPlan = { do: 'start'; at: number; pace: Pace } | { do: 'refuse'; retryAt: Date };

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

/** Until when nothing is sent with this credential, and why. */
export interface Block {
  limit: 'primary' | 'secondary';
  retryAt: Date;
}

/** The block after an answer: a refusal names it; an answer that used the last request of the hour foretells it. */
export function blockAfter(
  block: Block | null,
  headers: Headers,
  failure: GithubFailure | null,
  now: Date,
): Block | null {
  const standing = block !== null && block.retryAt > now ? block : null;
  const fresh = failure === null ? foretoldBlock(headers, now) : namedBlock(failure);
  if (fresh === null) return standing;
  return standing !== null && standing.retryAt >= fresh.retryAt ? standing : fresh;
}

function namedBlock(failure: GithubFailure): Block | null {
  if (failure.kind !== 'rate_limited' || failure.limit === 'creation_budget') return null;
  return { limit: failure.limit, retryAt: failure.retryAt };
}

function foretoldBlock(headers: Headers, now: Date): Block | null {
  const budget = budgetFrom(headers, now);
  if (budget === null || budget.resource !== 'core' || budget.remaining > 0 || budget.resetAt === null) return null;
  const retryAt = after(budget.resetAt, SECOND_MS);
  return retryAt > now && retryAt <= after(now, HOUR_MS + MINUTE_MS) ? { limit: 'primary', retryAt } : null;
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
