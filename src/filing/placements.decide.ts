import { after } from '../lib/clock.ts';
import { assertNever } from '../lib/assert-never.ts';
import { backoffMs } from './filing.decide.ts';
import type { GithubConnection } from '../connections/connections.model.ts';
import type { GithubFailure } from '../github/github.model.ts';
import type { PlacementKind } from './placements.model.ts';

/** A place that an issue shall get after it is made. `target`: number of the parent, or address of the project. */
export interface WantedPlace {
  kind: PlacementKind;
  target: string;
  fields: Record<string, string>;
}

/** The places that a connection gives to the issues it makes from now on. */
export function wantedPlaces(
  connection: Pick<GithubConnection, 'parentIssue' | 'project' | 'projectFields'>,
): WantedPlace[] {
  const { parentIssue, project, projectFields } = connection;
  return [
    ...(parentIssue === null ? [] : [{ kind: 'parent' as const, target: String(parentIssue), fields: {} }]),
    ...(project === null ? [] : [{ kind: 'project' as const, target: project, fields: projectFields }]),
  ];
}

/** Tries of what passes by itself: with waits of up to five minutes about a day. */
export const PASSING_ATTEMPTS_MAX = 300;
/** Tries of an odd answer. */
export const ODD_ATTEMPTS_MAX = 8;

/** What follows from a failure: it is tried again, or ended. `pause`: the whole connection must wait for a person. */
export type PlacementStep = { state: 'pending'; runAt: Date; pause: boolean } | { state: 'failed' };

/**
 * What follows when an issue could not be placed, for the look before as well as for the write: each of them can be said again
 * without harm, so a lost answer is a passing failure like any other. `attempts` counts this one. `random` in [0, 1) spreads the tries.
 */
export function stepFromPlacingFailure(
  failure: GithubFailure,
  attempts: number,
  now: Date,
  random: number,
): PlacementStep {
  const again = (most: number): PlacementStep =>
    attempts >= most
      ? { state: 'failed' }
      : { state: 'pending', runAt: after(now, backoffMs(attempts - 1, random)), pause: false };
  switch (failure.kind) {
    case 'rate_limited':
      return { state: 'pending', runAt: failure.retryAt, pause: false };
    case 'unauthorized':
      return { state: 'pending', runAt: now, pause: true };
    case 'unreachable':
    case 'unavailable':
    case 'outcome_unknown':
      return again(PASSING_ATTEMPTS_MAX);
    case 'moved':
    case 'unexpected':
      return again(ODD_ATTEMPTS_MAX);
    case 'forbidden': // of projects or sub-issues: issues are filed all the same, so nothing is paused
    case 'not_found':
    case 'gone':
    case 'invalid':
      return { state: 'failed' };
    default:
      return assertNever(failure);
  }
}
