import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { test } from 'node:test';
import type { Answer } from './github-call.ts';
import type { Setting } from './github-receiver.ts';
import { call } from './github-call.ts';
import { hooked, HOOKS, SECRET } from './github-receiver.ts';
import { answerFaults } from './github-schemas.ts';

function log({ fake, hook }: Setting, query = ''): Promise<Answer> {
  return call(fake, `GET ${HOOKS}/${hook}/deliveries?${query}`);
}

test('a delivery is signed over its raw body, as JSON and as a form', async (t) => {
  const { fake, receiver, hook } = await hooked(t);
  fake.openIssue({ title: 'Ünïcödé 😀' });
  await call(fake, `PATCH ${HOOKS}/${hook}/config`, { body: { content_type: 'form' } });
  fake.closeIssue(1);
  await fake.deliveriesSettled();
  const [json, form] = receiver.received;
  assert.ok(json && form);
  for (const { headers, text } of [json, form]) {
    const hex = createHmac('sha256', SECRET).update(text).digest('hex');
    assert.equal(headers['x-hub-signature-256'], `sha256=${hex}`);
    assert.match(String(headers['x-github-delivery']), /^[0-9a-f-]{36}$/);
    assert.equal(headers['x-github-hook-id'], String(hook));
  }
  assert.equal(json.headers['content-type'], 'application/json');
  assert.match(form.text, /^payload=%7B/);
  assert.equal(Object(form.payload?.['issue']).title, 'Ünïcödé 😀');
});

test('the log of deliveries is read by cursor and status, and a delivery is sent again under its GUID', async (t) => {
  const setting = await hooked(t);
  const { fake, receiver, hook } = setting;
  receiver.answerWith(500);
  fake.openIssue({ title: 'A' });
  await fake.deliveriesSettled();
  receiver.answerWith(202);
  fake.closeIssue(1);
  await fake.deliveriesSettled();
  const failed = await log(setting, 'status=failure');
  const [item] = failed.list.map((one) => Object(one));
  assert.equal(failed.list.length, 1);
  assert.deepEqual([item.status, item.status_code, item.event], ['Invalid HTTP Response: 500', 500, 'issues']);
  const R = '/repos/{owner}/{repo}/hooks/{hook_id}/deliveries';
  assert.deepEqual(answerFaults(`GET ${R}`, 200, failed.list), []);
  const one = await call(fake, `GET ${HOOKS}/${hook}/deliveries/${item.id}`);
  assert.deepEqual(answerFaults(`GET ${R}/{delivery_id}`, 200, one.body), []);
  assert.equal(Object(Object(one.body['request']).payload).action, 'opened');
  const again = await call(fake, `POST ${HOOKS}/${hook}/deliveries/${item.id}/attempts`);
  assert.deepEqual(answerFaults(`POST ${R}/{delivery_id}/attempts`, again.status, again.body), []);
  await fake.deliveriesSettled();
  const guids = receiver.received.map(({ headers }) => headers['x-github-delivery']);
  assert.deepEqual([guids.length, guids[0]], [3, guids[2]]);
  const first = await log(setting, 'per_page=2');
  const cursor = /<(?<url>[^>]+)>; rel="next"/.exec(first.headers.get('link') ?? '')?.groups?.['url'];
  const second = await call(fake, `GET ${cursor ?? ''}`);
  const ids = [...first.list, ...second.list].map((entry) => Number(Object(entry).id));
  assert.deepEqual(
    ids,
    ids.toSorted((a, b) => b - a),
  );
  assert.deepEqual([ids.length, second.headers.get('link')], [4, null]);
});

test('secrets are masked, taken away by a config without one, and kept by the config endpoint', async (t) => {
  const { fake, receiver, hook } = await hooked(t);
  const secretOf = async (): Promise<unknown> =>
    Object((await call(fake, `GET ${HOOKS}/${hook}`)).body['config']).secret;
  assert.equal(await secretOf(), '********');
  await call(fake, `PATCH ${HOOKS}/${hook}/config`, { body: { secret: 'other' } });
  assert.equal(await secretOf(), '********');
  const patched = await call(fake, `PATCH ${HOOKS}/${hook}`, {
    body: { config: { url: receiver.url, content_type: 'json' }, add_events: ['push'], remove_events: ['*'] },
  });
  assert.deepEqual(answerFaults('PATCH /repos/{owner}/{repo}/hooks/{hook_id}', 200, patched.body), []);
  assert.equal(await secretOf(), undefined);
  fake.openIssue({ title: 'not heard' });
  fake.push('main');
  await fake.deliveriesSettled();
  assert.deepEqual(receiver.events(), ['push']);
  assert.equal(receiver.received[0]?.headers['x-hub-signature-256'], undefined);
});

