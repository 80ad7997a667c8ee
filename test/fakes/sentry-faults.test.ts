import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { TestContext } from 'node:test';
import { listenOn } from '../../src/sandbox/sandbox-server.ts';
import { callSentry as call, ISSUES, readPages } from './sentry-call.ts';
import { PERSONAL_TOKEN } from './sentry-finding.ts';
import { LONG_AGO } from './sentry-ways.ts';
import { startFakeSentry } from './sentry.ts';

test('pages that are short, empty or repeat rows lose nothing to one who reads to the end', async (t) => {
  const fake = await startFakeSentry(t);
  fake.seedMany(60);
  fake.faults.add({ do: 'empty_page' });
  fake.faults.add({ do: 'short_page', rows: 2 });
  fake.faults.add({ do: 'empty_page', times: 2 });
  fake.faults.add({ do: 'repeat_rows', rows: 4 });
  const pages = await readPages(fake, 'query=&limit=10');
  assert.deepEqual(
    pages.slice(0, 4).map((page) => page.length),
    [0, 2, 0, 0],
  );
  assert.equal(new Set(pages.flat()).size, 60);
  assert.ok(pages.flat().length > 60);
});

test('issues that move while one reads are missed at the end and found at the front', async (t) => {
  const fake = await startFakeSentry(t);
  fake.seedMany(30);
  fake.faults.add({ do: 'shift_rows', rows: 5 });
  assert.equal(new Set((await readPages(fake, 'query=&limit=10')).flat()).size, 25);
  assert.equal(new Set((await readPages(fake, 'query=&limit=10')).flat()).size, 30);
});

test('too many calls are refused with and without headers, and never with Retry-After unless a proxy sends it', async (t) => {
  const fake = await startFakeSentry(t, { callsPerSecond: 2, now: () => new Date('2026-05-01T12:00:00Z') });
  const answers = [await call(fake, 'GET /'), await call(fake, 'GET /'), await call(fake, 'GET /')];
  assert.deepEqual(
    answers.map(({ status }) => status),
    [200, 200, 429],
  );
  assert.equal(answers[1]?.headers.get('x-sentry-rate-limit-remaining'), '0');
  fake.faults.add({ do: 'rate_limited', headers: false });
  fake.faults.add({ do: 'concurrency', retryAfterSeconds: 2 });
  const bare = await call(fake, 'GET /organizations/');
  const crowded = await call(fake, 'GET /organizations/');
  assert.equal(bare.headers.get('x-sentry-rate-limit-reset') ?? bare.headers.get('retry-after'), null);
  assert.deepEqual([crowded.status, crowded.headers.get('retry-after')], [429, '2']);
});

test('a lost answer hides a change that was made, a refused call changes nothing', async (t) => {
  const fake = await startFakeSentry(t);
  const put = async (id: string): Promise<number> =>
    call(fake, `PUT ${ISSUES}${id}/`, { body: { status: 'resolved' } }).then(
      ({ status }) => status,
      () => 0,
    );
  for (const [kind, status, isDone] of [
    ['commit_then_drop', 0, true],
    ['commit_then_502', 502, true],
    ['drop_before', 0, false],
    ['502', 502, false],
    ['internal_error', 500, false],
    ['forbidden', 403, false],
  ] as const) {
    const issue = fake.newIssue();
    fake.faults.add({ do: kind, match: { method: 'PUT', path: /issues\/\d+\/$/u } });
    assert.equal(await put(issue.id), status, kind);
    assert.equal(issue.status === 'resolved', isDone, kind);
  }
  assert.deepEqual(
    fake.requests.map(({ status }) => status),
    [0, 502, 0, 502, 500, 403],
  );
});

test('an old Sentry lacks what came later', async (t) => {
  const fake = await startFakeSentry(t, { ways: LONG_AGO });
  const { id } = fake.newIssue();
  fake.linkNatively(id, 'acme/shop#7');
  const { list } = await call(fake, `GET ${ISSUES}?query=`);
  assert.deepEqual(
    ['substatus', 'priority', 'lifetime'].filter((name) => name in (list[0] ?? {})),
    [],
  );
  assert.deepEqual(list[0]?.['annotations'], ['<a href="https://github.com/acme/shop/issues/7">acme/shop#7</a>']);
  assert.equal((await call(fake, `GET ${ISSUES}${id}/`)).status, 404);
  assert.equal((await call(fake, `GET /issues/${id}/`)).status, 200);
  assert.equal((await call(fake, `GET ${ISSUES}?query=&project=shop-web`)).status, 400);
});

