import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { test } from 'node:test';

import { throughline } from './command.fixture.ts';

const KEY = { THROUGHLINE_API_KEY: 'a key of a test' };
/** Nothing listens there. */
const NOWHERE = 'http://127.0.0.1:9';

for (const [name, args, says] of [
  ['report without a title', ['report'], /--title/u],
  ['a word too many', ['report', '--title', 'Two', 'words'], /"words" is one word too many/u],
  ['a severity nobody knows', ['report', '--title', 'x', '--severity', 'bad'], /low, medium, high, critical/u],
  ['a name of a reporter without an id', ['report', '--title', 'x', '--reporter-name', 'Ann'], /need --reporter-id/u],
  ['two descriptions', ['report', '--title', 'x', '--description', 'a', '-'], /Give the description once/u],
  ['a wait that is no number', ['sync', '--wait', 'long'], /whole seconds/u],
  ['an address that is none', ['sync', '--url', 'hub'], /must be an address/u],
  ['a replay of nothing', ['deliveries', 'replay'], /Give the ids of deliveries, or --failed/u],
  ['a replay of both', ['deliveries', 'replay', '--failed', 'some-id'], /Give the ids of deliveries, or --failed/u],
  [
    'a state of a delivery that is none',
    ['deliveries', 'list', '--state', 'lost'],
    /received, applied, ignored, failed/u,
  ],
  ['an unknown option', ['doctor', '--fix'], /unknown option/u],
] as const) {
  test(`${name} ends with 2 and says so`, async () => {
    const ended = await throughline([...args], KEY);
    assert.equal(ended.code, 2);
    assert.match(ended.stderr, says);
  });
}

test('without a key a command ends with 2 and says where the key comes from', async () => {
  const ended = await throughline(['sync']);
  assert.equal(ended.code, 2);
  assert.match(ended.stderr, /THROUGHLINE_API_KEY .* ADMIN_API_KEY/u);
});

test('a description file that is missing ends with 2 and is named', async () => {
  const ended = await throughline(['report', '--title', 'x', '--description-file', '/nowhere/at/all.md'], KEY);
  assert.equal(ended.code, 2);
  assert.match(ended.stderr, /\/nowhere\/at\/all\.md/u);
});

for (const args of [['report', '--title', 'x'], ['sync']]) {
  test(`${args[0]} says in a sentence that no hub answers, and what to do, and ends with 1`, async () => {
    const ended = await throughline([...args, '--url', NOWHERE], KEY);
    assert.equal(ended.code, 1);
    assert.match(ended.stderr, /^No hub answers at http:\/\/127\.0\.0\.1:9\. .*throughline serve/u);
    assert.equal(ended.stdout, '');
  });
}

test('a report whose answer was lost names the key with which it may be sent again', async (t) => {
  const server = createServer((request) => request.socket.destroy()).listen(0, '127.0.0.1');
  t.after(() => server.close());
  await new Promise((resolve) => server.once('listening', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const args = ['report', '--title', 'x', '--idempotency-key', 'k-1', '--url', `http://127.0.0.1:${port}`];
  const ended = await throughline(args, KEY);
  assert.equal(ended.code, 1);
  assert.match(ended.stderr, /--idempotency-key k-1/u);
});

test('a page that is no hub is told from one', async (t) => {
  const server = createServer((_request, response) => response.end('<h1>Hello</h1>')).listen(0, '127.0.0.1');
  t.after(() => server.close());
  await new Promise((resolve) => server.once('listening', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const ended = await throughline(['sync', '--url', `http://127.0.0.1:${port}`], KEY);
  assert.equal(ended.code, 1);
  assert.match(ended.stderr, /is not a hub of this version/u);
});
