import type { SandboxAnswer } from './sandbox.model.ts';
import type { SentryCall } from './sentry-call.ts';
import { atIssue } from './sentry-api-issue.ts';
import { json, numberIn, onIssue, said } from './sentry-call.ts';
import { addNote } from './sentry-issue-acts.ts';
import { linkHeader, pageByOffset, readCursor } from './sentry-paging.ts';
import { activityOf } from './sentry-shapes.ts';

/** Newest first. */
export function listNotes(call: SentryCall): SandboxAnswer {
  return onIssue(atIssue(call), ({ world, query, web, path }, issue) => {
    const cursor = readCursor(query.get('cursor'));
    if (cursor === 'bad') return said(400, 'Invalid cursor parameter.');
    const limit = numberIn(query, 'per_page', 100);
    const notes = issue.activity.filter(({ type }) => type === 'note').toReversed();
    const { rows, next } = pageByOffset(notes, cursor, limit);
    const link = linkHeader(`${web}/api/0${path}`, query, { hasPrevious: cursor !== null, next, limit });
    return json(
      rows.map((note) => activityOf(world.state, note)),
      200,
      { link },
    );
  })(call);
}

/** 400 when the same one said the same within the hour. */
export function createNote(call: SentryCall): SandboxAnswer {
  return onIssue(atIssue(call), ({ world, body, actor }, issue) => {
    const { text } = body;
    if (typeof text !== 'string' || text.trim() === '')
      return { status: 400, body: { text: ['This field is required.'] } };
    if (actor.kind === 'sentry') return said(403, "Key doesn't have permission to create Note");
    const note = addNote(world, issue, text, actor);
    if (note === null) return said(400, 'You have already posted that comment.');
    return json(activityOf(world.state, note), 201);
  })(call);
}
