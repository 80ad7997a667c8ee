import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AddressInfo } from 'node:net';

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
  await app.listen({ port: 0, host: '127.0.0.1' });
  const { port } = app.server.address() as AddressInfo; // a TCP server's address is never a string
  const answer = await fetch(`http://127.0.0.1:${port}/api/v1/events`, {
    headers: { authorization: 'Bearer reporter' },
  });
  assert.equal(answer.headers.get('content-type'), 'text/event-stream; charset=utf-8');
  for (const send of senders) send({ kind: 'report', id: ID });
  await app.close();
  assert.equal(await answer.text(), `retry: 2000\n\ndata: {"kind":"report","id":"${ID}"}\n\n`);
  assert.equal(senders.size, 0);
});

test('nobody may follow changes, and one person only so many times', async (t) => {
  const app = await testServer(t);
  await app.listen({ port: 0, host: '127.0.0.1' });
  const { port } = app.server.address() as AddressInfo; // a TCP server's address is never a string
  const url = `http://127.0.0.1:${port}/api/v1/events`;
  assert.equal((await fetch(url)).status, 401);
  const follow = () => fetch(url, { headers: { authorization: 'Bearer reporter' } });
  const open = await Promise.all(Array.from({ length: 20 }, follow));
  assert.ok(open.every((answer) => answer.status === 200));
  assert.equal((await follow()).status, 429);
});
