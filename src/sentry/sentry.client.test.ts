import assert from 'node:assert/strict';
import { createServer as createTlsServer } from 'node:https';
import { test } from 'node:test';
import { inspect } from 'node:util';
import { TEST_AUTHORITY, TEST_CERTIFICATE, TEST_PRIVATE_KEY } from '../outbound/certificates.fixture.ts';
import { ORDINARY } from './sentry-samples.fixture.ts';
import {
  ABILITIES,
  ALL,
  type Answer,
  failureOf,
  html,
  json,
  NOT_THERE,
  portOf,
  recording,
  testSentry,
  TEST_TOKEN,
  valueOf,
} from './sentry.fixture.ts';
import { openSentry } from './sentry.ts';

const RESOLVED = { status: 'resolved' } as const;
/** Answers the first ones as told, the rest well. */
function first(...answers: Answer[]): Answer {
  return (request, response, incoming) => {
    const answer = answers.shift() ?? ((_, good) => json(good, 200, ORDINARY));
    answer(request, response, incoming);
  };
}
const reset: Answer = (_, __, incoming) => incoming.socket.destroy();
const gateway: Answer = (_, response) => html(response, 502);
const inner: Answer = (_, response) => json(response, 500, { detail: 'Internal Error', errorId: 'f00' });

test('a read carries the token and ends with a slash, and asks for JSON', async (t) => {
  const { sentry, seen } = await testSentry(t, (_, response) => json(response, 200, ORDINARY));
  assert.equal(valueOf(await sentry.issue('5120017734')).shortId, 'SHOP-WEB-3F');
  assert.equal(seen[0]?.path, '/api/0/organizations/acme/issues/5120017734/');
  assert.deepEqual(
    [seen[0]?.headers.authorization, seen[0]?.headers.accept],
    [`Bearer ${TEST_TOKEN}`, 'application/json'],
  );
});

test('a read is asked again when the server stumbles, and each try is counted', async (t) => {
  const { sentry, seen } = await testSentry(t, first(gateway, reset));
  const result = await sentry.issue('1');
  assert.equal(result.ok, true);
  assert.deepEqual([result.requests, seen.length], [3, 3]);
});

test('a server that goes on stumbling is unavailable after three tries', async (t) => {
  const { sentry, seen } = await testSentry(t, first(gateway, inner, gateway, inner));
  assert.equal(failureOf(await sentry.issue('1')).kind, 'unavailable');
  assert.equal(seen.length, 3);
});

for (const [what, answer] of [
  ['502', gateway],
  ['500', inner],
  ['connection that broke off', reset],
] as const) {
  test(`a change answered by a ${what} has an unknown outcome and was sent exactly once`, async (t) => {
    const { sentry, seen } = await testSentry(t, first(answer));
    assert.equal(failureOf(await sentry.change('1', RESOLVED)).kind, 'outcome_unknown');
    assert.equal(seen.length, 1);
  });
}

test('a change answered by a web page or an empty 200 has an unknown outcome, one answered with 204 is done', async (t) => {
  const { sentry } = await testSentry(
    t,
    first(
      (_, response) => html(response, 200),
      (_, response) => response.writeHead(200).end(),
      (_, response) => response.writeHead(204).end(),
      (_, response) => json(response, 200, { status: 'resolved' }),
    ),
  );
  assert.equal(failureOf(await sentry.change('1', RESOLVED)).kind, 'outcome_unknown');
  assert.equal(failureOf(await sentry.change('1', RESOLVED)).kind, 'outcome_unknown');
  assert.equal(valueOf(await sentry.change('1', RESOLVED)), null);
  assert.equal(valueOf(await sentry.change('1', RESOLVED)), null);
});

