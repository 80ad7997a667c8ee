import { DAY_MS, MINUTE_MS } from '../../lib/clock.ts';
import type { Row } from '../../db/db.model.ts';
import type { SentryFailureKind, SentryIssue } from '../../sentry/sentry.model.ts';

/** While a merge or a deletion runs, Sentry answers 404: nobody answers only if that is so again after this (facts/sentry.md §5). */
export const SECOND_LOOK_MS = 5 * MINUTE_MS;
/** An id of which Sentry only ever says that it failed keeps others waiting this long at most. */
const GIVEN_UP_MS = DAY_MS;

/** What is kept of an answer. Neither `answers_as` nor `missing_since`: nobody answers, for certain and for ever. */
export type Answer = Pick<
  Row<'sentry_answers'>,
  'answers_as' | 'missing_since' | 'project_id' | 'first_seen' | 'last_seen'
>;

/** A Sentry issue answered: the one asked for, or the one it was merged into. */
export function answeredBy({ id, project, firstSeen, lastSeen }: SentryIssue): Answer {
  return { answers_as: id, missing_since: null, project_id: project.id, first_seen: firstSeen, last_seen: lastSeen };
}

/** No Sentry issue answered. `missingSince`: since when none does, as far as was known before. */
export function unanswered(kind: SentryFailureKind, missingSince: Date | null, askedAt: Date): Answer {
  const since = missingSince ?? askedAt;
  const patienceMs = kind === 'not_found' ? SECOND_LOOK_MS : GIVEN_UP_MS;
  const isCertain = askedAt.getTime() - since.getTime() >= patienceMs;
  const nothing = { answers_as: null, project_id: null, first_seen: null, last_seen: null };
  return { ...nothing, missing_since: isCertain ? null : since };
}
