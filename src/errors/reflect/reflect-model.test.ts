import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';

import { after, DAY_MS } from '../../lib/clock.ts';
import { ALL_OFF, ALL_ON } from './reflect.fixture.ts';
import { aWorld, comeToRest, decide, ENDS, EVENTS, happen, reflect, sideOf } from './reflect-world.fixture.ts';
import { FLIPS } from './reflect-moves.decide.ts';
import { FLIPS_MAX } from './reflect.decide.ts';
import { STANDS } from './reflect-carry.decide.ts';
import type { GithubSide, ReflectSettings, SentrySide } from '../errors.model.ts';
import type { World, WorldEvent } from './reflect-world.fixture.ts';

const RUNS = Number(process.env['MODEL_RUNS'] ?? 2000);

const anySettings: fc.Arbitrary<ReflectSettings> = fc.record({
  onClosed: fc.constantFrom('off', 'resolve', 'resolve_in_next_release'),
  onNotPlanned: fc.constantFrom('off', 'archive'),
  onResolved: fc.constantFrom('off', 'close', 'comment'),
  onRegressed: fc.constantFrom('off', 'reopen', 'new_issue', 'comment'),
  reopenWithinDays: fc.constantFrom(0, 1, 90),
  onArchived: fc.constantFrom('off', 'label', 'close'),
  refresh: fc.constant(false),
  assign: fc.constant('off'),
  backLink: fc.constant(false),
});
const anyEvent = fc.oneof(
  { weight: 80, arbitrary: fc.constantFrom(...EVENTS) },
  { weight: 1, arbitrary: fc.constantFrom(...ENDS) },
);
const history = fc.array(anyEvent, { minLength: 1, maxLength: 80, size: 'max' });

/** Runs a history and lets `check` look at every step. */
function lived(settings: ReflectSettings, events: WorldEvent[], exact: boolean, check?: (world: World) => void): World {
  const world = aWorld(settings, exact);
  for (const event of events) {
    happen(world, event);
    check?.(world);
  }
  return world;
}

function everyHistory(holds: (settings: ReflectSettings, events: WorldEvent[], exact: boolean) => void): void {
  fc.assert(fc.property(anySettings, history, fc.boolean(), holds), { numRuns: RUNS });
}

/** Writes the world out for a check that fails, and only then: there are a million of them. */
function must(isSo: boolean, world: World): void {
  assert.ok(isSo, isSo ? '' : JSON.stringify(world));
}

/** Whether two sides may stand beside each other for good, by the rule's settings. */
function inAccord(sentry: SentrySide, github: GithubSide, settings: ReflectSettings): boolean {
  const stands = STANDS[sentry];
  if (stands === 'gone' || github === 'gone' || github === 'duplicate') return true;
  const comesBack = settings.onRegressed === 'reopen' || settings.onRegressed === 'new_issue';
  const allowed: Record<'live' | 'solved' | 'archived', Record<'open' | 'closed' | 'not_planned', boolean>> = {
    live: {
      open: true,
      closed: settings.onClosed === 'off' || !comesBack,
      not_planned: settings.onNotPlanned === 'off' || !comesBack || settings.onArchived !== 'close',
    },
    solved: { open: settings.onResolved !== 'close' || settings.onClosed === 'off', closed: true, not_planned: true },
    archived: {
      open: settings.onArchived !== 'close' || settings.onNotPlanned === 'off',
      closed: true,
      not_planned: true,
    },
  };
  return allowed[stands][github];
}

test('R1 no echo: what the hub did itself causes nothing more, however late, twice or out of order it is heard', () => {
  everyHistory((settings, events, exact) => {
    const world = lived(settings, events, exact);
    comeToRest(world);
    for (const { act, carries } of world.writes) if (FLIPS.has(act)) must(carries === 'others', world);
    const writes = world.writes.length;
    for (const event of ['ask_sentry', 'ask_github', 'hear_github', 'hear_sentry', 'reflect', 'hear_old'] as const)
      for (let time = 0; time < 3; time += 1) happen(world, event);
    comeToRest(world);
    must(world.writes.length === writes, world);
  });
});

test('R2 no lost change: at rest both sides agree as the settings say, or a conflict is shown', () => {
  everyHistory((settings, events, exact) => {
    const world = lived(settings, events, exact);
    comeToRest(world);
    if (world.hub.conflict !== null) return;
    must(inAccord(world.sentry.side, world.github.side, settings), world);
    if (world.github.labelled && settings.onArchived === 'label')
      assert.ok(['archived', 'gone'].includes(STANDS[world.sentry.side]) || world.github.side === 'gone');
    // what a person reopened and may not take out of the archive stays without
    const staysWithout = settings.onNotPlanned === 'off' && events.includes('reopen');
    if (world.sentry.side === 'ignored' && world.github.side === 'open')
      must(world.github.labelled || settings.onArchived !== 'label' || staysWithout, world);
  });
});

