import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import { linked } from './reflect-linked.fixture.ts';
import { numbersMarker } from './refresh-comment.decide.ts';
import type { Linked } from './reflect-linked.fixture.ts';

/** Sentry's first two people are mapped to nobody but for those named here. */
async function mapPeople(it: Linked, logins: Record<number, string>): Promise<string[]> {
  const ids = it.circle.sentry.world.state.people.map(({ id }) => `user:${id}`);
  const people = Object.fromEntries(Object.entries(logins).map(([at, login]) => [ids[Number(at)] ?? '', login]));
  const json = JSON.stringify(people);
  await it.circle.db.sql.updateTable('sentry_connections').set({ people: json }).execute();
  return ids;
}

test('what people wrote, titled, labelled and commented stays as it is through every act', async (t) => {
  const it = await linked(t, { refresh: true, on_archived: 'label' });
  const { fake, sentry } = it.circle;
  fake.editTitle(it.number, 'A title of a person');
  fake.editBody(it.number, 'A body of a person.\n\n- [ ] a task');
  fake.label(it.number, 'by hand');
  fake.comment(it.number, 'A comment of a person.');
  for (let n = 0; n < 60; n += 1) sentry.event(it.sentryId);
  await it.settle();
  sentry.setStatus(it.sentryId, 'ignored');
  await it.settle();
  sentry.setStatus(it.sentryId, 'resolved');
  await it.settle();
  sentry.event(it.sentryId);
  await it.settle();
  const found = fake.issues().find(({ number }) => number === it.number);
  assert.deepEqual([found?.title, found?.body], ['A title of a person', 'A body of a person.\n\n- [ ] a task']);
  assert.ok(it.issue().labels.includes('by hand') && it.issue().comments.includes('A comment of a person.'));
  assert.equal(it.issue().state, 'open');
});

test('a stranger’s comment that looks like the one with the numbers is never edited', async (t) => {
  const it = await linked(t, { refresh: true });
  const { id } = await it.error();
  const forged = `${numbersMarker(id)}\nNot of the hub.`;
  it.circle.fake.comment(it.number, forged);
  for (let n = 0; n < 60; n += 1) it.circle.sentry.event(it.sentryId);
  await it.settle();
  assert.equal(it.issue().comments[0], forged);
  assert.match(it.issue().comments[1] ?? '', /61 events/u);
});

test('whoever is mapped to nobody is neither taken off nor put on, on either side', async (t) => {
  const it = await linked(t, { assign: 'both' });
  const [mapped = '', unmapped = ''] = await mapPeople(it, { 0: 'octo-dev' });
  const assigned = async () => [it.issue().assignees, (await it.circle.seen(it.sentryId)).assigned_to];
  it.circle.fake.assign(it.number, ['throughline-bot']);
  await it.settle();
  assert.deepEqual(await assigned(), [['throughline-bot'], null]);
  it.circle.sentry.assign(it.sentryId, unmapped);
  await it.settle();
  assert.deepEqual(await assigned(), [['throughline-bot'], unmapped]);
  it.circle.fake.assign(it.number, ['throughline-bot', 'octo-dev']);
  await it.settle();
  assert.deepEqual(await assigned(), [['throughline-bot', 'octo-dev'], unmapped]);
  it.circle.sentry.assign(it.sentryId, mapped);
  await it.settle();
  it.circle.sentry.assign(it.sentryId, '');
  await it.settle();
  assert.deepEqual(await assigned(), [['throughline-bot'], null]);
  await sleep(1100); // within GitHub's second the list would be the very one that was read before, with its ETag
  it.circle.fake.assign(it.number, ['throughline-bot', 'octo-dev']);
  await it.settle();
  await it.settle();
  assert.deepEqual(await assigned(), [['throughline-bot', 'octo-dev'], mapped]);
});
