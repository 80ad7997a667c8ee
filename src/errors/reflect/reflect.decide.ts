import { after, DAY_MS, MINUTE_MS, SECOND_MS } from '../../lib/clock.ts';
import { actsOnGithub, actsOnSentry } from './reflect-carry.decide.ts';
import { FLIPS, GITHUB_MOVES, SENTRY_MOVES } from './reflect-moves.decide.ts';
import type { GithubMove, SentryMove } from './reflect-moves.decide.ts';
import type { AgreedSentrySide, GithubSide, ReflectionAct, ReflectSettings, SentrySide } from '../errors.model.ts';

/** When something happened: not before `from` (null: nobody can say) and not after `to`. The same instant twice: just then. */
export interface Moment {
  from: Date | null;
  to: Date;
}

/** Both sides of an error, what they last agreed on, and what bears on what may be done. */
export interface ReflectInput {
  /** `agreed` null: never yet. `moved`: when it came to be as it is now. */
  sentry: { agreed: AgreedSentrySide | null; now: SentrySide; moved: Moment | null };
  github: { agreed: GithubSide | null; now: GithubSide; moved: Moment | null; closedAt: Date | null };
  /** The issue bears the label that tells of the archive. */
  labelled: boolean;
  /** When the two were tied together: what was before is no change. */
  linkedAt: Date;
  settings: ReflectSettings;
  /** When this hub last resolved it in Sentry. */
  resolvedAt: Date | null;
  /** When this hub changed a state for this error; also when it set out to. */
  flips: readonly Date[];
  /** Acts that were begun and may be gone on with. */
  begun: readonly { act: ReflectionAct; startedAt: Date }[];
  /** The standing conflict; a person ends it. */
  conflict: string | null;
  /** Merged into a Sentry issue that has another GitHub issue. */
  hasSurvivor: boolean;
  now: Date;
}

/** What both sides last agreed on; null: never yet. */
export interface LastAgreed {
  sentry: AgreedSentrySide | null;
  github: GithubSide | null;
}

/** What is done, in this order; with the last act both sides agree. `agree`: as they are after the acts they are what is agreed on. */
export interface ReflectDecision {
  acts: ReflectionAct[];
  agree: boolean;
  /** Compared again then, before anything is done. */
  waitUntil: Date | null;
  /** Why a person must decide; nothing is done until then. */
  conflict: string | null;
  why: string;
}

/** Whose change is carried to the other side. `later`, `later_or_both`: the later one's; if nobody can say which, a person's matter, or each keeps its own. */
type Follows = 'none' | 'sentry' | 'github' | 'later' | 'later_or_both';

/**
 * What both sides' changes since the last agreement come to (SPEC S6, T5). docs/reflection-spec.md explains each row.
 */
export const FOLLOWS: Record<SentryMove, Record<GithubMove, Follows>> = {
  still: {
    still: 'none',
    closed: 'github',
    not_planned: 'github',
    duplicate: 'github',
    reopened: 'github',
    gone: 'none',
  },
  solved: {
    still: 'sentry',
    closed: 'none', // both came to the same end
    not_planned: 'none',
    duplicate: 'none',
    reopened: 'later',
    gone: 'none',
  },
  archived: {
    still: 'sentry',
    closed: 'later_or_both', // an end on both sides, if not the same
    not_planned: 'none',
    duplicate: 'none',
    reopened: 'later',
    gone: 'none',
  },
  // as if it had stood still, but for the label
  archived_again: {
    still: 'sentry',
    closed: 'github',
    not_planned: 'github',
    duplicate: 'github',
    reopened: 'github',
    gone: 'none',
  },
  came_back: {
    still: 'sentry',
    closed: 'later', // closed after it came back is fixed; closed before is not
    not_planned: 'later',
    duplicate: 'github',
    reopened: 'none',
    gone: 'none',
  },
  unarchived: {
    still: 'sentry',
    closed: 'later',
    not_planned: 'later',
    duplicate: 'github',
    reopened: 'none',
    gone: 'none',
  },
  deleted: {
    still: 'sentry',
    closed: 'sentry',
    not_planned: 'sentry',
    duplicate: 'sentry',
    reopened: 'sentry',
    gone: 'none',
  },
};

/** An event that was in Sentry's queue when it was resolved brings it back at once (facts/sentry.md §6). */
export const GRACE_MS = 10 * MINUTE_MS;
export const FLIPS_MAX = 3;
/** Two clocks tell the order of changes only when they are further apart. */
const APART_MS = 5 * SECOND_MS;

/** What is done about both sides of an error; total, whatever the sides, times and settings are. */
export function decideReflection(input: ReflectInput): ReflectDecision {
  const sentry = SENTRY_MOVES[agreedSentry(input)][input.sentry.now];
  const github = GITHUB_MOVES[agreedGithub(input)][input.github.now];
  const follows = FOLLOWS[sentry][github];
  const whose = whoseChange(follows, input);
  const toGithub = actsOnGithub(sentry, input);
  const toSentry = actsOnSentry(github, input);
  // where neither would be carried there is nothing to decide
  if (whose === 'unknown' && toGithub.length + toSentry.length > 0) return conflict(input, bothMoved(sentry, github));
  const carried = [...(whose === 'sentry' ? toGithub : []), ...(whose === 'github' ? toSentry : [])];
  const acts = [...labelActs(sentry, carried, input), ...carried];
  const why = [SENTRY_WORDS[sentry], GITHUB_WORDS[github]].filter((words) => words !== '');
  if (follows === 'later' && (whose === 'sentry' || whose === 'github')) why.push(LATER_WORDS[whose]);
  return checked(input, sentry, acts, why.length === 0 ? 'Neither side has changed.' : why.join(' '));
}

