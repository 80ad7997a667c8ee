import { SECOND_MS } from '../lib/clock.ts';
import { blockFrom, budgetAfter, emptyUntil, keptUntil, longerBlock, newerBudget } from './github-budget.decide.ts';
import type { Block, SharedBudgets } from './github-budget.model.ts';
import type { ReadTurn } from './github-budget.ts';
import type { Headers } from './github-headers.decide.ts';
import type { GithubBudget, GithubFailure } from './github.model.ts';

/** What the others learnt is asked for this often at most, and a notice of theirs makes it sooner. */
const REFRESH_MS = 5 * SECOND_MS;
/** What is left is told to the others this often at most. */
const TELL_MS = SECOND_MS;

/** What GitHub has said of a credential's limits, here and in other processes. */
export interface Limits {
  /** Hears of what other processes learnt, unless that was just done. */
  refresh(): Promise<void>;
  learn(answer: { headers: Headers; failure: GithubFailure | null; resource: string }, now: Date): boolean;
  /** The refusal that stands now for such a call; null when it may go. */
  refusal(turn: ReadTurn, now: Date): GithubFailure | null;
  secondaryRepeats(): number;
  budgets(now: Date): GithubBudget[];
}

export function limitsFor(credential: string, shared: SharedBudgets | null): Limits {
  const seen = new Map<string, GithubBudget>();
  let block: Block | null = null;
  let repeats = 0;
  let askedAtMs = -REFRESH_MS;
  let asking: Promise<void> | null = null;
  const hear = async (others: SharedBudgets): Promise<void> => {
    const known = await others.read(credential);
    for (const budget of known?.budgets ?? []) see(budget);
    block = longerBlock(block, known?.block ?? null, LONG_AGO);
  };
  const tellOthers = teller(async (begins) => shared?.keep(credential, { budgets: [...seen.values()], block }, begins));
  const see = (budget: GithubBudget) => void seen.set(budget.resource, newerBudget(seen.get(budget.resource), budget));
  const blockedUntil = (resource: string, now: Date): Date | null =>
    longerBlock(block, null, now)?.retryAt ?? emptyUntil(seen.get(resource), now);
  shared?.onBlock((named) => {
    if (named === credential) askedAtMs = -REFRESH_MS;
  });

  return {
    refresh: async () => {
      if (shared === null) return;
      if (performance.now() - askedAtMs >= REFRESH_MS) {
        askedAtMs = performance.now();
        asking = hear(shared);
      }
      await asking;
    },
    learn: ({ headers, failure, resource }, now) => {
      if (failure === null) repeats = 0;
      else if (failure.kind === 'rate_limited' && failure.limit === 'secondary') repeats += 1;
      const budget = budgetAfter(headers, failure, resource, now);
      const before = blockedUntil(budget?.resource ?? resource, now);
      if (budget !== null) see(budget);
      block = longerBlock(block, blockFrom(failure), now);
      const until = blockedUntil(budget?.resource ?? resource, now);
      const longer = until !== null && (before === null || until > before);
      if (shared !== null && (budget !== null || longer)) tellOthers(longer);
      return longer;
    },
    refusal: ({ resource, priority }, now) => {
      const blocked = longerBlock(block, null, now);
      if (blocked !== null) return waitFailure('secondary', blocked.retryAt);
      const empty = emptyUntil(seen.get(resource), now);
      if (empty !== null) return waitFailure('primary', empty);
      const kept = priority === 'backfill' ? keptUntil(seen.get(resource), now) : null;
      return kept === null ? null : waitFailure('backfill_budget', kept);
    },
    secondaryRepeats: () => repeats,
    budgets: (now) => {
      const blocked = longerBlock(block, null, now);
      const secondary = { resource: 'secondary', limit: 0, remaining: 0, resetAt: blocked?.retryAt ?? null };
      return [...seen.values(), ...(blocked === null ? [] : [secondary])];
    },
  };
}

const LONG_AGO = new Date(0);

/** Tells at once what is urgent, the rest at most once a second: the last word is never lost. */
function teller(tell: (urgent: boolean) => Promise<void>): (urgent: boolean) => void {
  let toldAtMs = -TELL_MS;
  let timer: NodeJS.Timeout | null = null;
  const now = (urgent: boolean) => {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    toldAtMs = performance.now();
    void tell(urgent);
  };
  return (urgent) => {
    const waitMs = toldAtMs + TELL_MS - performance.now();
    if (urgent || waitMs <= 0) now(urgent);
    else timer ??= setTimeout(now, waitMs, false).unref();
  };
}

const MESSAGES = {
  primary: 'GitHub asked to wait (primary rate limit); nothing was sent.',
  secondary: 'GitHub asked to wait (secondary rate limit); nothing was sent.',
  backfill_budget: "The rest of this hour's requests is kept for what people wait for; nothing was sent.",
};

function waitFailure(limit: keyof typeof MESSAGES, retryAt: Date): GithubFailure {
  return { kind: 'rate_limited', limit, retryAt, message: MESSAGES[limit], status: null, requestId: null };
}
