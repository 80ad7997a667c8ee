import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';

import { examplePayloads, signatureOf, startGround } from '../src/deliveries/deliveries.fixture.ts';
import { openReceiver } from '../src/deliveries/deliveries.ts';
import { NO_METER } from '../src/lib/meter.ts';
import { publish } from '../src/db/db.ts';
import { quiet } from './support/quiet.ts';
import { testServer } from '../src/http/server.fixture.ts';
import type { AddressInfo } from 'node:net';
import type { DeliveriesCtx } from '../src/deliveries/deliveries.model.ts';
import type { Ground } from '../src/deliveries/deliveries.fixture.ts';
import type { Row } from '../src/db/db.model.ts';
import type { TestContext } from 'node:test';

const PING = JSON.stringify({ zen: 'Keep it logically awesome.', hook_id: 7, hook: {} });
const MB = 1024 * 1024;

interface Posts extends Ground {
  port: number;
  /** Posts with a right signature; headers given replace it, undefined leaves one out. */
  post: (
    body: string | Buffer,
    headers?: Record<string, string | undefined>,
    connectionId?: string,
  ) => Promise<{ status: number; text: string; headers: Headers }>;
  rows: () => Promise<Row<'deliveries'>[]>;
}

async function startPosts(t: TestContext, given: Partial<DeliveriesCtx> = {}): Promise<Posts> {
  const ground = await startGround(t, { ctx: given });
  const { db, ctx, connection } = ground;
  const app = await testServer(t, { receiver: openReceiver(ctx, (heard) => db.live.subscribe(heard)) });
  await app.listen({ port: 0, host: '127.0.0.1' });
  const { port } = app.server.address() as AddressInfo;
  return {
    ...ground,
    port,
    post: async (body, headers = {}, connectionId = connection.id) => {
      const all = {
        'content-type': 'application/json',
        'x-github-event': 'ping',
        'x-github-delivery': randomUUID(),
        'x-hub-signature-256': signatureOf(body),
        ...headers,
      };
      const set = Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined);
      const answer = await fetch(`http://127.0.0.1:${port}/webhooks/github/${connectionId}`, {
        method: 'POST',
        headers: Object.fromEntries(set),
        body: typeof body === 'string' ? body : new Uint8Array(body),
      });
      return { status: answer.status, text: await answer.text(), headers: answer.headers };
    },
    rows: async () => db.sql.selectFrom('deliveries').selectAll().orderBy('received_at').orderBy('id').execute(),
  };
}

test('a signed delivery is kept with its bytes, and answered 202', async (t) => {
  const { post, rows, connection } = await startPosts(t);
  const body = `{"action": "opened", "issue": {}, "repository": {"id": 42, "full_name": "a/b"},\n "sender": {"login": "ann"}}`;
  const headers = { 'x-github-event': 'issues', 'x-github-delivery': 'g-1', 'x-github-hook-id': '99' };
  assert.equal((await post(body, headers)).status, 202);
  const [row] = await rows();
  const { guid, hook_id, event, came_by, state } = row ?? {};
  assert.deepEqual([guid, hook_id, event, came_by, state], ['g-1', 99, 'issues', 'post', 'received']);
  assert.equal(row?.connection_id, connection.id);
  assert.equal(row?.payload?.toString(), body);
});

test('the same delivery posted again is answered 200 and kept once, also when both come at once', async (t) => {
  const { post, rows } = await startPosts(t);
  const headers = { 'x-github-delivery': 'twice' };
  const answers = await Promise.all([1, 2, 3].map(async () => post(PING, headers)));
  assert.deepEqual(
    answers.map(({ status }) => status).toSorted((a, b) => a - b),
    [200, 200, 202],
  );
  assert.equal((await post(PING, headers)).status, 200);
  assert.equal((await rows()).length, 1);
});

test('what is unsigned, wrongly signed, signed by sha1 only or for no connection is refused with the same bytes', async (t) => {
  const { post, rows } = await startPosts(t);
  const wrong = signatureOf(PING, 'another secret');
  const refusals = [
    await post(PING, { 'x-hub-signature-256': undefined }),
    await post(PING, { 'x-hub-signature-256': wrong }),
    await post(`${PING} `, { 'x-hub-signature-256': signatureOf(PING) }),
    await post(PING, { 'x-hub-signature-256': 'sha256=' }),
    await post(PING, { 'x-hub-signature-256': undefined, 'x-hub-signature': 'sha1=0000' }),
    await post(PING, {}, randomUUID()),
    await post(PING, {}, 'no-uuid'),
    await post('this is not JSON', { 'x-hub-signature-256': wrong }),
  ];
  const seen = refusals.map(({ status, text, headers }) => [
    status,
    text,
    [...headers].filter(([name]) => name !== 'date'),
  ]);
  for (const refusal of seen) assert.deepEqual(refusal, seen[0]);
  assert.equal(refusals[0]?.status, 401);
  assert.deepEqual(await rows(), []);
});

