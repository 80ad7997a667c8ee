import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EXPIRED_TEST_CERTIFICATE, TEST_AUTHORITY, TEST_CERTIFICATE } from './certificates.fixture.ts';
import { assertFailed, send, serveProxy, serveTls } from './outbound.fixture.ts';
import type { OutboundOutcome, Trust } from './outbound.model.ts';
import { openOutbound } from './outbound.ts';

const BY_AUTHORITY: Trust = { ca: TEST_AUTHORITY, insecureTls: false };
const ANYTHING: Trust = { ca: null, insecureTls: true };
const bodyOf = (outcome: OutboundOutcome) => outcome.kind === 'answered' && outcome.body;

test('an authority given with the request is trusted, for reads and writes, and only with its names and dates', async (t) => {
  const good = await serveTls(t, TEST_CERTIFICATE);
  const old = await serveTls(t, EXPIRED_TEST_CERTIFICATE);
  const url = `https://localhost:${good}/`;
  assert.equal(bodyOf(await send(t, { url, trust: BY_AUTHORITY })), 'secure');
  assert.equal(bodyOf(await send(t, { url, method: 'PUT', body: '{}', trust: BY_AUTHORITY })), 'secure');
  const wrongName = await send(t, { url: `https://127.0.0.1:${good}/`, trust: BY_AUTHORITY });
  assert.match(assertFailed(wrongName, 'not_sent', 'certificate'), /another name/);
  const expired = await send(t, { url: `https://localhost:${old}/`, trust: BY_AUTHORITY });
  assert.match(assertFailed(expired, 'not_sent', 'certificate'), /expired/);
});

test('where a connection has a place for an authority, the sentence about an unknown one leads there', async (t) => {
  const port = await serveTls(t, TEST_CERTIFICATE);
  for (const ca of [null, 'not a certificate']) {
    const outcome = await send(t, { url: `https://localhost:${port}/`, trust: { ca, insecureTls: false } });
    assert.match(assertFailed(outcome, 'not_sent', 'certificate'), /not trusted.*into the connection/);
  }
});

test('the trust of one request is not that of the next, though they go to the same place', async (t) => {
  const port = await serveTls(t, TEST_CERTIFICATE);
  const outbound = openOutbound({});
  t.after(() => outbound.close());
  const ask = (trust?: Trust) =>
    outbound.send({
      method: 'GET',
      url: `https://localhost:${port}/`,
      headers: {},
      timeoutMs: 5_000,
      bodyBytesMax: 1_000,
      addresses: 'private',
      ...(trust !== undefined && { trust }),
    });
  assert.equal(bodyOf(await ask(ANYTHING)), 'secure');
  assertFailed(await ask(), 'not_sent', 'certificate');
  assert.equal(bodyOf(await ask(BY_AUTHORITY)), 'secure');
  assertFailed(await ask({ ca: null, insecureTls: false }), 'not_sent', 'certificate');
});

test('no certificate is checked where that was asked for, neither name nor date', async (t) => {
  const old = await serveTls(t, EXPIRED_TEST_CERTIFICATE);
  assert.equal(bodyOf(await send(t, { url: `https://127.0.0.1:${old}/`, trust: ANYTHING })), 'secure');
});

test('through a proxy the given authority and the switched-off check hold for the server behind it', async (t) => {
  const target = await serveTls(t, TEST_CERTIFICATE);
  const proxy = await serveProxy(t, target);
  const through = (url: string, trust: Trust) =>
    send(t, { url, addresses: 'public', trust }, { HTTPS_PROXY: proxy.url, HTTP_PROXY: proxy.url });
  assert.equal(bodyOf(await through('https://sentry.invalid/', ANYTHING)), 'secure');
  // The certificate names localhost, so a trusted authority shows in the other complaint.
  const byAuthority = await through('https://sentry.invalid/', BY_AUTHORITY);
  assert.match(assertFailed(byAuthority, 'not_sent', 'certificate'), /another name/);
  const byNobody = await through('https://sentry.invalid/', { ca: null, insecureTls: false });
  assert.match(assertFailed(byNobody, 'not_sent', 'certificate'), /not trusted/);
  assert.ok(proxy.asked.every((asked) => asked === 'CONNECT sentry.invalid:443'));
});
