import assert from 'node:assert/strict';
import { test } from 'node:test';

import { ended, linked } from './reflect-linked.fixture.ts';
import { eventually } from '../../../test/support/circle.ts';
import type { Linked } from './reflect-linked.fixture.ts';
import type { TestContext } from 'node:test';

const POST = { method: 'POST', path: /\/comments$/u } as const;

function happens({ circle, sentryId }: Linked, times: number): void {
  for (let n = 0; n < times; n += 1) circle.sentry.event(sentryId);
}

/** Closed, since Sentry says that it is resolved; its comment is the first. */
async function closed(t: TestContext): Promise<Linked> {
  const it = await linked(t, { refresh: true });
  it.circle.sentry.setStatus(it.sentryId, 'resolved');
  await it.settle();
  assert.equal(it.issue().state, 'closed');
  return it;
}

const reopened = async (it: Linked) =>
  eventually(
    async () => ({ ...it.issue(), acts: await it.acts() }),
    ({ state, acts }) => state === 'open' && acts.every(({ finished_at: at }) => at !== null),
    (seen) => JSON.stringify(seen),
  );

function commentsWritten({ circle }: Linked): number {
  return circle.fake.countRequests('POST', /\/comments$/u);
}

test('a regression is told by one comment, which has the numbers, and the priority’s label follows', async (t) => {
  const it = await closed(t);
  happens(it, 12);
  await it.settle();
  await it.settle();
  const { comments, labels } = it.issue();
  assert.deepEqual([comments.length, commentsWritten(it)], [2, 2]);
  assert.match(comments[0] ?? '', /It was resolved\.\n1 event by 1 user\. Priority: \*\*low\*\*\.\nLast seen /u);
  const cameBack =
    /It came back after it was resolved\.\n13 events by 1 user\. Priority: \*\*medium\*\*\.\nLast seen /u;
  assert.match(comments[1] ?? '', cameBack);
  assert.ok(labels.includes('priority: medium') && !labels.includes('priority: low'));
  assert.deepEqual(ended(await it.acts()), ['close done', 'reopen done', 'refresh done']);
  happens(it, 60);
  await it.settle();
  assert.match(it.issue().comments[2] ?? '', /73 events/u, 'numbers that change much are told as before');
  assert.equal(it.issue().comments[1], comments[1]);
});

test('a regression that changes neither priority nor another comment is one act', async (t) => {
  const it = await closed(t);
  happens(it, 1);
  await it.settle();
  await it.settle();
  assert.match(it.issue().comments[1] ?? '', /came back after it was resolved\.\n2 events/u);
  assert.deepEqual([it.issue().comments.length, ended(await it.acts())], [2, ['close done', 'reopen done']]);
});

test('the comment with the numbers that stands already is edited in place when a regression is told', async (t) => {
  const it = await linked(t, { refresh: true });
  happens(it, 12);
  await it.settle();
  it.circle.sentry.setStatus(it.sentryId, 'resolved');
  await it.settle();
  assert.match(it.issue().comments[0] ?? '', /13 events by 1 user, resolved\./u);
  happens(it, 1);
  await it.settle();
  await it.settle();
  const [numbers = '', resolved = '', cameBack = '', ...more] = it.issue().comments;
  assert.match(numbers, /14 events by 1 user, came back/u);
  assert.match(`${resolved}${cameBack}`, /resolved\.\n13 events.*came back.*\n14 events/su);
  assert.deepEqual([more, commentsWritten(it)], [[], 3]);
});

test('where numbers are not told, a regression is told without them', async (t) => {
  const it = await linked(t);
  it.circle.sentry.setStatus(it.sentryId, 'resolved');
  await it.settle();
  happens(it, 12);
  await it.settle();
  assert.doesNotMatch(it.issue().comments.join(), /13 events/u);
});

for (const fault of ['commit_then_drop', 'drop_before'] as const)
  test(`a regression whose comment got no answer (${fault}) is told once, with its numbers`, async (t) => {
    const it = await closed(t);
    it.circle.fake.faults.add({ match: POST, do: fault });
    happens(it, 12);
    await it.settle();
    await reopened(it);
    await it.settle();
    const { comments, labels } = it.issue();
    assert.equal(comments.length, 2);
    assert.match(comments[1] ?? '', /13 events/u);
    assert.ok(labels.includes('priority: medium'));
  });

test('a reopening whose answer was lost leaves the numbers told that its comment told', async (t) => {
  const it = await closed(t);
  it.circle.fake.faults.add({ match: { method: 'PATCH' }, do: 'commit_then_drop' });
  happens(it, 12);
  await it.settle();
  await reopened(it);
  await it.settle();
  assert.equal(it.issue().comments.length, 2);
  assert.ok(it.issue().labels.includes('priority: medium'));
});

test('what a process told before it died, while it reopened the issue, is not told again', async (t) => {
  const it = await closed(t);
  const { id, tenant_id } = await it.error();
  happens(it, 12);
  const own = '0190c2a0-0000-7000-8000-0000000000aa';
  const marker = `<!-- throughline reflection ${own} -->`;
  it.circle.fake.as('throughline-bot').comment(it.number, `${marker}\nIt came back.\n13 events.`);
  it.circle.fake.as('throughline-bot').reopen(it.number);
  const seen = {
    lastSeen: new Date().toISOString(),
    release: '1.1.0',
    side: 'regressed',
    at: new Date().toISOString(),
  };
  const told = { count: 13, userCount: 1, priority: 'medium', labelled: 'low', ...seen };
  const after = JSON.stringify({ agreed: { sentry: 'regressed', github: 'open' }, told });
  const row = {
    id: own,
    error_id: id,
    tenant_id,
    side: 'github',
    act: 'reopen',
    why: 'It came back in Sentry.',
  } as const;
  await it.circle.db.sql
    .insertInto('reflections')
    .values({ ...row, state: 'sending', marker, after })
    .execute();
  await it.settle();
  await it.settle();
  assert.deepEqual([it.issue().comments.length, it.issue().labels.includes('priority: medium')], [2, true]);
});

test('a reopening that GitHub refuses has told its numbers, and a person who reopens it hears nothing more', async (t) => {
  const it = await closed(t);
  const fault = it.circle.fake.faults.add({ match: { method: 'PATCH' }, do: 'not_found', times: Infinity });
  happens(it, 12);
  await it.settle();
  assert.deepEqual([it.issue().state, it.issue().comments.length], ['closed', 2]);
  fault.remove();
  it.circle.fake.reopen(it.number);
  await it.circle.db.sql.updateTable('errors').set({ attempts: 0 }).execute();
  await it.settle();
  await it.settle();
  assert.equal(it.issue().comments.length, 2);
  assert.ok(it.issue().labels.includes('priority: medium'));
});

test('a label that is refused stays to be changed, and the numbers are not told again for it', async (t) => {
  const it = await closed(t);
  const match = { method: 'POST', path: /\/labels$/u } as const;
  const fault = it.circle.fake.faults.add({ match, do: 'not_found', times: Infinity });
  happens(it, 12);
  await it.settle();
  assert.deepEqual([it.issue().state, it.issue().labels.includes('priority: medium')], ['open', false]);
  fault.remove();
  await it.circle.db.sql.updateTable('errors').set({ attempts: 0, reflect_at: new Date() }).execute();
  await it.settle();
  assert.deepEqual([it.issue().comments.length, it.issue().labels.includes('priority: medium')], [2, true]);
});
