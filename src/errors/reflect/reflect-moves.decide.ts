import type { AgreedSentrySide, GithubSide, ReflectionAct, SentrySide } from '../errors.model.ts';

/**
 * What Sentry's side did since the last agreement. `came_back`: after it was resolved, or by new events; `unarchived`: from the
 * archive; `archived_again`: out of it and back, while the hub was about to tell that it is out.
 */
export type SentryMove = 'still' | 'solved' | 'archived' | 'archived_again' | 'came_back' | 'unarchived' | 'deleted';

/** What GitHub's side did since the last agreement. */
export type GithubMove = 'still' | 'closed' | 'not_planned' | 'duplicate' | 'reopened' | 'gone';

const OUT_OF_ARCHIVE = {
  unresolved: 'unarchived',
  regressed: 'came_back', // resolved and back between two looks
  escalating: 'came_back', // archived until it escalates, and it did
  resolved: 'solved',
  auto_resolved: 'solved',
  gone: 'deleted',
} as const;

/**
 * From what was agreed on (rows) to what is now (columns). Sentry itself turns `regressed` and `escalating` into `unresolved`
 * after some days, and tells `resolved` and `auto_resolved` apart only for the reader: that is no move. An issue that turns up
 * again after it was gone is taken as it is.
 */
export const SENTRY_MOVES: Record<AgreedSentrySide, Record<SentrySide, SentryMove>> = {
  unresolved: {
    unresolved: 'still',
    regressed: 'came_back', // resolved and back between two looks
    escalating: 'came_back',
    resolved: 'solved',
    auto_resolved: 'solved',
    ignored: 'archived',
    gone: 'deleted',
  },
  regressed: {
    unresolved: 'still',
    regressed: 'still',
    escalating: 'came_back',
    resolved: 'solved',
    auto_resolved: 'solved',
    ignored: 'archived',
    gone: 'deleted',
  },
  escalating: {
    unresolved: 'still',
    regressed: 'came_back',
    escalating: 'still',
    resolved: 'solved',
    auto_resolved: 'solved',
    ignored: 'archived',
    gone: 'deleted',
  },
  resolved: {
    unresolved: 'came_back', // by a person, or a server without substatus
    regressed: 'came_back',
    escalating: 'came_back',
    resolved: 'still',
    auto_resolved: 'still',
    ignored: 'archived',
    gone: 'deleted',
  },
  auto_resolved: {
    unresolved: 'came_back',
    regressed: 'came_back',
    escalating: 'came_back',
    resolved: 'still',
    auto_resolved: 'still',
    ignored: 'archived',
    gone: 'deleted',
  },
  ignored: { ...OUT_OF_ARCHIVE, ignored: 'still' },
  unlabelled: { ...OUT_OF_ARCHIVE, ignored: 'archived_again' },
  gone: {
    unresolved: 'still',
    regressed: 'still',
    escalating: 'still',
    resolved: 'still',
    auto_resolved: 'still',
    ignored: 'still',
    gone: 'still',
  },
};

export const GITHUB_MOVES: Record<GithubSide, Record<GithubSide, GithubMove>> = {
  open: { open: 'still', closed: 'closed', not_planned: 'not_planned', duplicate: 'duplicate', gone: 'gone' },
  closed: { open: 'reopened', closed: 'still', not_planned: 'not_planned', duplicate: 'duplicate', gone: 'gone' },
  not_planned: { open: 'reopened', closed: 'closed', not_planned: 'still', duplicate: 'duplicate', gone: 'gone' },
  duplicate: { open: 'reopened', closed: 'closed', not_planned: 'not_planned', duplicate: 'still', gone: 'gone' },
  gone: { open: 'still', closed: 'still', not_planned: 'still', duplicate: 'still', gone: 'still' },
};

/** Acts that change a state: too many of them in a day, and somebody changes it back each time. */
export const FLIPS: ReadonlySet<ReflectionAct> = new Set([
  'close',
  'close_not_planned',
  'close_duplicate',
  'reopen',
  'new_issue',
  'resolve',
  'resolve_in_next_release',
  'unresolve',
  'archive',
]);
