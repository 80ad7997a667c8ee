import { after, MINUTE_MS, SECOND_MS } from '../../lib/clock.ts';
import { at, NOW } from './reflect.fixture.ts';
import { agreedWith, decideReflection } from './reflect.decide.ts';
import { FLIPS } from './reflect-moves.decide.ts';
import type { GithubSide, ReflectionAct, ReflectSettings, SentrySide } from '../errors.model.ts';
import type { LastAgreed, Moment, ReflectDecision } from './reflect.decide.ts';

/** What people, programs and the network do to a world. */
export const EVENTS = [
  'resolve',
  'auto_resolve',
  'archive',
  'unresolve',
  'happen',
  'age',
  'close',
  'not_planned',
  'reopen',
  'comment',
  'ask_sentry',
  'ask_github',
  'hear_sentry',
  'hear_github',
  'hear_old',
  'look',
  'look',
  'look',
  'reflect',
  'retry',
  'lose_answer',
  'lose_request',
  'lose_second_answer',
  'lose_second_request',
  'minutes',
  'hours',
  'day',
] as const;
/** What ends the matter, so it is rare in a history. */
export const ENDS = ['duplicate', 'delete_sentry', 'delete_github'] as const;
export type WorldEvent = (typeof EVENTS | typeof ENDS)[number];

interface Seen<Side> {
  side: Side;
  moved: Moment | null;
  closedAt: Date | null;
  askedAt: Date;
}
interface Comment {
  by: 'person' | 'hub';
  marker: string;
}

/** A little Sentry, a little GitHub, and a hub that sees both late and speaks over a bad line. */
export interface World {
  now: Date;
  settings: ReflectSettings;
  exactTimes: boolean;
  sentry: { side: SentrySide; movedAt: Date; by: 'others' | 'hub' };
  github: {
    side: GithubSide;
    movedAt: Date;
    by: 'others' | 'hub';
    closedAt: Date | null;
    labelled: boolean;
    comments: Comment[];
  };
  hub: {
    sentry: Seen<SentrySide>;
    github: Seen<GithubSide>;
    agreed: LastAgreed;
    flips: Date[];
    conflict: string | null;
    resolvedAt: Date | null;
    /** An act that was begun and of which nobody knows whether it was done, and what both sides agree on if it was. */
    begun: { act: ReflectionAct; startedAt: Date; marker: string; agreed: LastAgreed } | null;
  };
  onTheWay: ({ of: 'sentry'; seen: Seen<SentrySide> } | { of: 'github'; seen: Seen<GithubSide> })[];
  /** What becomes of a write, after so many that pass. */
  fault: { lost: 'answer' | 'request'; passes: number } | null;
  /** What people and Sentry itself did that changed a side. */
  changes: number;
  /** Each write that reached a side. */
  writes: { act: ReflectionAct; whileGithub: GithubSide; carries: 'others' | 'hub'; at: Date; begunAt: Date }[];
}

export function aWorld(settings: ReflectSettings, exactTimes = true): World {
  const seen = { moved: null, closedAt: null, askedAt: NOW };
  return {
    now: NOW,
    settings,
    exactTimes,
    sentry: { side: 'unresolved', movedAt: NOW, by: 'others' },
    github: { side: 'open', movedAt: NOW, by: 'others', closedAt: null, labelled: false, comments: [] },
    hub: {
      sentry: { ...seen, side: 'unresolved' },
      github: { ...seen, side: 'open' },
      agreed: { sentry: 'unresolved', github: 'open' },
      flips: [],
      conflict: null,
      resolvedAt: null,
      begun: null,
    },
    onTheWay: [],
    fault: null,
    changes: 0,
    writes: [],
  };
}

const SENTRY_EVENTS: Partial<Record<WorldEvent, Partial<Record<SentrySide, SentrySide>>>> = {
  resolve: { unresolved: 'resolved', regressed: 'resolved', escalating: 'resolved', ignored: 'resolved' },
  auto_resolve: { unresolved: 'auto_resolved', regressed: 'auto_resolved' },
  archive: { unresolved: 'ignored', regressed: 'ignored', escalating: 'ignored', resolved: 'ignored' },
  unresolve: { resolved: 'unresolved', auto_resolved: 'unresolved', ignored: 'unresolved' },
  happen: { resolved: 'regressed', auto_resolved: 'regressed', ignored: 'escalating' },
  age: { regressed: 'unresolved', escalating: 'unresolved' },
  delete_sentry: { unresolved: 'gone', regressed: 'gone', escalating: 'gone', resolved: 'gone', ignored: 'gone' },
};
const GITHUB_EVENTS: Partial<Record<WorldEvent, Partial<Record<GithubSide, GithubSide>>>> = {
  close: { open: 'closed' },
  not_planned: { open: 'not_planned', closed: 'not_planned' },
  duplicate: { open: 'duplicate' },
  reopen: { closed: 'open', not_planned: 'open', duplicate: 'open' },
  delete_github: { open: 'gone', closed: 'gone' },
};
const FAULTS: Partial<Record<WorldEvent, NonNullable<World['fault']>>> = {
  lose_answer: { lost: 'answer', passes: 0 },
  lose_request: { lost: 'request', passes: 0 },
  lose_second_answer: { lost: 'answer', passes: 1 },
  lose_second_request: { lost: 'request', passes: 1 },
};
const WAITS_MS: Partial<Record<WorldEvent, number>> = {
  minutes: 3 * MINUTE_MS,
  hours: 5 * 60 * MINUTE_MS,
  day: 25 * 60 * MINUTE_MS,
};

