import type { ErrorDetail } from '../contract/errors.ts';
import type { ErrorRow } from './rows.model.ts';
import type { ItemChange } from '../contract/mirror.ts';
import type { Row } from '../db/db.model.ts';

type Entry = ErrorDetail['timeline'][number];

/** What is told of an error besides its row. */
export interface ErrorHistory {
  attempts: readonly Row<'filing_attempts'>[];
  reflections: readonly Row<'reflections'>[];
  changes: readonly ItemChange[];
}

/** Both sides of an error in one line of time, oldest first (SPEC T1): each attempt and act with the other system's own words. */
export function errorTimeline(row: ErrorRow, history: ErrorHistory): Entry[] {
  const entries = [
    ...sentryEntries(row),
    ...history.attempts.map(attemptEntry),
    ...history.reflections.map(reflectionEntry),
    ...history.changes.map(changeEntry),
  ];
  return entries.toSorted((a, b) => a.at.localeCompare(b.at));
}

function sentryEntries(row: ErrorRow): Entry[] {
  const entry = (at: Date, side: Entry['side'], text: string): Entry => ({
    at: at.toISOString(),
    side,
    text,
    act: null,
    details: null,
  });
  const name = row.short_id ?? `Sentry issue ${row.sentry_id}`;
  const changedAt = row.status_changed_at;
  return [
    ...(row.first_seen === null ? [] : [entry(row.first_seen, 'sentry', `${name} was seen for the first time.`)]),
    entry(row.created_at, 'hub', `Found in Sentry. ${row.why}`),
    ...(changedAt === null || changedAt <= row.created_at
      ? []
      : [entry(changedAt, 'sentry', `${name} was found to be ${row.substatus ?? row.status}.`)]),
    ...(row.gone_at === null
      ? []
      : [
          entry(
            row.gone_at,
            'sentry',
            row.gone === 'merged' ? `${name} was merged into another one.` : `${name} was deleted.`,
          ),
        ]),
  ];
}

const ATTEMPTS: Record<Row<'filing_attempts'>['kind'], string> = {
  create: 'Sent to GitHub',
  lookup: 'Looked for on GitHub',
  adopt: 'Looked for among the issues that are there',
  twin: 'Looked for a second issue',
  parent: 'Its parent issue was asked for',
  project: 'Its place on the project was asked for',
};

const OUTCOMES: Record<string, string> = {
  created: 'and filed.',
  answer_lost: 'but no answer came.',
  postponed: 'and put off.',
  refused: 'and refused.',
  found: 'and found.',
  absent: 'and not found.',
  done: 'and set.',
};

function attemptEntry(attempt: Row<'filing_attempts'>): Entry {
  const outcome = attempt.outcome === null ? 'and waiting for the answer.' : (OUTCOMES[attempt.outcome] ?? '');
  const { status, request_id, message, next_try_at } = attempt;
  return {
    at: (attempt.finished_at ?? attempt.started_at).toISOString(),
    side: 'hub',
    text: `${ATTEMPTS[attempt.kind]}, ${outcome}${message === null ? '' : ` ${message}`}`,
    act: null,
    details: told({ status, request_id, next_try_at: next_try_at?.toISOString() ?? null }),
  };
}

function reflectionEntry(act: Row<'reflections'>): Entry {
  const trouble = act.state === 'failed' || act.state === 'unknown' ? ` ${act.message ?? ''}` : '';
  const { status, request_id, before, after } = act;
  return {
    at: (act.finished_at ?? act.started_at).toISOString(),
    side: act.side,
    text: `${act.why}${trouble}`.trim(),
    act: { id: act.id, state: act.state, may_undo: act.state === 'done' && act.before !== null },
    details: told({ act: act.act, status, request_id, before, after }),
  };
}

function changeEntry(change: ItemChange): Entry {
  const { field, before, after } = change;
  return { at: change.at, side: 'github', text: change.text, act: null, details: { field, before, after } };
}

function told(details: Record<string, unknown>): Record<string, unknown> | null {
  const known = Object.entries(details).filter(([, value]) => value !== null && value !== undefined);
  return known.length === 0 ? null : Object.fromEntries(known);
}
