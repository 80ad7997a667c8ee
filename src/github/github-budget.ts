import { setTimeout as sleep } from 'node:timers/promises';
import { after, type Clock, SECOND_MS } from '../lib/clock.ts';
import { budgetFrom, type Headers } from './github-headers.decide.ts';
import {
  type Block,
  blockAfter,
  creationBudget,
  type CreationLimits,
  IDLE_PACE,
  planCreation,
  planWrite,
  READS_AT_ONCE,
  undoCreation,
} from './github-budget.decide.ts';
import type { GithubBudget, GithubFailure, GithubResult } from './github.model.ts';

/**
 * A creation starts this soon after it was asked for, or not at all: whoever asked holds a lease on the item, and a create that
 * starts after the lease ran out would be a second one.
 */
const CREATION_START_MS_MAX = 5_000;

/** Holds all calls of one credential to its limits: reads six at once, writes one after the other, nothing while GitHub asks to wait. */
export interface Governor {
  read<T>(now: Clock, work: () => Promise<GithubResult<T>>): Promise<GithubResult<T>>;
  write<T>(now: Clock, limits: CreationLimits, work: () => Promise<GithubResult<T>>): Promise<GithubResult<T>>;
  create<T>(now: Clock, limits: CreationLimits, work: () => Promise<GithubResult<T>>): Promise<GithubResult<T>>;
  /** To be told of every answer. True when GitHub has now asked for a longer wait than before. */
  learn(headers: Headers, failure: GithubFailure | null, now: Date): boolean;
  /** The refusal that stands now; null when calls may go. */
  refusal(now: Date): GithubFailure | null;
  secondaryRepeats(): number;
  budgets(limits: CreationLimits, now: Date): GithubBudget[];
}

const governors = new Map<string, Governor>();

/** One governor for a credential at an address, shared by everyone in this process who uses it. */
export function governorFor(baseUrl: string, credentialKey: string): Governor {
  const key = `${baseUrl} ${credentialKey}`;
  const governor = governors.get(key) ?? newGovernor();
  governors.set(key, governor);
  return governor;
}

function newGovernor(): Governor {
  let pace = IDLE_PACE;
  let block: Block | null = null;
  let repeats = 0;
  const seen = new Map<string, GithubBudget>();
  const readTurn = turns(READS_AT_ONCE);
  const writeTurn = turns(1);
  const refusal = (now: Date) =>
    block !== null && block.retryAt > now ? waitFailure(block.limit, block.retryAt) : null;

  /** Looks at the block again when the turn has come: the call before may just have met the limit. */
  const guarded = async <T>(now: Clock, work: () => Promise<GithubResult<T>>): Promise<GithubResult<T>> => {
    const failure = refusal(now());
    return failure === null ? work() : { ok: false, failure, requests: 0 };
  };

  return {
    read: (now, work) => readTurn(() => guarded(now, work)),
    write: (now, limits, work) => {
      const plan = planWrite(pace, limits, now());
      pace = plan.pace;
      return writeTurn(async () => {
        await sleepUntil(plan.at, now());
        return guarded(now, work);
      });
    },
    create: async (now, limits, work) => {
      const standing = refusal(now());
      if (standing !== null) return { ok: false, failure: standing, requests: 0 };
      const plan = planCreation(pace, limits, now());
      if (plan.do === 'refuse')
        return { ok: false, failure: waitFailure('creation_budget', plan.retryAt), requests: 0 };
      pace = plan.pace;
      const askedAt = performance.now();
      const result = await writeTurn(async (): Promise<Awaited<ReturnType<typeof work>>> => {
        await sleepUntil(plan.at, now());
        if (performance.now() - askedAt <= CREATION_START_MS_MAX) return guarded(now, work);
        return { ok: false, failure: waitFailure('creation_budget', after(now(), SECOND_MS)), requests: 0 };
      });
      if (result.requests === 0) pace = undoCreation(pace, plan.at, limits);
      return result;
    },
    learn: (headers, failure, now) => {
      const budget = budgetFrom(headers, now);
      if (budget !== null) seen.set(budget.resource, budget);
      if (failure === null) repeats = 0;
      else if (failure.kind === 'rate_limited' && failure.limit === 'secondary') repeats += 1;
      const before = block;
      block = blockAfter(block, headers, failure, now);
      return block !== null && block !== before;
    },
    refusal,
    secondaryRepeats: () => repeats,
    budgets: (limits, now) => {
      const creation = creationBudget(pace, limits, now);
      const paused: GithubBudget[] =
        block?.limit === 'secondary' && block.retryAt > now
          ? [{ resource: 'secondary', limit: 0, remaining: 0, resetAt: block.retryAt }]
          : [];
      return [...seen.values(), ...(creation === null ? [] : [creation]), ...paused];
    },
  };
}

function waitFailure(limit: 'primary' | 'secondary' | 'creation_budget', retryAt: Date): GithubFailure {
  const message =
    limit === 'creation_budget'
      ? 'The budget for creating issues is used up for now.'
      : `GitHub asked to wait (${limit} rate limit); nothing was sent.`;
  return { kind: 'rate_limited', limit, retryAt, message, status: null, requestId: null };
}

async function sleepUntil(at: number, now: Date): Promise<void> {
  const waitMs = at - now.getTime();
  if (waitMs > 0) await sleep(waitMs);
}

/** Lets `places` of the given works run at once, the others in the order they came. */
function turns(places: number): <T>(work: () => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = [];
  let free = places;
  return async (work) => {
    if (free > 0) free -= 1;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await work();
    } finally {
      // A place is handed on, not freed, so nobody can slip in between.
      const next = waiting.shift();
      if (next === undefined) free += 1;
      else next();
    }
  };
}
