import assert from 'node:assert/strict';
import { test } from 'node:test';

import { timelineOf } from './timeline.decide.ts';
import type { History, ReportRow } from './reports.model.ts';

const at = (second: string) => new Date(`2026-11-21T10:00:${second}Z`);
// only what the timeline reads of a row
const row = { created_at: at('00.100'), source: 'report', reporter_kind: 'host' } as unknown as ReportRow;
const change = (field: string, before: unknown, after: unknown) =>
  ({
    id: 1,
    item_id: 'i',
    at: at('01.000'),
    seen_at: at('09.000'),
    field,
    before,
    after,
    via: 'sync',
  }) as History['changes'][number];
const filed: History['attempts'][number] = {
  id: 1,
  filing_id: 'f',
  kind: 'create',
  started_at: at('01.200'),
  finished_at: at('01.700'),
  outcome: 'created',
  status: 201,
  request_id: 'AB:1',
  message: null,
  next_try_at: null,
};

test('closing an issue is one line that says how, and comes after the filing in the same second', () => {
  const changes = [
    change('state', 'open', 'closed'),
    change('state_reason', null, 'not_planned'),
    change('closed_at', null, '2026-11-21T10:00:01.000Z'),
  ];
  const texts = timelineOf(row, { attempts: [filed], changes, acts: [] }).map(({ text }) => text);
  assert.deepEqual(texts, ['Report received and kept.', 'Filed on GitHub.', 'Closed on GitHub as not planned.']);
});

test("an attempt shows GitHub's request id and words", () => {
  const refused = { ...filed, outcome: 'refused', status: 410, message: 'Issues are disabled for this repo' };
  const entry = timelineOf(row, { attempts: [refused], changes: [], acts: [] }).at(-1);
  assert.equal(entry?.kind, 'failed');
  assert.deepEqual(entry?.details, {
    attempt: 'create',
    outcome: 'refused',
    status: 410,
    request_id: 'AB:1',
    message: 'Issues are disabled for this repo',
  });
});

test('an attempt under way is shown without an end', () => {
  const open = { ...filed, finished_at: null, outcome: null, status: null, request_id: null };
  assert.equal(timelineOf(row, { attempts: [open], changes: [], acts: [] }).at(-1)?.text, 'Being sent to GitHub.');
});

test('where an issue is placed is told in words of its own, as long as it is not done, too', () => {
  const open = { ...filed, outcome: null, finished_at: null, status: null, request_id: null };
  const lines = (['parent', 'project'] as const).flatMap((kind) => [
    { ...open, kind },
    { ...filed, kind, outcome: 'postponed' },
    { ...filed, kind, outcome: 'refused' },
    { ...filed, kind, outcome: 'done' },
  ]);
  const told = lines.map((attempt) => timelineOf(row, { attempts: [attempt], changes: [], acts: [] }).at(-1));
  assert.deepEqual(
    told.map((entry) => `${entry?.kind}: ${entry?.text}`),
    [
      'attempt: About to become a sub-issue of its parent on GitHub.',
      'attempt: Not made a sub-issue of its parent yet; it is tried again.',
      'failed: GitHub did not make it a sub-issue of its parent.',
      'attempt: Made a sub-issue of its parent on GitHub.',
      'attempt: About to be put onto its project on GitHub.',
      'attempt: Not on its project yet; it is tried again.',
      'failed: It is not on its project as it was meant to be.',
      'attempt: Put onto its project on GitHub.',
    ],
  );
});