test('where nobody listens nothing was sent: a read is tried three times, a change twice, a link once', async (t) => {
  const abilities = { ...ABILITIES, installation: '7a485448-a9e2-4c85-8a3c-4f44175783c9' };
  const { sentry, logged } = await testSentry(t, first(), { baseUrl: 'http://127.0.0.1:1', abilities });
  const to = { url: 'https://github.com/acme/shop/issues/1', repository: 'acme/shop', number: 1 };
  const results = [await sentry.issue('1'), await sentry.change('1', RESOLVED), await sentry.link('1', to)];
  for (const result of results) assert.deepEqual([failureOf(result).kind, result.requests], ['unreachable', 0]);
  const tried = (method: string) => logged.filter((line) => line.includes(`"method":"${method}"`)).length;
  assert.deepEqual(['GET', 'PUT', 'POST'].map(tried), [3, 2, 1]);
});

test('a sign-in page, a redirect to one and another program are told apart from Sentry', async (t) => {
  const answers: Answer[] = [
    (_, response) => html(response, 200),
    (_, response) => response.writeHead(302, { location: '/auth/login/' }).end(),
    (_, response) => json(response, 200, { hello: 'world' }),
    (_, response) => response.writeHead(200, { 'content-type': 'application/json' }).end('[{"id":'),
  ];
  const { sentry, seen } = await testSentry(t, first(...answers));
  for (const _ of answers) assert.equal(failureOf(await sentry.issuePage(ALL)).kind, 'not_sentry');
  assert.equal(seen.length, answers.length);
});

