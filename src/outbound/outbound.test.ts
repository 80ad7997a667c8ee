import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { writeFile, mkdtemp, rm } from 'node:fs/promises';
import { createServer as createTlsServer } from 'node:https';
import { connect, createServer as createTcpServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import {
  EXPIRED_TEST_CERTIFICATE,
  TEST_AUTHORITY,
  TEST_CERTIFICATE,
  TEST_PRIVATE_KEY,
} from './certificates.fixture.ts';
import type { OutboundOutcome } from './outbound.model.ts';
import { assertFailed, listening, send, serve, serveTls } from './outbound.fixture.ts';
import { openOutbound } from './outbound.ts';

test('an answer comes back with status, headers and text, a redirect among them unfollowed', async (t) => {
  let requests = 0;
  const port = await serve(t, (_, response) => {
    requests += 1;
    response.writeHead(302, { location: '/elsewhere', 'x-one': '1' }).end('moved');
  });
  const outcome = await send(t, { url: `http://127.0.0.1:${port}/` });
  assert.ok(outcome.kind === 'answered');
  assert.deepEqual([outcome.status, outcome.body, outcome.headers['location']], [302, 'moved', '/elsewhere']);
  assert.equal(requests, 1);
});

test('a compressed answer is unpacked, and one that unpacks to more than the limit is dropped', async (t) => {
  const port = await serve(t, (request, response) => {
    response.setHeader('content-encoding', 'gzip');
    response.end(gzipSync(request.url === '/bomb' ? 'a'.repeat(1_000_000) : 'grüße'));
  });
  const good = await send(t, { url: `http://127.0.0.1:${port}/` });
  assert.equal(good.kind === 'answered' && good.body, 'grüße');
  assertFailed(await send(t, { url: `http://127.0.0.1:${port}/bomb` }), 'no_answer', 'too_large');
});

test('a refused connection and an unknown name are known not to have been sent', async (t) => {
  const port = await serve(t, () => undefined);
  const closed = createTcpServer();
  const freePort = await listening(t, closed);
  closed.close();
  await once(closed, 'close');
  assert.notEqual(freePort, port);
  const refused = await send(t, { method: 'POST', body: '{}', url: `http://127.0.0.1:${freePort}/` });
  assert.match(assertFailed(refused, 'not_sent', 'refused'), /refused the connection/);
  const unknown = await send(t, { method: 'POST', body: '{}', url: 'http://no-such-name.invalid/' });
  assert.match(assertFailed(unknown, 'not_sent', 'dns'), /cannot be looked up/);
});

test('a socket destroyed after the request was read may have been sent, and is sent once', async (t) => {
  let requests = 0;
  const port = await serve(t, (request) => {
    requests += 1;
    request.resume().on('end', () => request.socket.destroy());
  });
  const outcome = await send(t, { method: 'POST', body: '{}', url: `http://127.0.0.1:${port}/` });
  assertFailed(outcome, 'no_answer', 'reset');
  assert.equal(requests, 1);
});

test('an answer that breaks off in its body may have been sent', async (t) => {
  const port = await serve(t, (request, response) => {
    response.writeHead(201, { 'content-length': '100' }).write('{"number":');
    setImmediate(() => request.socket.destroy());
  });
  const outcome = await send(t, { method: 'POST', body: '{}', url: `http://127.0.0.1:${port}/` });
  assertFailed(outcome, 'no_answer', 'reset');
});

test('a slow answer ends at the time limit and may have been sent', async (t) => {
  const port = await serve(t, () => undefined);
  const outcome = await send(t, { method: 'POST', body: '{}', url: `http://127.0.0.1:${port}/`, timeoutMs: 200 });
  assert.match(assertFailed(outcome, 'no_answer', 'timeout'), /did not answer within 0.2 seconds/);
});

test('a server that never finishes the TLS handshake is known not to have been sent anything', async (t) => {
  const port = await listening(
    t,
    createTcpServer((socket) => {
      socket.on('error', () => undefined);
      t.after(() => socket.destroy());
    }),
  );
  const outcome = await send(t, { method: 'POST', body: '{}', url: `https://localhost:${port}/`, timeoutMs: 300 });
  assertFailed(outcome, 'not_sent', 'connect_timeout');
});

test('every write has a connection of its own, which no other call used before', async (t) => {
  const ports: (number | undefined)[] = [];
  const port = await serve(t, (request, response) => {
    ports.push(request.socket.remotePort);
    request.resume().on('end', () => response.end());
  });
  const outbound = openOutbound({});
  t.after(() => outbound.close());
  for (const method of ['GET', 'POST', 'POST', 'PATCH'] as const) {
    const request = { method, url: `http://127.0.0.1:${port}/`, headers: {}, timeoutMs: 5_000, bodyBytesMax: 100 };
    await outbound.send({ ...request, addresses: 'private' });
  }
  assert.equal(new Set(ports).size, 4);
});

test('the address guard refuses literals, names and what names resolve to, before anything is sent', async (t) => {
  let requests = 0;
  const port = await serve(t, (_, response) => {
    requests += 1;
    response.end();
  });
  for (const host of ['127.0.0.1', '2130706433', '0x7f.1', '[::ffff:127.0.0.1]', 'localhost']) {
    const outcome = await send(t, { url: `http://${host}:${port}/`, addresses: 'public' });
    assert.match(assertFailed(outcome, 'not_sent', 'address_refused'), /only when the operator allows it/, host);
  }
  for (const host of ['169.254.169.254', '[fe80::1]', '0.0.0.0', '[fd00:ec2::254]']) {
    assertFailed(await send(t, { url: `http://${host}:${port}/` }), 'not_sent', 'address_refused');
  }
  assert.equal(requests, 0);
});

test('an address that is not http, and a header that cannot be written, send nothing and say so without quoting it', async (t) => {
  assertFailed(await send(t, { url: 'file:///etc/passwd' }), 'not_sent', 'bad_request');
  const port = await serve(t, (_, response) => response.end());
  const broken = { url: `http://127.0.0.1:${port}/`, headers: { authorization: 'Bearer ghp_bad\nvalue' } };
  assert.doesNotMatch(assertFailed(await send(t, broken), 'not_sent', 'bad_request'), /ghp_/);
});

test('an unknown authority, an expired certificate and one of another name each get their own sentence', async (t) => {
  const port = await serveTls(t, TEST_CERTIFICATE);
  const unknown = await send(t, { url: `https://localhost:${port}/`, method: 'POST', body: '{}' });
  assert.match(assertFailed(unknown, 'not_sent', 'certificate'), /not trusted.*NODE_EXTRA_CA_CERTS/);

  const plain = await serve(t, (_, response) => response.end());
  const notTls = await send(t, { url: `https://localhost:${plain}/`, method: 'POST', body: '{}' });
  assert.match(assertFailed(notTls, 'not_sent', 'tls'), /speak HTTPS/);
});

/** Sends in a Node that was started with the test authority, because Node reads that variable once, at start. */
async function sendTrustingTestAuthority(t: TestContext, urls: string[]): Promise<OutboundOutcome[]> {
  const folder = await mkdtemp(join(tmpdir(), 'throughline-ca-'));
  t.after(() => rm(folder, { recursive: true }));
  await writeFile(join(folder, 'ca.pem'), TEST_AUTHORITY);
  const script = `
    const { openOutbound } = await import(${JSON.stringify(new URL('./outbound.ts', import.meta.url).href)});
    const outbound = openOutbound({});
    const ask = (url) => outbound.send({ method: 'GET', url, headers: {}, timeoutMs: 5000, bodyBytesMax: 100, addresses: 'private' });
    process.stdout.write(JSON.stringify(await Promise.all(process.argv.slice(1).map(ask))));
    outbound.close();`;
  const env = { ...process.env, NODE_EXTRA_CA_CERTS: join(folder, 'ca.pem') };
  const args = ['--input-type=module', '--eval', script, ...urls];
  const { stdout } = await promisify(execFile)(process.execPath, args, { env });
  const outcomes: OutboundOutcome[] = JSON.parse(stdout);
  return outcomes;
}

test('a write whose time ran out while the connection was being made is not sent when the connection stands after all', async (t) => {
  let requests = 0;
  const server = createTlsServer({ cert: TEST_CERTIFICATE, key: TEST_PRIVATE_KEY }, (_, response) => {
    requests += 1;
    response.end();
  });
  const target = await listening(t, server);
  const slow = createTcpServer((socket) => {
    const upstream = connect(target, '127.0.0.1');
    for (const end of [socket, upstream]) {
      end.on('error', () => undefined);
      t.after(() => end.destroy());
    }
    upstream.pipe(socket);
    setTimeout(() => socket.pipe(upstream), 300);
  });
  const port = await listening(t, slow);
  const before = getCACertificates();
  setDefaultCACertificates([...before, TEST_AUTHORITY]);
  t.after(() => setDefaultCACertificates(before));
  const post = { url: `https://localhost:${port}/`, method: 'POST', body: '{}', timeoutMs: 100 } as const;
  assertFailed(await send(t, post), 'not_sent', 'connect_timeout');
  await sleep(600);
  assert.equal(requests, 0);
  const again = await send(t, { ...post, timeoutMs: 5_000 });
  assert.equal(again.kind, 'answered');
});

test('an own authority named by NODE_EXTRA_CA_CERTS is trusted, but not an expired certificate or a wrong name', async (t) => {
  const good = await serveTls(t, TEST_CERTIFICATE);
  const old = await serveTls(t, EXPIRED_TEST_CERTIFICATE);
  const urls = [`https://localhost:${good}/`, `https://localhost:${old}/`, `https://127.0.0.1:${good}/`];
  const [trusted, expired, wrongName] = await sendTrustingTestAuthority(t, urls);
  assert.ok(trusted !== undefined && expired !== undefined && wrongName !== undefined);
  assert.equal(trusted.kind === 'answered' && trusted.body, 'secure');
  assert.match(assertFailed(expired, 'not_sent', 'certificate'), /expired/);
  assert.match(assertFailed(wrongName, 'not_sent', 'certificate'), /another name/);
});