/** Lets one thing happen. */
export function happen(world: World, event: WorldEvent): void {
  world.now = after(world.now, WAITS_MS[event] ?? 7 * SECOND_MS);
  const sentry = SENTRY_EVENTS[event]?.[world.sentry.side];
  if (sentry !== undefined) {
    world.sentry = { side: sentry, movedAt: world.now, by: 'others' };
    world.changes += 1;
  }
  const github = GITHUB_EVENTS[event]?.[world.github.side];
  if (github !== undefined) {
    setGithub(world, github, 'others');
    world.changes += 1;
  }
  if (event === 'comment') world.github.comments.push({ by: 'person', marker: '' });
  if (FAULTS[event] !== undefined) world.fault = { ...FAULTS[event] };
  if (event === 'ask_sentry') world.onTheWay.push({ of: 'sentry', seen: lookAtSentry(world) });
  if (event === 'ask_github') world.onTheWay.push({ of: 'github', seen: lookAtGithub(world) });
  if (event === 'hear_sentry' || event === 'hear_github') hear(world, event === 'hear_sentry' ? 'sentry' : 'github');
  if (event === 'hear_old' && world.onTheWay[0] !== undefined) keep(world, world.onTheWay[0]);
  if (event === 'retry') retry(world);
  if (event === 'look') look(world);
  if (event === 'look' || event === 'reflect') reflect(world);
}

function retry(world: World): void {
  world.hub.conflict = null;
  world.hub.flips = [];
}

function setGithub(world: World, side: GithubSide, by: 'others' | 'hub'): void {
  const closes = side !== 'open' && world.github.side === 'open';
  const closedAt = side === 'open' ? null : closes ? world.now : world.github.closedAt;
  world.github = { ...world.github, side, movedAt: world.now, by, closedAt };
}

function lookAtSentry({ sentry, now, exactTimes }: World): Seen<SentrySide> {
  const moved = exactTimes ? at(sentry.movedAt) : { from: null, to: now };
  return { side: sentry.side, moved, closedAt: null, askedAt: now };
}

function lookAtGithub({ github, now }: World): Seen<GithubSide> {
  return { side: github.side, moved: at(github.movedAt), closedAt: github.closedAt, askedAt: now };
}

function look(world: World): void {
  world.hub.sentry = lookAtSentry(world);
  world.hub.github = lookAtGithub(world);
}

// The last look that is on the way comes in; it stays there, so that it may come once more.
function hear(world: World, of: 'sentry' | 'github'): void {
  const told = world.onTheWay.findLast((one) => one.of === of);
  if (told !== undefined) keep(world, told);
}

function keep(world: World, told: World['onTheWay'][number]): void {
  if (told.seen.askedAt < world.hub[told.of].askedAt) return;
  if (told.of === 'sentry') world.hub.sentry = told.seen;
  else world.hub.github = told.seen;
}

/** One comparison: by what is known, and before anything is done by what both sides say now. */
export function reflect(world: World): ReflectDecision {
  if (world.hub.begun === null) {
    const known = decide(world);
    if (known.acts.length === 0) return settleOn(world, known);
  }
  look(world);
  findOut(world);
  const decision = decide(world);
  for (const act of decision.acts) if (!perform(world, act, decision.acts)) return decision;
  return settleOn(world, decision);
}

// An act whose answer was lost and that is found done was agreed on then; what came after it is a change.
function findOut({ hub, github, sentry }: World): void {
  if (hub.begun === null) return;
  const { act, marker, agreed } = hub.begun;
  const stands = expectedOf(act);
  const done =
    (act === 'label_archived' && github.labelled) ||
    (act === 'unlabel_archived' && !github.labelled) ||
    (act === 'comment' && github.comments.some((comment) => comment.marker === marker)) ||
    (stands.sentry === undefined ? stands.github === github.side : stands.sentry === sentry.side);
  if (!done) return;
  hub.agreed = agreed;
  hub.begun = null;
}

