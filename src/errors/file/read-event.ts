import { askSentry, settleSentryFailure } from '../connect/sentry-access.ts';
import { storeEvent, updateSentryIssue } from '../read/sentry-issues.store.ts';
import { troubleOf } from '../connect/sentry-trouble.decide.ts';
import type { Filer } from './file-one.ts';
import type { Run } from '../read/run.ts';
import type { SentryEvent, SentryFailure } from '../../sentry/sentry.model.ts';
import type { SentryIssueRow } from '../rows.model.ts';

/** One event that cannot be read is that event's matter; so many in a row are the server's. */
const IN_A_ROW_MAX = 5;
/** In so many runs it is tried; then the issue is filed without it. */
const TRIES_MAX = 3;

/** `later`: it could not be read now, and the issue waits for the next run. `failure`: the run must end. */
export interface ReadEvent {
  event: SentryEvent | null;
  later: boolean;
  failure: SentryFailure | null;
}

const inARow = new WeakMap<Run, number>();

/** Reads and keeps the latest event of an issue that is about to be filed. An issue outlives its events: then there is none. */
export async function readEvent({ ctx, rule }: Filer, run: Run, row: SentryIssueRow): Promise<ReadEvent> {
  const answer = await askSentry(
    ctx,
    run.connection,
    async () => run.sentry.latestEvent(row.sentry_id, rule.personalData),
    'one',
  );
  run.counts.requests += answer.requests;
  if (answer.ok) {
    inARow.set(run, 0);
    await storeEvent(ctx.sql, row.id, answer.value);
    return { event: answer.value, later: false, failure: null };
  }
  const { failure } = answer;
  if (failure.kind === 'not_found') return { event: null, later: false, failure: null };
  if (troubleOf(failure, 'one', 0, ctx.now(), 0).kind !== 'here') return { event: null, later: true, failure };
  const failures = (inARow.get(run) ?? 0) + 1;
  inARow.set(run, failures);
  if (failures >= IN_A_ROW_MAX) {
    await settleSentryFailure(ctx, run.connection, failure);
    return { event: null, later: true, failure };
  }
  const tries = row.event_tries + 1;
  const why = `Its latest event could not be read: ${failure.message}`;
  await updateSentryIssue(ctx.sql, row.id, { event_tries: tries, ...(tries < TRIES_MAX && { why }) });
  return { event: null, later: tries < TRIES_MAX, failure: null };
}