test('a redirect is never followed, so the token goes nowhere else', async (t) => {
  const other = await testSentry(t, first());
  const { sentry } = await testSentry(t, (_, response) =>
    response.writeHead(301, { location: `${other.access.baseUrl}/api/0/organizations/acme/issues/1/` }).end(),
  );
  assert.match(failureOf(await sentry.issue('1')).message, /sends on to http:\/\/127\.0\.0\.1:\d+\/api\/0\//);
  assert.equal(other.seen.length, 0);
});

test('a short rate limit is waited for, a change is never said again after it', async (t) => {
  const limited: Answer = (_, response) =>
    json(response, 429, {
      detail: 'You are attempting to use this endpoint too frequently. Limit is 40 requests in 1 seconds',
    });
  const { sentry, seen } = await testSentry(t, first(limited, limited));
  assert.equal(valueOf(await sentry.issue('1')).id, ORDINARY.id);
  assert.equal(seen.length, 3);
  const change = await testSentry(t, first(limited), { tokenText: 'another' });
  assert.equal(failureOf(await change.sentry.change('1', RESOLVED)).kind, 'rate_limited');
  assert.equal(change.seen.length, 1);
});

test('a long rate limit is told with its time, and no other door with the token asks before', async (t) => {
  const { sentry, seen, access } = await testSentry(
    t,
    (_, response) => json(response, 429, { message: 'Please retry later' }, { 'retry-after': '600' }),
    { tokenText: 'long' },
  );
  const failure = failureOf(await sentry.issue('1'));
  assert.ok(failure.kind === 'rate_limited');
  assert.ok(failure.retryAt.getTime() > Date.now() + 590_000);
  const second = openSentry(
    { ...access },
    { log: { error() {}, warn() {}, info() {}, debug() {} }, now: () => new Date() },
  );
  const result = await second.change('1', RESOLVED);
  assert.deepEqual([failureOf(result).kind, result.requests, seen.length], ['rate_limited', 0, 1]);
});

test('four calls are under way at once at most, whatever is asked', async (t) => {
  let running = 0;
  let most = 0;
  const { sentry } = await testSentry(
    t,
    (_, response) => {
      running += 1;
      most = Math.max(most, running);
      setTimeout(() => {
        running -= 1;
        json(response, 200, ORDINARY);
      }, 30);
    },
    { tokenText: 'four' },
  );
  const results = await Promise.all(Array.from({ length: 12 }, () => sentry.issue('1')));
  assert.ok(results.every(({ ok }) => ok));
  assert.equal(most, 4);
});

test('a change goes before the reads that wait, since somebody holds its lease', async (t) => {
  const { sentry, seen } = await testSentry(t, (_, response) => json(response, 200, ORDINARY), { tokenText: 'queue' });
  const reads = Array.from({ length: 8 }, () => sentry.issue('1'));
  const change = sentry.change('1', RESOLVED);
  await Promise.all([...reads, change]);
  const place = seen.findIndex(({ method }) => method === 'PUT');
  assert.ok(place <= 4, `only the four reads under way came before, but it was number ${place + 1}`);
});

test('the budget is what the server told last, and unknown where it tells none', async (t) => {
  const headers = {
    'x-sentry-rate-limit-limit': '40',
    'x-sentry-rate-limit-remaining': '39',
    'x-sentry-rate-limit-reset': '1777629600',
  };
  const told = await testSentry(t, (_, response) => json(response, 200, ORDINARY, headers), { tokenText: 'told' });
  assert.equal(told.sentry.budget(), null);
  await told.sentry.issue('1');
  assert.deepEqual([told.sentry.budget()?.limit, told.sentry.budget()?.remaining], [40, 39]);
  const untold = await testSentry(t, first(), { tokenText: 'untold' });
  await untold.sentry.issue('1');
  assert.equal(untold.sentry.budget(), null);
});

test('no token reaches a message or the log, also where a server echoes what it was sent', async (t) => {
  const hex = 'ab'.repeat(32);
  const { sentry, logged } = await testSentry(t, (request, response) =>
    json(response, 400, {
      detail: `bad header ${request.headers.authorization ?? ''} or ${hex} or sntrys_eyJpYXQ.a+b/c=`,
    }),
  );
  const failure = failureOf(await sentry.issue('1'));
  assert.match(failure.message, /bad header Bearer \[token\] or \[token\] or \[token\]/);
  assert.doesNotMatch(inspect(failure) + logged.join('\n'), /sntry[us]_|abab/);
});

test('a token with a line break is no token, and nothing is sent', async (t) => {
  const { sentry, seen } = await testSentry(t, first(), { tokenText: 'sntryu_a\nb' });
  const failure = failureOf(await sentry.issue('1'));
  assert.deepEqual([failure.kind, seen.length], ['unauthorized', 0]);
  assert.match(failure.message, /Copy it again/);
});

test('an organisation token is told as such', async (t) => {
  const { sentry } = await testSentry(t, (_, response) => json(response, 403, NOT_THERE), { tokenText: 'sntrys_abc' });
  assert.match(failureOf(await sentry.issue('1')).message, /organisation token.*cannot read issues/);
});

test('a private authority of the connection is trusted, without it the certificate is refused before anything is sent', async (t) => {
  const server = createTlsServer(
    { cert: TEST_CERTIFICATE, key: TEST_PRIVATE_KEY },
    recording([], (_, response) => json(response, 200, ORDINARY)),
  );
  const port = await portOf(t, server);
  const at = { baseUrl: `https://localhost:${port}` };
  const trusted = await testSentry(t, first(), { ...at, ca: TEST_AUTHORITY });
  assert.equal((await trusted.sentry.issue('1')).ok, true);
  const unchecked = await testSentry(t, first(), { ...at, insecureTls: true });
  assert.equal((await unchecked.sentry.issue('1')).ok, true);
  const untrusted = await (await testSentry(t, first(), at)).sentry.change('1', RESOLVED);
  assert.deepEqual([failureOf(untrusted).kind, untrusted.requests], ['certificate', 0]);
  assert.match(failureOf(untrusted).message, /put the authority's certificate into the connection/);
});

test('an inner address is refused where the operator allows none', async (t) => {
  const { sentry, seen } = await testSentry(t, first(), { addresses: 'public' });
  assert.equal(failureOf(await sentry.issue('1')).kind, 'address_refused');
  assert.equal(seen.length, 0);
});