function settleOn(world: World, decision: ReflectDecision): ReflectDecision {
  const { hub } = world;
  hub.conflict = decision.conflict;
  if (decision.agree) hub.agreed = { sentry: hub.sentry.side, github: hub.github.side };
  return decision;
}

/** What the hub would do by what it has seen. */
export function decide({ hub, settings, github, now }: World): ReflectDecision {
  return decideReflection({
    sentry: { agreed: hub.agreed.sentry, now: hub.sentry.side, moved: hub.sentry.moved },
    github: { agreed: hub.agreed.github, now: hub.github.side, moved: hub.github.moved, closedAt: hub.github.closedAt },
    labelled: github.labelled,
    linkedAt: NOW,
    settings,
    resolvedAt: hub.resolvedAt,
    flips: hub.flips,
    begun: hub.begun === null ? [] : [hub.begun],
    conflict: hub.conflict,
    hasSurvivor: false,
    now,
  });
}

const TELLS = new Set<ReflectionAct>(['close', 'close_not_planned', 'reopen', 'comment']);

// False when the answer was lost: nothing is learned, and the next comparison finds out.
function perform(world: World, act: ReflectionAct, acts: readonly ReflectionAct[]): boolean {
  const { hub } = world;
  const stands = expectedOf(act);
  const whole = { sentry: stands.sentry ?? hub.sentry.side, github: stands.github ?? hub.github.side };
  const agreed = agreedWith(act, acts, { before: hub.agreed, whole }) ?? hub.agreed;
  const marker = hub.begun?.act === act ? hub.begun.marker : `${act} ${world.writes.length} ${world.now.getTime()}`;
  const startedAt = hub.begun?.act === act ? hub.begun.startedAt : world.now;
  hub.begun = { act, startedAt, marker, agreed };
  if (FLIPS.has(act) && !hub.flips.includes(startedAt)) hub.flips.push(startedAt);
  if (act === 'resolve' || act === 'resolve_in_next_release') hub.resolvedAt = world.now;
  if (TELLS.has(act) && !tell(world, marker)) return false;
  if (act !== 'comment' && !send(world, act, () => set(world, act))) return false;
  hub.begun = null;
  hub.agreed = agreed;
  look(world);
  return true;
}

// A comment begun before is looked for first.
function tell(world: World, marker: string): boolean {
  if (world.github.comments.some((comment) => comment.marker === marker)) return true;
  return send(world, 'comment', () => world.github.comments.push({ by: 'hub', marker }));
}

function send(world: World, act: ReflectionAct, apply: () => void): boolean {
  const fault = world.fault !== null && world.fault.passes > 0 ? null : world.fault;
  if (fault === null && world.fault !== null) world.fault.passes -= 1;
  else world.fault = null;
  if (fault?.lost !== 'request') {
    const carries = sideOf(act) === 'sentry' ? world.github.by : world.sentry.by;
    const begunAt = world.hub.begun?.startedAt ?? world.now;
    world.writes.push({ act, whileGithub: world.github.side, carries, at: world.now, begunAt });
    apply();
  }
  return fault === null;
}

const ON_SENTRY: Partial<Record<ReflectionAct, SentrySide>> = {
  resolve: 'resolved',
  resolve_in_next_release: 'resolved',
  unresolve: 'unresolved',
  archive: 'ignored',
};
const ON_GITHUB: Partial<Record<ReflectionAct, GithubSide>> = {
  close: 'closed',
  close_not_planned: 'not_planned',
  reopen: 'open',
  new_issue: 'open',
};

function expectedOf(act: ReflectionAct): { sentry: SentrySide | undefined; github: GithubSide | undefined } {
  return { sentry: ON_SENTRY[act], github: ON_GITHUB[act] };
}

export function sideOf(act: ReflectionAct): 'sentry' | 'github' {
  return ON_SENTRY[act] === undefined ? 'github' : 'sentry';
}

function set(world: World, act: ReflectionAct): void {
  const { sentry: side, github: state } = expectedOf(act);
  if (side !== undefined) world.sentry = { side, movedAt: world.now, by: 'hub' };
  if (act === 'new_issue') world.github.comments = [];
  if (state !== undefined) setGithub(world, state, 'hub');
  if (act === 'label_archived') world.github.labelled = true;
  if (act === 'unlabel_archived') world.github.labelled = false;
}

/** A good line and time enough: both sides are seen and compared until there is nothing more to do. */
export function comeToRest(world: World): void {
  world.fault = null;
  world.onTheWay = [];
  for (let round = 0; round < 6; round += 1) {
    world.now = after(world.now, 11 * MINUTE_MS);
    look(world);
    reflect(world);
  }
}
