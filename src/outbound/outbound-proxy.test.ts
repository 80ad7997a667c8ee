import assert from 'node:assert/strict';
import { createServer as createTcpServer } from 'node:net';
import { test } from 'node:test';
import { TEST_CERTIFICATE } from './certificates.fixture.ts';
import { assertFailed, listening, send, serve, serveProxy, serveTls } from './outbound.fixture.ts';

test('calls go through the proxy of the environment by name, without looking the name up here', async (t) => {
  const target = await serveTls(t, TEST_CERTIFICATE);
  const proxy = await serveProxy(t, target);
  const env = { HTTPS_PROXY: proxy.url, HTTP_PROXY: proxy.url };
  const tunnelled = await send(
    t,
    { url: 'https://github.invalid/', method: 'POST', body: '{}', addresses: 'public' },
    env,
  );
  assertFailed(tunnelled, 'not_sent', 'certificate');
  const plain = await send(t, { url: 'http://github.invalid/x', addresses: 'public' }, env);
  assert.equal(plain.kind === 'answered' && plain.body, 'through the proxy');
  assert.deepEqual(proxy.asked, ['CONNECT github.invalid:443', 'GET http://github.invalid/x']);
});

test('NO_PROXY and this machine itself are reached without the proxy, and the guard stays on', async (t) => {
  const port = await serve(t, (_, response) => response.end('direct'));
  const proxy = await serveProxy(t, port);
  const env = { HTTP_PROXY: proxy.url, HTTPS_PROXY: proxy.url, NO_PROXY: '.invalid,localtest.me' };
  const loopback = await send(t, { url: `http://127.0.0.1:${port}/` }, env);
  assert.equal(loopback.kind === 'answered' && loopback.body, 'direct');
  assertFailed(await send(t, { url: 'http://github.invalid/' }, env), 'not_sent', 'dns');
  assertFailed(
    await send(t, { url: 'http://169.254.169.254/' }, { HTTP_PROXY: proxy.url }),
    'not_sent',
    'address_refused',
  );
  const metadata = await send(t, { url: 'http://metadata.google.internal/' }, { HTTP_PROXY: proxy.url });
  assertFailed(metadata, 'not_sent', 'address_refused');
  assert.deepEqual(proxy.asked, []);
});

test('a proxy that refuses, wants a password, is down or is misspelt is told apart from GitHub being down', async (t) => {
  const refusing = await serveProxy(t, 1, '403 Forbidden');
  const asking = await serveProxy(t, 1, '407 Proxy Authentication Required');
  const post = { url: 'https://github.invalid/', method: 'POST', body: '{}' } as const;
  const refused = await send(t, post, { HTTPS_PROXY: refusing.url });
  assert.match(assertFailed(refused, 'not_sent', 'proxy'), /answered 403/);
  const password = await send(t, post, { HTTPS_PROXY: asking.url });
  assert.match(assertFailed(password, 'not_sent', 'proxy'), /user name and password/);
  const closed = createTcpServer();
  const port = await listening(t, closed);
  closed.close();
  assertFailed(await send(t, post, { HTTPS_PROXY: `127.0.0.1:${port}` }), 'not_sent', 'proxy');
  assertFailed(await send(t, post, { HTTPS_PROXY: 'http://::bad' }), 'not_sent', 'proxy');
});