test('a second hook for the same address and events is refused, as is a 21st for one event', async (t) => {
  const { fake, receiver, hook } = await hooked(t, ['push']);
  const make = (url: string, events: string[]): Promise<Answer> =>
    call(fake, `POST ${HOOKS}`, { body: { name: 'web', active: false, events, config: { url } } });
  const messages = (answer: Answer): unknown => Object(answer.body['errors'])[0]?.message;
  const twin = await make(receiver.url, ['push', 'issues']);
  assert.equal(twin.status, 422);
  assert.equal(messages(twin), 'Hook already exists on this repository');
  for (let n = 2; n <= 20; n += 1) assert.equal((await make(`${receiver.url}/${n}`, ['push'])).status, 201);
  const twentyFirst = await make(`${receiver.url}/21`, ['push']);
  assert.equal(messages(twentyFirst), 'The "push" event cannot have more than 20 hooks');
  assert.equal(messages(await make(receiver.url, ['nonsense'])), 'The following are not valid events: nonsense');
  assert.equal((await call(fake, `DELETE ${HOOKS}/${hook}`)).status, 204);
  fake.setPush(true);
  assert.equal((await call(fake, `GET ${HOOKS}`)).status, 404);
});

test('a ping and a test are sent on demand, and a hook that is deleted hears of it', async (t) => {
  const { fake, receiver, hook } = await hooked(t);
  assert.equal((await call(fake, `POST ${HOOKS}/${hook}/pings`)).status, 204);
  assert.equal((await call(fake, `POST ${HOOKS}/${hook}/tests`)).status, 204);
  assert.equal((await call(fake, `DELETE ${HOOKS}/${hook}`)).status, 204);
  await fake.deliveriesSettled();
  assert.deepEqual(receiver.events(), ['ping', 'push', 'meta.deleted']);
  assert.deepEqual(receiver.faults(), []);
});

test('deliveries are dropped, doubled, delayed, reordered and cut as a test says', async (t) => {
  const setting = await hooked(t);
  const { fake, receiver } = setting;
  fake.deliveries.add({ do: 'drop', match: { action: 'opened' } });
  fake.deliveries.add({ do: 'double', match: { action: 'edited' } });
  fake.deliveries.add({ do: 'reorder', match: { action: 'labeled' } });
  fake.deliveries.add({ do: 'delay', match: { action: 'closed' }, ms: 60 });
  fake.deliveries.add({ do: 'truncate', match: { action: 'locked' } });
  fake.openIssue({ title: 'A' });
  fake.editTitle(1, 'B');
  fake.label(1, 'bug');
  fake.assign(1, ['octo-dev']);
  fake.closeIssue(1);
  fake.lock(1);
  await fake.deliveriesSettled();
  assert.deepEqual(receiver.events(), [
    'issues.edited',
    'issues.edited',
    'issues.assigned',
    'issues.labeled',
    'issues',
    'issues.closed',
  ]);
  const cut = receiver.received[4];
  assert.equal(cut?.payload, null);
  const hex = createHmac('sha256', SECRET)
    .update(cut?.text ?? '')
    .digest('hex');
  assert.notEqual(cut?.headers['x-hub-signature-256'], `sha256=${hex}`);
  const dropped = (await log(setting)).list.map((one) => Object(one)).find(({ action }) => action === 'opened');
  assert.deepEqual([dropped?.status, dropped?.status_code], ['timed out', 0]);
});

test('a redirect is not followed and a host that does not answer is only written down', async (t) => {
  const setting = await hooked(t);
  const { fake, receiver, hook } = setting;
  receiver.answerWith(307, { location: receiver.url });
  fake.openIssue({ title: 'A' });
  await fake.deliveriesSettled();
  assert.equal(receiver.received.length, 1);
  await call(fake, `PATCH ${HOOKS}/${hook}/config`, { body: { url: 'https://hub.example.com/hook' } });
  fake.closeIssue(1);
  await fake.deliveriesSettled();
  const statuses = (await log(setting)).list.map((one) => Object(one).status);
  assert.deepEqual(statuses.slice(0, 2), ['failed to connect to host', 'Invalid HTTP Response: 307']);
});

test('what the API itself changes is told with its own user as sender', async (t) => {
  const { fake, receiver } = await hooked(t);
  await call(fake, 'POST /repos/acme/webshop/issues', { body: { title: 'A', labels: ['brand new'] } });
  await fake.deliveriesSettled();
  assert.deepEqual(receiver.events(), ['label.created', 'issues.opened', 'issues.labeled']);
  assert.equal(Object(receiver.received[1]?.payload?.['sender']).login, 'throughline-bot');
});