/** What both sides agree on with an act of a decision: with the last one as they are after it; before it only that the label is off. */
export function agreedWith(
  act: ReflectionAct,
  acts: readonly ReflectionAct[],
  { before, whole }: { before: LastAgreed; whole: LastAgreed },
): LastAgreed | undefined {
  if (act === acts.at(-1)) return whole;
  return act === 'unlabel_archived' && before.sentry === 'ignored' ? { ...before, sentry: 'unlabelled' } : undefined;
}

/** What holds acts back: a standing conflict, the time of grace, and too many changes in a day. */
function checked(input: ReflectInput, sentry: SentryMove, acts: ReflectionAct[], why: string): ReflectDecision {
  if (acts.length === 0) return { acts, agree: true, waitUntil: null, conflict: null, why };
  if (input.conflict !== null) return conflict(input, input.conflict);
  const graceEnds = graceOf(input);
  if (sentry === 'came_back' && graceEnds !== null && graceEnds > input.now)
    return { acts: [], agree: false, waitUntil: graceEnds, conflict: null, why: GRACE_WORDS };
  if (flipsBefore(input, acts) >= FLIPS_MAX && acts.some((act) => FLIPS.has(act))) return conflict(input, TOO_OFTEN);
  return { acts, agree: true, waitUntil: null, conflict: null, why };
}

/** An act whose answer was lost was counted when it was begun: going on with it is no other change. */
function flipsBefore({ flips, begun, now }: ReflectInput, acts: readonly ReflectionAct[]): number {
  const goesOn = new Set(begun.filter(({ act }) => acts.includes(act)).map(({ startedAt }) => startedAt.getTime()));
  return flips.filter((at) => at > after(now, -DAY_MS) && !goesOn.has(at.getTime())).length;
}

/** What surely happened after our resolve needs no grace: it was not in Sentry's queue then. */
function graceOf({ resolvedAt, sentry: { moved } }: ReflectInput): Date | null {
  if (resolvedAt === null) return null;
  const isNew = (moved?.from ?? resolvedAt) > after(resolvedAt, APART_MS);
  return isNew ? null : after(resolvedAt, GRACE_MS);
}

function conflict(input: ReflectInput, words: string): ReflectDecision {
  const told = input.conflict ?? words;
  return { acts: [], agree: false, waitUntil: null, conflict: told, why: told };
}

/** At the first look only what changed after the two were tied together is a change: older issues are taken as they are. */
function agreedSentry({ sentry, linkedAt }: ReflectInput): AgreedSentrySide {
  if (sentry.agreed !== null) return sentry.agreed;
  return sentry.moved !== null && sentry.moved.to > linkedAt ? 'unresolved' : sentry.now;
}

function agreedGithub({ github, linkedAt }: ReflectInput): GithubSide {
  if (github.agreed !== null) return github.agreed;
  return github.moved !== null && github.moved.to > linkedAt ? 'open' : github.now;
}

function whoseChange(follows: Follows, input: ReflectInput): 'none' | 'sentry' | 'github' | 'unknown' {
  if (follows !== 'later' && follows !== 'later_or_both') return follows;
  const [sentry, github] = [input.sentry.moved, input.github.moved];
  if (isAfter(sentry, github)) return 'sentry';
  if (isAfter(github, sentry)) return 'github';
  return follows === 'later' ? 'unknown' : 'none';
}

function isAfter(one: Moment | null, other: Moment | null): boolean {
  if (one === null || one.from === null || other === null) return false;
  return one.from.getTime() - other.to.getTime() > APART_MS;
}

const ENDS_ARCHIVE = new Set<ReflectionAct>(['resolve', 'resolve_in_next_release', 'unresolve']);

// The label tells of the archive: it goes when the archive ended, whatever else happened.
function labelActs(
  move: SentryMove,
  carried: readonly ReflectionAct[],
  { sentry: { now }, github, labelled, settings }: ReflectInput,
): ReflectionAct[] {
  const over = move !== 'still' && now !== 'ignored' && now !== 'gone';
  const isEnded = over || carried.some((act) => ENDS_ARCHIVE.has(act));
  return isEnded && labelled && settings.onArchived === 'label' && github.now !== 'gone' ? ['unlabel_archived'] : [];
}

const SENTRY_WORDS: Record<SentryMove, string> = {
  still: '',
  solved: 'It was resolved in Sentry.',
  archived: 'It was archived in Sentry.',
  archived_again: 'It was archived in Sentry again.',
  came_back: 'It came back in Sentry.',
  unarchived: 'It is no longer archived in Sentry.',
  deleted: 'It is no longer in Sentry.',
};
const GITHUB_WORDS: Record<GithubMove, string> = {
  still: '',
  closed: 'The GitHub issue was closed as completed.',
  not_planned: 'The GitHub issue was closed as not planned.',
  duplicate: 'The GitHub issue was closed as a duplicate.',
  reopened: 'The GitHub issue was reopened.',
  gone: 'The GitHub issue is gone; nothing more is done for it.',
};
const LATER_WORDS = {
  sentry: 'Sentry’s change is the later one and counts.',
  github: 'GitHub’s change is the later one and counts.',
};
const GRACE_WORDS =
  'It came back in Sentry right after it was resolved; the event may be an older one, so it is looked at again first.';
const TOO_OFTEN = `This hub has changed it ${FLIPS_MAX} times in a day: something keeps changing it back. Find out what, then press “Try again”.`;

function bothMoved(sentry: SentryMove, github: GithubMove): string {
  return `${SENTRY_WORDS[sentry]} ${GITHUB_WORDS[github]} Which came later is not known, so neither side is changed: set one of them as it should be.`;
}
