import * as fc from 'fast-check';

import { ERROR_ACT_NAMES } from './acts.ts';
import { RULE_CHANGE_NAMES } from './rules.ts';
import type { ErrorActName } from './acts.ts';
import type { RuleChangeName, RuleSettings } from './rules.ts';

/** Somebody does something in Sentry or on GitHub. `a` and `b` choose among what is there when it is done. */
export interface ErrorAct {
  act: ErrorActName;
  a: number;
  b: number;
  /** Milliseconds that pass before it. */
  wait: number;
}

/** What the hub does when its time has come. */
export const JOBS = ['rules', 'hints', 'reread', 'sync', 'apply', 'file', 'reflect'] as const;
export type Job = (typeof JOBS)[number];

export const WEATHER = {
  github: ['502', 'drop_before', 'commit_then_drop', 'commit_then_502', 'secondary_limit', 'truncated_json'],
  sentry: [
    '502',
    'internal_error',
    'rate_limited',
    'drop_before',
    'commit_then_drop',
    'commit_then_502',
    'truncated_json',
    'short_page',
    'empty_page',
    'repeat_rows',
    'shift_rows',
  ],
} as const;

/** The n-th request of a step to one side goes wrong. */
export type BadRequest =
  | { on: 'github'; request: number; fault: (typeof WEATHER.github)[number] }
  | { on: 'sentry'; request: number; fault: (typeof WEATHER.sentry)[number] };

/** The hub dies at a statement to its database, or at a request, which the other side carried out or not. */
export type Death = { at: 'statement'; count: number } | { at: 'request'; count: number; done: boolean };

export interface Look {
  do: 'look';
  jobs: Job[];
  /** All of them side by side, else one after the other. */
  together: boolean;
  /** Acts that are done just before the n-th request of this step is answered. */
  during: { request: number; act: ErrorAct }[];
  weather: BadRequest[];
  dies: Death | null;
}

export type ErrorStep =
  | { do: 'acts'; acts: ErrorAct[] }
  /** Webhooks under way arrive, those that `picks` choose, each once or twice. */
  | { do: 'arrive'; picks: number[]; twice: boolean }
  | { do: 'drop'; picks: number[] }
  | { do: 'wait'; ms: number }
  | { do: 'rule'; which: 0 | 1; change: RuleChangeName }
  /** The database is gone; the next hub starts with an empty one and the same settings. */
  | { do: 'forget' }
  | Look;

export interface ErrorHistory {
  settings: RuleSettings;
  steps: ErrorStep[];
  /** Whether webhooks that are under way at the end arrive. */
  leftovers: 'arrive' | 'never';
}

const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;

const moment = fc.oneof(
  { weight: 8, arbitrary: fc.constant(0) },
  { weight: 4, arbitrary: fc.integer({ min: 1, max: 20 * SECOND_MS }) },
  { weight: 3, arbitrary: fc.integer({ min: MINUTE_MS, max: 12 * MINUTE_MS }) },
  { weight: 1, arbitrary: fc.integer({ min: HOUR_MS, max: 30 * HOUR_MS }) },
);

/** What happens most. */
const OFTEN: readonly ErrorActName[] = [
  'newIssue',
  'event',
  'event',
  'resolve',
  'unresolve',
  'archive',
  'closeIssue',
  'closeNotPlanned',
  'reopen',
];

const pick = fc.nat({ max: 11 });
const act: fc.Arbitrary<ErrorAct> = fc.record({
  act: fc.oneof(
    { weight: 2, arbitrary: fc.constantFrom(...OFTEN) },
    { weight: 2, arbitrary: fc.constantFrom(...ERROR_ACT_NAMES) },
  ),
  a: pick,
  b: pick,
  wait: moment,
});

const request = fc.integer({ min: 1, max: 14 });
const badRequest: fc.Arbitrary<BadRequest> = fc.oneof(
  fc.record({ on: fc.constant('github' as const), request, fault: fc.constantFrom(...WEATHER.github) }),
  fc.record({ on: fc.constant('sentry' as const), request, fault: fc.constantFrom(...WEATHER.sentry) }),
);

const death: fc.Arbitrary<Death> = fc.oneof(
  fc.record({ at: fc.constant('statement' as const), count: fc.integer({ min: 1, max: 160 }) }),
  fc.record({
    at: fc.constant('request' as const),
    count: fc.integer({ min: 1, max: 20 }),
    done: fc.boolean(),
  }),
);

const look: fc.Arbitrary<Look> = fc.record({
  do: fc.constant('look' as const),
  jobs: fc.oneof(
    { weight: 3, arbitrary: fc.constant<Job[]>([...JOBS]) },
    { weight: 1, arbitrary: fc.subarray<Job>([...JOBS], { minLength: 1 }) },
  ),
  together: fc.oneof({ weight: 3, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
  during: fc.array(fc.record({ request, act }), { maxLength: 2 }),
  weather: fc.array(badRequest, { maxLength: 3 }),
  dies: fc.oneof({ weight: 3, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: death }),
});

const someActs = fc.record({ do: fc.constant('acts' as const), acts: fc.array(act, { minLength: 1, maxLength: 5 }) });
/** Without a few issues that are filed there is little to go wrong. */
const begin = fc
  .array(fc.record({ act: fc.constant('newIssue' as const), a: pick, b: pick, wait: moment }), {
    minLength: 2,
    maxLength: 4,
  })
  .map((acts) => ({ do: 'acts' as const, acts }));
const picks = fc.array(pick, { minLength: 1, maxLength: 6 });
const step: fc.Arbitrary<ErrorStep> = fc.oneof(
  { weight: 6, arbitrary: someActs },
  { weight: 6, arbitrary: look },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('arrive' as const), picks, twice: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('drop' as const), picks }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('wait' as const), ms: moment }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('rule' as const),
      which: fc.constantFrom(0 as const, 1 as const),
      change: fc.constantFrom(...RULE_CHANGE_NAMES),
    }),
  },
);

const settings: fc.Arbitrary<RuleSettings> = fc.record({
  onRegressed: fc.oneof(
    { weight: 3, arbitrary: fc.constant('reopen' as const) },
    { weight: 1, arbitrary: fc.constant('new_issue' as const) },
  ),
  onArchived: fc.constantFrom('label' as const, 'close' as const),
  newPerHour: fc.constantFrom(25, 25, 2),
  backLink: fc.boolean(),
});

/** What happens between a Sentry and a GitHub. Plain JSON, so that a failing one can be kept as a named test. */
export function errorHistories(): fc.Arbitrary<ErrorHistory> {
  const whole = fc.record({
    settings,
    begin,
    first: look,
    steps: fc.array(step, { minLength: 5, maxLength: 14 }),
    /** Where the database is lost, in one of six histories. */
    lost: fc.nat({ max: 83 }),
    /** In half of them nobody touches the rules, so that more can be said of their ends. */
    ruled: fc.boolean(),
    leftovers: fc.constantFrom('arrive' as const, 'never' as const),
  });
  return whole.map(({ begin: acts, first, steps, lost, ruled, ...rest }) => {
    const kept = steps.filter((one) => ruled || one.do !== 'rule');
    const all = lost < kept.length ? [...kept.slice(0, lost), { do: 'forget' as const }, ...kept.slice(lost)] : kept;
    return { ...rest, steps: [acts, first, ...all] };
  });
}
