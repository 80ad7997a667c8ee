import type { ReflectInput } from './reflect.decide.ts';
import type { ReflectSettings } from '../errors.model.ts';

/** Values for tests of the reflection; each test names only what it is about. */
export const NOW = new Date('2026-11-21T10:00:00Z');

export const ALL_ON: ReflectSettings = {
  onClosed: 'resolve',
  onNotPlanned: 'archive',
  onResolved: 'close',
  onRegressed: 'reopen',
  reopenWithinDays: 90,
  onArchived: 'close',
  refresh: false,
  assign: 'off',
  backLink: false,
};
export const ALL_OFF: ReflectSettings = {
  ...ALL_ON,
  onClosed: 'off',
  onNotPlanned: 'off',
  onResolved: 'off',
  onRegressed: 'off',
  onArchived: 'off',
};

/** An error both of whose sides are open and agreed. */
export function anInput(changes: {
  sentry?: Partial<ReflectInput['sentry']>;
  github?: Partial<ReflectInput['github']>;
  settings?: Partial<ReflectSettings>;
  rest?: Partial<Omit<ReflectInput, 'sentry' | 'github' | 'settings'>>;
}): ReflectInput {
  return {
    sentry: { agreed: 'unresolved', now: 'unresolved', moved: null, ...changes.sentry },
    github: { agreed: 'open', now: 'open', moved: null, closedAt: null, ...changes.github },
    settings: { ...ALL_ON, ...changes.settings },
    labelled: false,
    linkedAt: new Date(NOW.getTime() - 86_400_000),
    resolvedAt: null,
    flips: [],
    begun: [],
    conflict: null,
    hasSurvivor: false,
    now: NOW,
    ...changes.rest,
  };
}

/** Just then. */
export function at(time: Date): { from: Date; to: Date } {
  return { from: time, to: time };
}
