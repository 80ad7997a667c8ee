import { setTimeout as sleep } from 'node:timers/promises';
import { after, type Clock, SECOND_MS } from '../lib/clock.ts';
import {
  BACKFILL_READS_AT_ONCE,
  creationBudget,
  type CreationLimits,
  IDLE_PACE,
  planCreation,
  planWrite,
  READS_AT_ONCE,
  undoCreation,
} from './github-budget.decide.ts';
import { limitsFor } from './github-budget-limits.ts';
import type { Pace, SharedBudgets } from './github-budget.model.ts';
import { type Priority, turns } from './github-budget-turns.ts';
import type { Headers } from './github-headers.decide.ts';
import type { GithubBudget, GithubFailure, GithubResult } from './github.model.ts';

/**
 * A creation starts this soon after it was asked for, or not at all: whoever asked holds a lease on the item, and a create that
 * starts after the lease ran out would be a second one.
 */
const CREATION_START_MS_MAX = 5_000;

/** One read: the budget it is counted in, and whether somebody waits for it. */
export interface ReadTurn {
  resource: string;
  priority: Priority;
}

/**
 * Holds all calls of one credential to its limits: reads six at once and live ones first, writes one after the other, nothing
 * while GitHub asks to wait. With `SharedBudgets` all processes keep one pace and hear of each other's refusals.
 */
export interface Governor {
  read<T>(now: Clock, turn: ReadTurn, work: () => Promise<GithubResult<T>>): Promise<GithubResult<T>>;
  write<T>(now: Clock, limits: CreationLimits, work: () => Promise<GithubResult<T>>): Promise<GithubResult<T>>;
  create<T>(now: Clock, limits: CreationLimits, work: () => Promise<GithubResult<T>>): Promise<GithubResult<T>>;
  /** To be told of every answer. True when GitHub has now asked for a longer wait than before. */
  learn(answer: { headers: Headers; failure: GithubFailure | null; resource: string }, now: Date): boolean;
  secondaryRepeats(): number;
  budgets(limits: CreationLimits, now: Date): GithubBudget[];
  waiting(): Waiting;
}

/** Calls of this process that wait for their turn. */
export interface Waiting {
  live: number;
  backfill: number;
  writes: number;
}

const ALONE = new Map<string, Governor>();
const sharing = new WeakMap<SharedBudgets, Map<string, Governor>>();

/** One governor for a credential at an address, shared by everyone in this process who uses it. */
export function governorFor(credential: string, shared: SharedBudgets | null): Governor {
  const governors = shared === null ? ALONE : (sharing.get(shared) ?? new Map<string, Governor>());
  if (shared !== null) sharing.set(shared, governors);
  const governor = governors.get(credential) ?? newGovernor(credential, shared);
  governors.set(credential, governor);
  return governor;
}

function newGovernor(credential: string, shared: SharedBudgets | null): Governor {
  const pacing = paceOf(credential, shared);
  const limits = limitsFor(credential, shared);
  const reads = turns(READS_AT_ONCE, BACKFILL_READS_AT_ONCE);
  const writes = turns(1, 1);

  /** Looks at the limits again when the turn has come: the call before may just have met one. */
  const guarded = async <T>(
    now: Clock,
    turn: ReadTurn,
    work: () => Promise<GithubResult<T>>,
  ): Promise<GithubResult<T>> => {
    const failure = limits.refusal(turn, now());
    return failure === null ? work() : { ok: false, failure, requests: 0 };
  };
  const WRITE: ReadTurn = { resource: 'core', priority: 'live' };

  return {
    read: async (now, turn, work) => {
      await limits.refresh();
      return reads.run(turn.priority, () => guarded(now, turn, work));
    },
    write: async (now, { spacingMs, perHour }, work) => {
      await limits.refresh();
      const decide = (pace: Pace, at: Date) => planWrite(pace, { spacingMs, perHour }, at);
      const planned = await pacing.decide(now, spacingMs > 0, decide);
      return writes.run('live', async () => {
        await sleepUntil(planned.plan.at - planned.aheadMs, now());
        return guarded(now, WRITE, work);
      });
    },
    create: async (now, creation, work) => {
      const askedAt = performance.now();
      await limits.refresh();
      const standing = limits.refusal(WRITE, now());
      if (standing !== null) return { ok: false, failure: standing, requests: 0 };
      const spaced = creation.spacingMs > 0;
      const { plan, aheadMs } = await pacing.decide(now, spaced, (pace, at) => planCreation(pace, creation, at));
      if (plan.do === 'refuse') return refused(after(plan.retryAt, -aheadMs));
      const result = await writes.run('live', async (): Promise<Awaited<ReturnType<typeof work>>> => {
        await sleepUntil(plan.at - aheadMs, now());
        if (performance.now() - askedAt <= CREATION_START_MS_MAX) return guarded(now, WRITE, work);
        return refused(after(now(), SECOND_MS));
      });
      if (result.requests === 0) {
        await pacing.decide(now, spaced, (pace) => ({ pace: undoCreation(pace, plan.at, creation) }));
      }
      return result;
    },
    learn: (answer, now) => limits.learn(answer, now),
    secondaryRepeats: () => limits.secondaryRepeats(),
    budgets: (creation, now) => {
      const made = creationBudget(pacing.known(), creation, now);
      return [...limits.budgets(now), ...(made === null ? [] : [made])];
    },
    waiting: () => ({ ...reads.waiting(), writes: writes.waiting().live }),
  };
}

interface Planned<T> {
  plan: T;
  /** How far the clock that the plan speaks of is ahead of this process's. */
  aheadMs: number;
}

interface Pacing {
  /** `spaced` false: nothing is to be kept apart, so there is nothing to share. */
  decide<T extends { pace?: Pace }>(
    now: Clock,
    spaced: boolean,
    decide: (pace: Pace, now: Date) => T,
  ): Promise<Planned<T>>;
  known(): Pace;
}

/** The pace of a credential's writes: that of all processes, or of this one while the others cannot be asked. */
function paceOf(credential: string, shared: SharedBudgets | null): Pacing {
  let known = IDLE_PACE;
  return {
    decide: async (now, spaced, decide) => {
      const common = shared !== null && spaced ? await shared.decide(credential, decide) : null;
      const here = now();
      const plan = common === null ? decide(known, here) : common.plan;
      known = plan.pace ?? known;
      return { plan, aheadMs: common === null ? 0 : common.now.getTime() - here.getTime() };
    },
    known: () => known,
  };
}

function refused(retryAt: Date): { ok: false; failure: GithubFailure; requests: 0 } {
  const message = 'The budget for creating issues is used up for now.';
  const failure = {
    kind: 'rate_limited',
    limit: 'creation_budget',
    retryAt,
    message,
    status: null,
    requestId: null,
  } as const;
  return { ok: false, failure, requests: 0 };
}

async function sleepUntil(at: number, now: Date): Promise<void> {
  const waitMs = at - now.getTime();
  if (waitMs > 0) await sleep(waitMs);
}
