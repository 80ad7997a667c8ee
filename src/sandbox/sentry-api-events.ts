import type { SandboxAnswer } from './sandbox.model.ts';
import type { SandboxSentryIssue, SentryOccasion } from './sentry-world.model.ts';
import type { SentryCall } from './sentry-call.ts';
import { atIssue } from './sentry-api-issue.ts';
import { json, notThere, numberIn, onIssue } from './sentry-call.ts';
import { eventOf } from './sentry-event-shapes.ts';
import { linkHeader, pageByOffset, readCursor } from './sentry-paging.ts';

/** The latest, oldest or recommended event, or one by its id; 404 when they have expired. */
export function getEvent(call: SentryCall): SandboxAnswer {
  const at = atIssue(call);
  return onIssue(at, (_, issue) => {
    const event = eventNamed(call, issue, call.params[at + 1] ?? '');
    return event === undefined ? notThere() : json(eventOf(call.world.state, issue, event));
  })(call);
}

function eventNamed({ query }: SentryCall, issue: SandboxSentryIssue, named: string): SentryOccasion | undefined {
  const wanted = query.getAll('environment');
  const events = issue.occasions.filter(({ environment }) => wanted.length === 0 || wanted.includes(environment ?? ''));
  if (named === 'oldest') return events[0];
  if (named === 'latest' || named === 'recommended') return events.at(-1);
  return events.find(({ id }) => id === named);
}

export function listEvents(call: SentryCall): SandboxAnswer {
  return onIssue(atIssue(call), (_, issue) => {
    const cursor = readCursor(call.query.get('cursor'));
    if (cursor === 'bad') return { status: 400, body: { detail: 'Invalid cursor parameter.' } };
    const limit = numberIn(call.query, 'per_page', 100);
    const { rows, next } = pageByOffset(issue.occasions.toReversed(), cursor, limit);
    const link = linkHeader(`${call.web}/api/0${call.path}`, call.query, { hasPrevious: cursor !== null, next, limit });
    return json(
      rows.map((event) => ({ ...eventOf(call.world.state, issue, event), 'event.type': issue.type })),
      200,
      { link },
    );
  })(call);
}
