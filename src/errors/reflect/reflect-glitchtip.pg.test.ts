import assert from 'node:assert/strict';
import { test } from 'node:test';

import { ended, linked } from './reflect-linked.fixture.ts';

const GLITCHTIP = { sentryOptions: { product: 'glitchtip' } } as const;

test('GlitchTip: closed on GitHub resolves, in the next release too, and an event reopens after the time of grace', async (t) => {
  const it = await linked(t, { on_closed: 'resolve_in_next_release', assign: 'both', back_link: true }, GLITCHTIP);
  it.circle.fake.assign(it.number, ['octo-dev']);
  it.circle.fake.closeIssue(it.number, 'completed');
  await it.settle();
  assert.deepEqual([it.status(), ended(await it.acts())], ['resolved', ['resolve_in_next_release done']]);
  it.circle.sentry.event(it.sentryId);
  await it.settle();
  assert.equal(it.issue().state, 'closed');
  const long = new Date(Date.now() - 3_600_000);
  await it.circle.db.sql.updateTable('reflections').set({ started_at: long, finished_at: long }).execute();
  await it.circle.db.sql.updateTable('errors').set({ reflect_at: new Date() }).execute();
  await it.settle();
  assert.deepEqual([it.issue().state, it.status()], ['open', 'unresolved']);
  assert.deepEqual(ended(await it.acts()), ['resolve_in_next_release done', 'reopen done']);
});

test('GlitchTip: resolved there closes, archived from GitHub is ignored, and reopened is unresolved', async (t) => {
  const it = await linked(t, {}, GLITCHTIP);
  it.circle.sentry.setStatus(it.sentryId, 'resolved');
  await it.settle();
  assert.deepEqual([it.issue().state, it.issue().reason], ['closed', 'completed']);
  it.circle.fake.reopen(it.number);
  await it.settle();
  assert.equal(it.status(), 'unresolved');
  it.circle.fake.closeIssue(it.number, 'not_planned');
  await it.settle();
  await it.settle();
  assert.deepEqual([it.status(), it.issue().state], ['ignored', 'closed']);
  assert.deepEqual(ended(await it.acts()), ['close done', 'unresolve done', 'archive done']);
});
