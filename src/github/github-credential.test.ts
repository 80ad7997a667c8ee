import assert from 'node:assert/strict';
import { generateKeyPairSync, randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { test, type TestContext } from 'node:test';
import { inspect } from 'node:util';
import { jwtVerify } from 'jose';
import { Secret } from '../lib/secret.ts';
import { failureOf, json, rawIssue, REPOSITORY, testGithub, type TestGithub, valueOf } from './github.fixture.ts';
import { sentenceFor } from './github.ts';

const KEYS = generateKeyPairSync('rsa', { modulusLength: 2048 });
const PKCS1 = KEYS.privateKey.export({ type: 'pkcs1', format: 'pem' }).toString();
const PKCS8 = KEYS.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
const MINT = '/app/installations/77/access_tokens';

interface FakeApp {
  /** Answers a request for a token; a token of an hour unless given. */
  mint?: (response: ServerResponse, count: number, jwt: string) => void;
  /** Answers everything else. */
  call?: (response: ServerResponse, bearer: string) => void;
  privateKey?: string;
}

/** A GitHub where one App is installed, and a door opened with it. Tokens are `ghs_token1`, `ghs_token2`, … */
async function installed(
  t: TestContext,
  { mint, call, privateKey = PKCS1 }: FakeApp = {},
): Promise<TestGithub & { minted: () => number }> {
  let minted = 0;
  const made = await testGithub(
    t,
    (request, response) => {
      const bearer = (request.headers.authorization ?? '').slice('Bearer '.length);
      if (request.url !== MINT) return (call ?? ((answer) => json(answer, 200, rawIssue(1))))(response, bearer);
      minted += 1;
      return (mint ?? ((answer, count) => json(answer, 201, token(count, 3600))))(response, minted, bearer);
    },
    // another App in each test: this process keeps what it knows of one
    {
      credential: {
        kind: 'app',
        key: randomUUID(),
        appId: randomUUID(),
        privateKey: new Secret(privateKey),
        installationId: 77,
      },
    },
  );
  return { ...made, minted: () => minted };
}

function token(count: number, seconds: number): object {
  return { token: `ghs_token${count}`, expires_at: new Date(Date.now() + seconds * 1000).toISOString() };
}

for (const [form, privateKey] of [
  ['PKCS#1', PKCS1],
  ['PKCS#8', PKCS8],
  ['one line', PKCS1.replaceAll('\n', '\\n')],
] as const) {
  test(`an App signs with a private key as ${form}, and calls with the token it got`, async (t) => {
    let jwt = '';
    const bearers: string[] = [];
    const { github } = await installed(t, {
      privateKey,
      mint: (response, count, given) => ((jwt = given), json(response, 201, token(count, 3600))),
      call: (response, bearer) => (bearers.push(bearer), json(response, 200, rawIssue(1))),
    });
    assert.equal(valueOf(await github.issue(REPOSITORY, 1)).issue?.number, 1);
    const { payload, protectedHeader } = await jwtVerify(jwt, KEYS.publicKey);
    assert.equal(protectedHeader.alg, 'RS256');
    assert.equal((payload.exp ?? 0) - (payload.iat ?? 0), 600);
    assert.deepEqual(bearers, ['ghs_token1']);
  });
}

test('twenty calls at once ask for one token, and later ones use it too', async (t) => {
  const { github, minted } = await installed(t);
  await Promise.all(Array.from({ length: 20 }, () => github.issue(REPOSITORY, 1)));
  await github.issue(REPOSITORY, 1);
  assert.equal(minted(), 1);
});

test('a token is replaced five minutes before it ends, by GitHub’s clock', async (t) => {
  const { github, minted } = await installed(t, {
    mint: (response, count) => json(response, 201, token(count, count === 1 ? 299 : 3600)),
  });
  await github.issue(REPOSITORY, 1);
  await github.issue(REPOSITORY, 1);
  await github.issue(REPOSITORY, 1);
  assert.equal(minted(), 2);
});

test('when a new token is refused for a moment, the call is said again with it', async (t) => {
  let calls = 0;
  const { github, minted } = await installed(t, {
    call: (response) =>
      (calls += 1) === 1 ? json(response, 401, { message: 'Bad credentials' }) : json(response, 201, rawIssue(4)),
  });
  assert.equal(valueOf(await github.addAssignees(REPOSITORY, 4, ['ann'])).number, 4);
  assert.deepEqual([minted(), calls], [1, 2]);
});

test('a token that GitHub ends early is replaced once, and the call goes on', async (t) => {
  const { github, minted } = await installed(t, {
    call: (response, bearer) =>
      bearer === 'ghs_token1' && later > 0
        ? json(response, 401, { message: 'Bad credentials' })
        : json(response, 200, rawIssue(1)),
  });
  let later = 0;
  const now = performance.now.bind(performance);
  t.mock.method(performance, 'now', () => now() + later);
  await github.issue(REPOSITORY, 1);
  later = 600_000;
  assert.equal(valueOf(await github.issue(REPOSITORY, 1)).issue?.number, 1);
  assert.equal(minted(), 2);
});

test('a token that is refused again and again is unauthorized, and the sentence speaks of the App', async (t) => {
  const { github } = await installed(t, { call: (response) => json(response, 401, { message: 'Bad credentials' }) });
  const failure = failureOf(await github.issue(REPOSITORY, 1));
  assert.deepEqual([failure.kind, failure.app], ['unauthorized', true]);
  assert.match(sentenceFor(failure), /does not accept the App: Bad credentials\. Check its id and private key/);
});

test('a clock that is wrong here is learnt from GitHub’s Date when it refuses the signature', async (t) => {
  const ahead = Date.now() + 3_600_000;
  const claims: number[] = [];
  const { github } = await installed(t, {
    mint: (response, count, jwt) => {
      const { exp } = JSON.parse(Buffer.from(jwt.split('.')[1] ?? '', 'base64url').toString('utf8')) as { exp: number };
      claims.push(exp);
      const headers = { date: new Date(ahead).toUTCString() };
      if (exp * 1000 < ahead)
        return json(response, 401, { message: "'Expiration time' claim ('exp') is wrong" }, headers);
      return json(
        response,
        201,
        { ...token(count, 0), expires_at: new Date(ahead + 3_600_000).toISOString() },
        headers,
      );
    },
  });
  assert.equal(valueOf(await github.issue(REPOSITORY, 1)).issue?.number, 1);
  assert.equal(claims.length, 2);
});

test('trouble for a moment while a token is asked for stops nothing', async (t) => {
  const { github, minted } = await installed(t, {
    mint: (response, count) => (count === 1 ? json(response, 502, {}) : json(response, 201, token(count, 3600))),
  });
  assert.equal(valueOf(await github.issue(REPOSITORY, 1)).issue?.number, 1);
  assert.equal(minted(), 2);
});

for (const { what, status, message, kind, sentence } of [
  {
    what: 'an App that was uninstalled',
    status: 404,
    message: 'Not Found',
    kind: 'forbidden',
    sentence: /not installed there any more \(installation 77\)\. Install it again/,
  },
  {
    what: 'an installation that is suspended',
    status: 403,
    message: 'This installation has been suspended',
    kind: 'forbidden',
    sentence: /is suspended \(installation 77\)/,
  },
  {
    what: 'an App id that does not exist',
    status: 404,
    message: 'Integration not found',
    kind: 'unauthorized',
    sentence: /GitHub knows no App with this id/,
  },
  {
    what: 'a key that is not the App’s',
    status: 401,
    message: 'A JSON web token could not be decoded',
    kind: 'unauthorized',
    sentence: /Check its id and private key/,
  },
  {
    what: 'GitHub in trouble',
    status: 503,
    message: 'Server Error',
    kind: 'unavailable',
    sentence: /Throughline tries again by itself/,
  },
]) {
  test(`${what} sends nothing, not even a create, and says what to do`, async (t) => {
    let calls = 0;
    const { github } = await installed(t, {
      mint: (response) => json(response, status, { message }),
      call: (response) => ((calls += 1), json(response, 201, rawIssue(1))),
    });
    const result = await github.createIssue(REPOSITORY, {
      title: 'x',
      body: '',
      labels: [],
      assignees: [],
      milestone: null,
      type: null,
    });
    assert.equal(failureOf(result).kind, kind);
    assert.match(sentenceFor(failureOf(result)), sentence);
    assert.deepEqual([calls, result.requests], [0, 0]);
  });
}

test('what is no private key is told as such, and nothing is sent', async (t) => {
  const { github, seen } = await installed(t, { privateKey: 'my key' });
  assert.match(sentenceFor(failureOf(await github.issue(REPOSITORY, 1))), /private key of the App cannot be read/);
  assert.equal(seen.length, 0);
});

test('neither token nor signature nor key is shown by a failure, a result or the log', async (t) => {
  const { github, logged, access } = await installed(t, {
    mint: (response, count, jwt) =>
      count === 1 ? json(response, 502, { message: jwt }) : json(response, 201, token(count, 3600)),
    call: (response, bearer) => json(response, 403, { message: `refused ${bearer}` }),
  });
  const result = await github.issue(REPOSITORY, 1);
  const shown = inspect(result, { depth: 9 }) + inspect(access, { depth: 9 }) + logged.join('\n');
  assert.match(shown, /refused \[token\]/);
  assert.doesNotMatch(shown, /ghs_token|eyJ|BEGIN/);
});