test('a thousand refused posts are counted, make one line in the log and next to no questions to the database', async (t) => {
  const lines: object[] = [];
  const outcomes: string[] = [];
  const { post, db } = await startPosts(t, {
    log: { ...quiet, warn: (fields) => lines.push(fields) },
    meter: { ...NO_METER, received: (outcome) => outcomes.push(outcome) },
  });
  await post(PING, {}, randomUUID());
  const before = await queries(db);
  for (let round = 0; round < 10; round += 1) {
    await Promise.all(Array.from({ length: 100 }, async () => post(PING, {}, randomUUID())));
  }
  assert.deepEqual([outcomes.length, new Set(outcomes)], [1001, new Set(['not_signed'])]);
  assert.deepEqual(lines, [{ refused: 1 }]);
  const asked = (await queries(db)) - before;
  assert.ok(asked < 60, `${asked} transactions`);
});

test('who knows no connection, or one without a secret, is refused before a byte of the body is read', async (t) => {
  const { post, port, db, connection } = await startPosts(t);
  const wrong = await post(PING, { 'x-hub-signature-256': signatureOf(PING, 'another secret') });
  const promise = `content-length: ${24 * MB}\r\nconnection: close`;
  const unknown = await headOnly(port, randomUUID(), promise);
  await db.sql.updateTable('connections').set({ webhook_secret_encrypted: null }).execute();
  await tellChanged(db, connection.id, connection.tenantId);
  for (const answer of [unknown, await headOnly(port, connection.id, promise)]) {
    assert.match(answer, /^HTTP\/1\.1 401 /u);
    assert.ok(answer.endsWith(wrong.text), answer);
  }
});

test('every answer has the headers that protect people, the refused and the failed too', async (t) => {
  const { post, db } = await startPosts(t);
  await db.pool.query(`alter table deliveries add check (guid <> 'poison')`);
  const answers = [
    await post(PING, { 'x-github-delivery': 'once' }),
    await post(PING, { 'x-github-delivery': 'once' }),
    await post('[]'),
    await post(PING, {}, randomUUID()),
    await post(PING, { 'x-github-delivery': 'poison' }),
  ];
  assert.equal(answers.map(({ status }) => status).join(), '202,200,400,401,500');
  for (const { headers, status } of answers) {
    assert.equal(headers.get('x-content-type-options'), 'nosniff', String(status));
    assert.equal(headers.get('x-frame-options'), 'DENY', String(status));
  }
});

test('GitHub’s own test vector is accepted', async (t) => {
  const { post } = await startPosts(t);
  const signature = 'sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17';
  assert.equal((await post('Hello, World!', { 'x-hub-signature-256': signature })).status, 400); // signed, but no JSON
});

test('unsigned posts are accepted only where an admin allowed it, and a wrong signature not even then', async (t) => {
  const { post, db, rows, connection } = await startPosts(t);
  await db.sql.updateTable('connections').set({ webhook_allow_unsigned: true }).execute();
  await tellChanged(db, connection.id, connection.tenantId);
  assert.equal((await post(PING, { 'x-hub-signature-256': undefined })).status, 202);
  assert.equal((await post(PING, { 'x-hub-signature-256': signatureOf(PING, 'wrong') })).status, 401);
  assert.equal((await rows()).length, 1);
});

test('a connection without a secret accepts nothing', async (t) => {
  const { post, db, connection } = await startPosts(t);
  await db.sql.updateTable('connections').set({ webhook_secret_encrypted: null }).execute();
  await tellChanged(db, connection.id, connection.tenantId);
  assert.equal((await post(PING)).status, 401);
});

test('a form is taken when its urlencoded bytes are signed, and kept as JSON', async (t) => {
  const { post, rows } = await startPosts(t);
  const json = JSON.stringify({ zen: 'ü + & = %', hook_id: 1 });
  const form = new URLSearchParams({ payload: json }).toString();
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  assert.equal((await post(form, headers)).status, 202);
  assert.equal((await post(form, { ...headers, 'x-hub-signature-256': signatureOf(json) })).status, 401);
  assert.equal((await post('other=1', headers)).status, 400);
  const [row, ...others] = await rows();
  assert.equal(row?.payload?.toString(), json);
  assert.deepEqual(others, []);
});