test('R3 no flapping: a change by others causes one change of a state at most, and a day no more than three', () => {
  everyHistory((settings, events, exact) => {
    const quiet = events.filter((event) => event !== 'retry');
    const world = lived(settings, quiet, exact);
    comeToRest(world);
    // what is gone on with after a lost answer is one change, if it is written twice
    const written = world.writes.filter(({ act }) => FLIPS.has(act));
    const flips = [...new Map(written.map((one) => [one.begunAt.getTime(), one])).values()];
    must(flips.length <= world.changes, world);
    for (const { at } of flips) {
      const inADay = flips.filter((flip) => flip.at >= at && flip.at < after(at, DAY_MS)).length;
      must(inADay <= FLIPS_MAX, world);
    }
  });
});

test('R4 human text stays: what people wrote is neither edited nor removed', () => {
  everyHistory((settings, events, exact) => {
    const world = lived(settings, events, exact, (then) => {
      if (then.writes.some(({ act }) => act === 'new_issue')) return;
      assert.equal(then.github.comments.filter(({ by }) => by === 'person').length, spoken(then, events));
    });
    comeToRest(world);
  });
});

test('R5 not planned is not fixed: Sentry is resolved only while the GitHub issue is closed as completed', () => {
  everyHistory((settings, events, exact) => {
    const world = lived(settings, events, exact);
    comeToRest(world);
    for (const { act, whileGithub } of world.writes)
      if (act === 'resolve' || act === 'resolve_in_next_release') assert.equal(whileGithub, 'closed');
  });
});

test('R6 off means off: a side whose directions are off is never written to', () => {
  const toSentryOff = { onClosed: 'off', onNotPlanned: 'off' } as const;
  const toGithubOff = { onResolved: 'off', onRegressed: 'off', onArchived: 'off' } as const;
  everyHistory((settings, events, exact) => {
    const github = lived({ ...settings, ...toSentryOff }, events, exact);
    comeToRest(github);
    assert.ok(github.writes.every(({ act }) => sideOf(act) === 'github'));
    const sentry = lived({ ...settings, ...toGithubOff }, events, exact);
    comeToRest(sentry);
    // the comment on a duplicate belongs to the direction to Sentry
    assert.ok(sentry.writes.every(({ act }) => sideOf(act) === 'sentry' || act === 'comment'));
    const none = lived(ALL_OFF, events, exact);
    comeToRest(none);
    assert.deepEqual(none.writes, []);
  });
});

test('R7 idempotence: a comparison right after an agreement does nothing, and no comment stands twice', () => {
  everyHistory((settings, events, exact) => {
    const world = lived(settings, events, exact, (then) => {
      const markers = then.github.comments.filter(({ by }) => by === 'hub').map(({ marker }) => marker);
      must(new Set(markers).size === markers.length, then);
      const twin = structuredClone(then);
      twin.fault = null;
      if (reflect(twin).agree) must(decide(twin).acts.length === 0, twin);
    });
    comeToRest(world);
  });
});

test('R8 one change on one side, with everything on, ends with both sides alike and no conflict', () => {
  const single: [WorldEvent, SentrySide, GithubSide][] = [
    ['close', 'resolved', 'closed'],
    ['not_planned', 'ignored', 'not_planned'],
    ['duplicate', 'unresolved', 'duplicate'],
    ['resolve', 'resolved', 'closed'],
    ['auto_resolve', 'auto_resolved', 'closed'],
    ['archive', 'ignored', 'not_planned'],
    ['delete_github', 'unresolved', 'gone'],
    ['delete_sentry', 'gone', 'open'],
  ];
  for (const [event, sentry, github] of single)
    for (const fault of ['minutes', 'lose_answer', 'lose_request'] as const) {
      const world = lived(
        ALL_ON,
        [event, fault, 'ask_sentry', 'ask_github', 'hear_sentry', 'hear_github', 'reflect'],
        false,
      );
      comeToRest(world);
      assert.deepEqual([world.sentry.side, world.github.side, world.hub.conflict], [sentry, github, null], event);
    }
});

test('R2 archived again, while the hub was telling that it is no longer archived, bears the label again', () => {
  for (const ends of ['resolve', 'unresolve', 'happen', 'close'] as const)
    for (const fault of ['lose_answer', 'lose_request', 'lose_second_answer', 'lose_second_request'] as const) {
      const settings = { ...ALL_ON, onArchived: 'label' } as const;
      const back = ends === 'close' ? (['reopen', 'archive'] as const) : (['archive'] as const);
      const world = lived(settings, ['archive', 'look', ends, fault, 'look', ...back], false);
      comeToRest(world);
      const { sentry, github, hub } = world;
      must(hub.conflict !== null || sentry.side !== 'ignored' || github.side !== 'open' || github.labelled, world);
    }
});

test('R9 a regression after either side closed it opens both again', () => {
  for (const event of ['close', 'resolve'] as const) {
    const world = lived(ALL_ON, [event], false);
    comeToRest(world);
    happen(world, 'happen');
    comeToRest(world);
    assert.deepEqual([world.sentry.side, world.github.side, world.hub.conflict], ['regressed', 'open', null]);
  }
});

// how often people spoke so far: the world is checked after every event, so it counts along
const told = new WeakMap<World, { count: number; seen: number }>();
function spoken(world: World, events: WorldEvent[]): number {
  const kept = told.get(world) ?? { count: 0, seen: 0 };
  if (events[kept.seen] === 'comment') kept.count += 1;
  kept.seen += 1;
  told.set(world, kept);
  return kept.count;
}
