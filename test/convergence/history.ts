import * as fc from 'fast-check';

import { ACT_NAMES } from './acts.ts';
import type { ActName } from './acts.ts';

/** Somebody does something on GitHub. `who`, `a` and `b` choose among what is there when it is done. */
export interface Act {
  act: ActName;
  who: number;
  a: number;
  b: number;
  /** Milliseconds that pass before it; often none, so that several acts share a second. */
  wait: number;
}

/** A run and the applying of deliveries, side by side. */
export interface Work {
  do: 'work';
  run: 'sync' | 'dirty' | 'reconcile' | null;
  /** Acts that are done just before GitHub answers the n-th request of this step. */
  during: { request: number; act: Act }[];
  /** The hub dies at this statement to its database, counted from the step's begin; null: it lives. */
  dies: number | null;
}

export type Step =
  | { do: 'acts'; acts: Act[] }
  /** Deliveries under way arrive, those that `picks` choose, each once or twice. */
  | { do: 'arrive'; picks: number[]; twice: boolean }
  | { do: 'lose'; picks: number[] }
  | { do: 'wait'; ms: number }
  /** From now on GitHub's lists of issues are this far behind. */
  | { do: 'lag'; ms: number }
  | Work;

export interface History {
  /** How far the hub's clock is ahead of GitHub's. */
  skewMs: number;
  /** Who hears webhooks: a hook of the repository, or of its organization. */
  hook: 'repository' | 'organization';
  /** How the hub dies: its connections to the database end at a statement, or it is a process and gets SIGKILL. */
  killed: 'connections' | 'process';
  /** What one page of a list holds. */
  pageSize: number;
  before: Act[];
  steps: Step[];
  /** When the deliveries arrive that are still under way at the end. */
  leftovers: 'before' | 'after' | 'never';
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

const moment = fc.oneof(
  { weight: 12, arbitrary: fc.constant(0) },
  { weight: 8, arbitrary: fc.integer({ min: 1, max: 900 }) },
  { weight: 2, arbitrary: fc.integer({ min: 1000, max: 20_000 }) },
  { weight: 1, arbitrary: fc.integer({ min: MINUTE_MS, max: 40 * MINUTE_MS }) },
  { weight: 1, arbitrary: fc.integer({ min: HOUR_MS, max: 30 * HOUR_MS }) },
);

/** What people do most. */
const OFTEN: readonly ActName[] = [
  'openIssue',
  'openPull',
  'comment',
  'editComment',
  'deleteComment',
  'label',
  'editTitle',
  'closeIssue',
  'push',
];

const pick = fc.nat({ max: 11 });
const act: fc.Arbitrary<Act> = fc.record({
  act: fc.oneof(
    { weight: 2, arbitrary: fc.constantFrom(...OFTEN) },
    { weight: 3, arbitrary: fc.constantFrom(...ACT_NAMES) },
  ),
  who: fc.nat({ max: 3 }),
  a: pick,
  b: pick,
  wait: moment,
});

const work: fc.Arbitrary<Step> = fc.record({
  do: fc.constant('work' as const),
  run: fc.constantFrom('sync' as const, 'sync' as const, 'dirty' as const, 'reconcile' as const, null),
  during: fc.array(fc.record({ request: fc.integer({ min: 1, max: 30 }), act }), { maxLength: 6 }),
  dies: fc.oneof(
    { weight: 1, arbitrary: fc.constant(null) },
    { weight: 1, arbitrary: fc.integer({ min: 1, max: 140 }) },
  ),
});

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ do: fc.constant('acts' as const), acts: fc.array(act, { minLength: 1, maxLength: 6 }) }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('arrive' as const),
      picks: fc.array(pick, { minLength: 1, maxLength: 10 }),
      twice: fc.boolean(),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('lose' as const), picks: fc.array(pick, { minLength: 1, maxLength: 6 }) }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('wait' as const), ms: moment }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('lag' as const), ms: fc.constantFrom(0, 0, 2000, 60_000) }) },
  { weight: 5, arbitrary: work },
);

/**
 * What happens to a repository and its mirror. Plain JSON, so that a failing one can be kept as a named test. `processes`: of a
 * hundred histories, how many are those of a real process.
 */
export function histories(processes: number): fc.Arbitrary<History> {
  return fc.record({
    skewMs: fc.constantFrom(0, 0, 0, 3000, -3000, 5 * MINUTE_MS, -5 * MINUTE_MS),
    hook: fc.constantFrom('repository' as const, 'organization' as const),
    killed: fc.oneof(
      { weight: 100 - processes, arbitrary: fc.constant('connections' as const) },
      { weight: processes, arbitrary: fc.constant('process' as const) },
    ),
    pageSize: fc.constantFrom(2, 3, 5, 100),
    before: fc.array(act, { minLength: 8, maxLength: 24 }),
    steps: fc.array(step, { minLength: 4, maxLength: 18 }),
    leftovers: fc.constantFrom('before' as const, 'after' as const, 'never' as const),
  });
}