test('what cannot be a JSON object is refused with 400, whatever it is', async (t) => {
  const { post, rows } = await startPosts(t);
  for (const body of ['', '{"a": ', '[1]', '"text"', 'null', Buffer.from([0xff, 0xfe, 0])]) {
    assert.equal((await post(body)).status, 400, String(body));
  }
  assert.deepEqual(await rows(), []);
});

test('a body without a content type, an event and a delivery id is kept: the payload tells the event', async (t) => {
  const { post, rows } = await startPosts(t);
  const headers = { 'content-type': undefined, 'x-github-event': undefined, 'x-github-delivery': undefined };
  assert.equal((await post(Buffer.from(PING), headers)).status, 202);
  assert.equal((await post(Buffer.from(PING), headers)).status, 200); // the same body is the same delivery
  const [row] = await rows();
  assert.equal(row?.event, 'ping');
  assert.match(row?.guid ?? '', /^sha256-[0-9a-f]{64}$/u);
});

test('25 MB are taken, 26 MB are refused with 413 before they are read', async (t) => {
  const { post, rows, port, connection } = await startPosts(t);
  const body = Buffer.from(`{"zen":"${'x'.repeat(25 * MB - 10)}"}`);
  assert.equal(body.length, 25 * MB);
  assert.equal((await post(body)).status, 202);
  const answer = await headOnly(port, connection.id, `content-length: ${26 * MB}`);
  assert.match(answer, /^HTTP\/1\.1 413 /u);
  assert.match(answer, /larger than 25 MB/u);
  const chunk = `100000\r\n${'x'.repeat(MB)}\r\n`;
  assert.match(
    await headOnly(port, connection.id, 'transfer-encoding: chunked', chunk.repeat(26)),
    /^HTTP\/1\.1 413 /u,
  );
  assert.equal((await rows())[0]?.payload?.length, 25 * MB);
});

test('of posts that come together every sender hears of its own delivery', async (t) => {
  const { post, rows } = await startPosts(t);
  const answers = await Promise.all(
    Array.from({ length: 300 }, async (_, i) => post(PING, { 'x-github-delivery': `burst-${i % 250}` })),
  );
  assert.equal(answers.filter(({ status }) => status === 202).length, 250);
  assert.equal(answers.filter(({ status }) => status === 200).length, 50);
  assert.equal((await rows()).length, 250);
});

test('a delivery that the database refuses does not take those that came with it', async (t) => {
  const { post, rows, db } = await startPosts(t);
  await db.pool.query(`alter table deliveries add check (guid <> 'poison')`);
  const guids = ['one', 'poison', 'two', 'three'];
  const answers = await Promise.all(guids.map(async (guid) => post(PING, { 'x-github-delivery': guid })));
  assert.deepEqual(
    answers.map(({ status }) => status),
    [202, 500, 202, 202],
  );
  assert.equal((await rows()).length, 3);
});

test('every payload of GitHub’s examples is stored, with its event told by the header', async (t) => {
  const { post, rows } = await startPosts(t);
  const payloads = examplePayloads();
  assert.ok(payloads.length > 200, `only ${payloads.length} examples`);
  for (const { event, payload } of payloads) {
    const answer = await post(JSON.stringify(payload), { 'x-github-event': event });
    assert.equal(answer.status, 202, `${event}: ${answer.text}`);
  }
  const kept = await rows();
  assert.deepEqual(
    kept.map(({ event }) => event),
    payloads.map(({ event }) => event),
  );
});

/** Resolves when the receiver has heard of it. */
async function tellChanged(db: Ground['db'], id: string, tenantId: string): Promise<void> {
  const heard = new Promise<void>((resolve) => {
    const unsubscribe = db.live.subscribe((notice) => {
      if (notice.kind !== 'connection' || notice.id !== id) return;
      unsubscribe();
      resolve();
    });
  });
  await db.live.ready();
  await publish(db.sql, { kind: 'connection', id, tenantId });
  await heard;
}

async function queries(db: Ground['db']): Promise<number> {
  const { rows } = await db.pool.query<{ n: string }>(
    'select (xact_commit + xact_rollback)::text as n from pg_stat_database where datname = current_database()',
  );
  return Number(rows[0]?.n);
}

/** Sends a head that promises a body, and what is given of it; gives back the answer's text. */
async function headOnly(port: number, connectionId: string, header: string, body = ''): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  let text = '';
  socket.on('data', (chunk) => (text += String(chunk)));
  socket.on('error', () => undefined); // the rest of the body is not wanted
  socket.write(
    `POST /webhooks/github/${connectionId} HTTP/1.1\r\nhost: hub\r\nx-hub-signature-256: ${signatureOf('')}\r\n${header}\r\n\r\n${body}`,
  );
  await new Promise((resolve) => socket.once('close', resolve));
  return text;
}
