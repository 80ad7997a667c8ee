import { after, DAY_MS } from '../../lib/clock.ts';
import type { GithubMove, SentryMove } from './reflect-moves.decide.ts';
import type { ReflectInput } from './reflect.decide.ts';
import type { GithubSide, ReflectionAct, SentrySide } from '../errors.model.ts';

type Carry = (input: ReflectInput) => ReflectionAct[];
const nothing: Carry = () => [];

/** What GitHub is told of Sentry's change, by how the GitHub issue stands now. */
const TO_GITHUB: Record<SentryMove, Record<GithubSide, Carry>> = {
  still: { open: nothing, closed: nothing, not_planned: nothing, duplicate: nothing, gone: nothing },
  solved: { open: onResolved, closed: nothing, not_planned: nothing, duplicate: nothing, gone: nothing },
  archived: { open: onArchived, closed: nothing, not_planned: nothing, duplicate: nothing, gone: nothing },
  archived_again: { open: onArchived, closed: nothing, not_planned: nothing, duplicate: nothing, gone: nothing },
  // a duplicate is looked after where the original is
  came_back: { open: nothing, closed: onRegressed, not_planned: onRegressed, duplicate: nothing, gone: nothing },
  unarchived: { open: nothing, closed: onRegressed, not_planned: onUnarchived, duplicate: nothing, gone: nothing },
  deleted: { open: onDeleted, closed: nothing, not_planned: nothing, duplicate: nothing, gone: nothing },
};

/** What Sentry is told of GitHub's change, by how Sentry's side stands now. "Not planned" is never "resolved". */
const TO_SENTRY: Record<GithubMove, Record<'live' | 'solved' | 'archived' | 'gone', Carry>> = {
  still: { live: nothing, solved: nothing, archived: nothing, gone: nothing },
  closed: { live: onClosed, solved: nothing, archived: onClosed, gone: nothing },
  not_planned: { live: onNotPlanned, solved: nothing, archived: nothing, gone: nothing },
  duplicate: { live: onDuplicate, solved: nothing, archived: nothing, gone: nothing },
  reopened: {
    live: nothing,
    solved: ({ settings }) => (settings.onClosed === 'off' ? [] : ['unresolve']),
    archived: ({ settings }) => (settings.onNotPlanned === 'off' ? [] : ['unresolve']),
    gone: nothing,
  },
  gone: { live: nothing, solved: nothing, archived: nothing, gone: nothing },
};

/** How Sentry's side stands: something to do, done, put away, or not there. */
export const STANDS: Record<SentrySide, 'live' | 'solved' | 'archived' | 'gone'> = {
  unresolved: 'live',
  regressed: 'live',
  escalating: 'live',
  resolved: 'solved',
  auto_resolved: 'solved',
  ignored: 'archived',
  gone: 'gone',
};

export function actsOnGithub(move: SentryMove, input: ReflectInput): ReflectionAct[] {
  return TO_GITHUB[move][input.github.now](input);
}

/** Also the comment on GitHub that says why nothing is done in Sentry. */
export function actsOnSentry(move: GithubMove, input: ReflectInput): ReflectionAct[] {
  return TO_SENTRY[move][STANDS[input.sentry.now]](input);
}

function onResolved({ settings }: ReflectInput): ReflectionAct[] {
  return settings.onResolved === 'off' ? [] : [settings.onResolved];
}

function onArchived({ settings, labelled }: ReflectInput): ReflectionAct[] {
  if (settings.onArchived === 'close') return ['close_not_planned'];
  return settings.onArchived === 'off' || labelled ? [] : ['label_archived'];
}

function onRegressed({ settings, github, now }: ReflectInput): ReflectionAct[] {
  switch (settings.onRegressed) {
    case 'off':
      return [];
    case 'reopen': {
      const tooOld = github.closedAt !== null && after(github.closedAt, settings.reopenWithinDays * DAY_MS) < now;
      return [tooOld ? 'new_issue' : 'reopen'];
    }
    default:
      return [settings.onRegressed];
  }
}

// What the archive closed, its end opens; with a label there is only the label to take off.
function onUnarchived({ settings }: ReflectInput): ReflectionAct[] {
  return settings.onArchived === 'close' ? ['reopen'] : [];
}

function onDeleted({ settings, hasSurvivor }: ReflectInput): ReflectionAct[] {
  if (settings.onResolved === 'off') return [];
  return hasSurvivor && settings.onResolved === 'close' ? ['close_duplicate'] : ['comment'];
}

function onClosed({ settings }: ReflectInput): ReflectionAct[] {
  return settings.onClosed === 'off' ? [] : [settings.onClosed];
}

function onNotPlanned({ settings }: ReflectInput): ReflectionAct[] {
  return settings.onNotPlanned === 'off' ? [] : ['archive'];
}

function onDuplicate({ settings }: ReflectInput): ReflectionAct[] {
  return settings.onClosed === 'off' ? [] : ['comment'];
}
