import assert from 'node:assert/strict';
import { once } from 'node:events';
import { get } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { test } from 'node:test';
import type { FastifyInstance } from 'fastify';

import type { LiveEvent } from '../contract/events.ts';
import { testServer } from './server.fixture.ts';

const ID = '018f0000-0000-7000-8000-000000000001';

test('a page hears what changed until the server stops, which does not wait for it', async (t) => {
  const senders = new Set<(event: LiveEvent) => void>();
  const app = await testServer(t, {
    subscribe: (_principal, send) => {
      senders.add(send);
      return () => senders.delete(send);
    },
  });
  const answer = await follow(await listening(app));
  assert.equal(answer.headers['content-type'], 'text/event-stream; charset=utf-8');
  for (const send of senders) send({ kind: 'report', id: ID });
  await app.close();
  assert.equal(await textOf(answer), `retry: 2000\n\ndata: {"kind":"report","id":"${ID}"}\n\n`);
  assert.equal(senders.size, 0);
});

test('nobody may follow changes, and one person only so many times', async (t) => {
  const app = await testServer(t);
  const port = await listening(app);
  assert.equal((await follow(port, 'nobody')).statusCode, 401);
  const open = await Promise.all(Array.from({ length: 20 }, () => follow(port)));
  assert.ok(open.every((answer) => answer.statusCode === 200));
  assert.equal((await follow(port)).statusCode, 429);
});

test('a change told after the page left breaks nothing', async (t) => {
  let send: (event: LiveEvent) => void = () => assert.fail('nobody subscribed');
  const gone = Promise.withResolvers<void>();
  const app = await testServer(t, {
    subscribe: (_principal, given) => {
      send = given;
      return () => gone.resolve();
    },
  });
  const answer = await follow(await listening(app));
  answer.destroy();
  await gone.promise;
  send({ kind: 'report', id: ID });
});

async function listening(app: FastifyInstance): Promise<number> {
  return Number(new URL(await app.listen({ port: 0, host: '127.0.0.1' })).port);
}

async function follow(port: number, role = 'reporter'): Promise<IncomingMessage> {
  const headers = { authorization: `Bearer ${role}` };
  const [answer]: IncomingMessage[] = await once(get({ port, path: '/api/v1/events', headers }), 'response');
  assert.ok(answer);
  return answer;
}

async function textOf(answer: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of answer) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}