test('GlitchTip wraps its Link header, knows only numbers of projects, and everything without a query', async (t) => {
  const fake = await startFakeSentry(t, { product: 'glitchtip' });
  fake.seedMany(60);
  fake.setStatus(fake.newIssue().id, 'resolved');
  const first = await call(fake, `GET ${ISSUES}`);
  assert.equal(first.list.length, 50);
  const link = first.headers.get('link') ?? '';
  assert.ok(link.startsWith("{'<") && link.endsWith("'}"));
  const cursor = /rel="next"; results="true"; cursor="(?<cursor>[^"]+)"/u.exec(link)?.groups?.['cursor'] ?? '';
  assert.equal((await call(fake, `GET ${ISSUES}?cursor=${encodeURIComponent(cursor)}`)).list.length, 11);
  assert.equal((await call(fake, `GET ${ISSUES}?query=is:resolved&statsPeriod=x&expand=y`)).list.length, 1);
  assert.equal((await call(fake, `GET ${ISSUES}?project=shop-web`)).status, 422);
  assert.equal((await call(fake, `GET ${ISSUES}?sort=date`)).status, 422);
  const { id } = first.list[0] ?? { id: '' };
  assert.equal((await call(fake, `GET ${ISSUES}${id}/`)).status, 405);
  assert.equal((await call(fake, `GET /issues/${id}/events/latest/`)).status, 200);
  await call(fake, `PUT /issues/${id}/`, { body: { status: 'ignored' }, token: PERSONAL_TOKEN });
  assert.equal(fake.event(id).status, 'ignored');
  assert.deepEqual('lifetime' in (first.list[0] ?? {}), false);
  assert.equal((await fetch(`${fake.url}/api/settings/`)).status, 200);
});

test('behind a path and in a region everything is found, and nothing beside it', async (t) => {
  const fake = await startFakeSentry(t, { prefix: '/errors', region: true, ways: { wrongLinkHost: true } });
  const { id } = fake.newIssue();
  const { body } = await call(fake, 'GET /organizations/acme/');
  const { regionUrl } = body['links'] as { regionUrl: string };
  assert.notEqual(regionUrl, fake.url);
  const far = { url: `${regionUrl}/errors`, token: fake.token };
  assert.equal((await call(far, `GET ${ISSUES}${id}/`)).body.id, id);
  assert.match((await call(fake, `GET ${ISSUES}`)).headers.get('link') ?? '', /internal:9000/u);
  assert.equal((await fetch(`${new URL(fake.url).origin}/api/0/`)).status, 404);
  assert.equal(new Set(fake.requests.map(({ host }) => host)).size, 2);
});

interface Heard {
  resource: string;
  signature: string;
  body: string;
}

async function receiver(t: TestContext): Promise<{ url: string; heard: Heard[] }> {
  const heard: Heard[] = [];
  const server = createServer((request, response) => {
    const hear = async (): Promise<void> => {
      const [resource = '', signature = ''] = ['sentry-hook-resource', 'sentry-hook-signature'].map((name) =>
        String(request.headers[name]),
      );
      heard.push({ resource, signature, body: await text(request) });
      response.end();
    };
    void hear();
  });
  t.after(() => new Promise((resolve) => server.close(resolve)));
  return { url: await listenOn(server, {}), heard };
}

test('webhooks are signed over their bytes, name who acted, and are lost or reordered as told', async (t) => {
  const fake = await startFakeSentry(t);
  const { url, heard } = await receiver(t);
  fake.setWebhook(url);
  const { id } = fake.newIssue();
  await call(fake, `PUT ${ISSUES}${id}/`, { body: { status: 'resolved' } });
  fake.event(id);
  await fake.deliveriesSettled();
  const told = heard.map(
    ({ body }) => JSON.parse(body) as { action: string; actor: { id: string }; data: { issue: { permalink: null } } },
  );
  assert.deepEqual(
    told.map(({ action }) => action),
    ['created', 'resolved', 'unresolved'],
  );
  assert.deepEqual([told[1]?.actor.id, told[2]?.actor.id], [fake.world.state.apps[0]?.uuid, 'sentry']);
  for (const { body, signature } of heard)
    assert.equal(signature, createHmac('sha256', fake.clientSecret).update(body).digest('hex'));
  heard.length = 0;
  fake.deliveries.add({ do: 'drop' });
  fake.deliveries.add({ do: 'reorder' });
  fake.setStatus(id, 'resolved');
  fake.assign(id, 'user:9');
  fake.setStatus(id, 'ignored');
  await fake.deliveriesSettled();
  assert.deepEqual(
    heard.map(({ body }) => (JSON.parse(body) as { action: string }).action),
    ['archived', 'assigned'],
  );
});

test('in a process of its own it obeys over HTTP and keeps its state', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'fake-sentry-'));
  t.after(() => rm(folder, { recursive: true }));
  const statePath = join(folder, 'sentry.json');
  const script = fileURLToPath(new URL('./sentry.ts', import.meta.url));
  const child = spawn(process.execPath, [script, '--state', statePath], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
  const fake = JSON.parse(line) as { url: string; token: string };
  const post = (path: string, body: object): Promise<Response> =>
    fetch(`${fake.url}/_fake/${path}`, { method: 'POST', body: JSON.stringify(body) });
  const { id } = (await (await post('act', { act: 'newIssue' })).json()) as { id: string };
  await post('faults', { do: '503', match: { path: 'issues' } });
  assert.equal((await call(fake, `GET ${ISSUES}${id}/`)).status, 503);
  assert.equal((await call(fake, `GET ${ISSUES}${id}/`)).status, 200);
  child.kill('SIGTERM');
  await once(child, 'exit');
  const again = await startFakeSentry(t, { statePath });
  assert.equal((await call(again, `GET ${ISSUES}${id}/`)).body.id, id);
});
