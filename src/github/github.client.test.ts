import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { test, type TestContext } from 'node:test';
import { inspect } from 'node:util';
import {
  DRAFT,
  failureOf,
  json,
  LIST,
  logInto,
  rawIssue,
  REPOSITORY,
  TEST_TOKEN,
  testGithub,
  valueOf,
} from './github.fixture.ts';
import { openGithub, sentenceFor } from './github.ts';

test('a create whose answer is lost after it was done has an unknown outcome and was sent exactly once', async (t) => {
  const { github, seen } = await testGithub(t, (_, __, incoming) => incoming.socket.destroy());
  const result = await github.createIssue(REPOSITORY, DRAFT);
  assert.equal(failureOf(result).kind, 'outcome_unknown');
  assert.equal(result.requests, 1);
  assert.equal(seen.length, 1);
});

for (const status of [500, 502, 503, 504]) {
  test(`a ${status} to a create has an unknown outcome and was sent exactly once`, async (t) => {
    const { github, seen } = await testGithub(t, (_, response) => json(response, status, { message: 'Server Error' }));
    const failure = failureOf(await github.createIssue(REPOSITORY, DRAFT));
    assert.deepEqual([failure.kind, failure.requestId, failure.message], ['outcome_unknown', 'REQ:1', 'Server Error']);
    assert.equal(seen.length, 1);
  });
}

for (const body of ['', '<html>sign in</html>', '{"number":', '{"message":"fine"}']) {
  test(`a 201 that reads ${JSON.stringify(body)} has an unknown outcome`, async (t) => {
    const { github, seen } = await testGithub(t, (_, response) => response.writeHead(201).end(body));
    assert.equal(failureOf(await github.createIssue(REPOSITORY, DRAFT)).kind, 'outcome_unknown');
    assert.equal(seen.length, 1);
  });
}

test('a create is not followed over a 301, and the new place is told', async (t) => {
  const { github, seen } = await testGithub(t, (_, response) =>
    json(response, 301, {}, { location: '/repositories/9/issues' }),
  );
  const failure = failureOf(await github.createIssue(REPOSITORY, DRAFT));
  assert.ok(failure.kind === 'moved');
  assert.equal(failure.location, '/repositories/9/issues');
  assert.equal(seen.length, 1);
});

test('a create is followed over a 307 of the same server with its body, once', async (t) => {
  const { github, seen } = await testGithub(t, (request, response) =>
    request.url.startsWith('/repositories/9')
      ? json(response, 201, rawIssue(8))
      : json(response, 307, {}, { location: '/repositories/9/issues' }),
  );
  const result = await github.createIssue(REPOSITORY, DRAFT);
  assert.equal(valueOf(result).number, 8);
  assert.equal(result.requests, 2);
  assert.deepEqual(
    seen.map(({ method, url }) => `${method} ${url}`),
    ['POST /repos/acme/app/issues', 'POST /repositories/9/issues'],
  );
  assert.equal(seen[0]?.body, seen[1]?.body);
});

test('redirects that go round in a circle end', async (t) => {
  const { github, seen } = await testGithub(t, (request, response) =>
    json(response, 307, {}, { location: request.url }),
  );
  assert.equal(failureOf(await github.createIssue(REPOSITORY, DRAFT)).kind, 'moved');
  assert.equal(failureOf(await github.issue(REPOSITORY, 1)).kind, 'moved');
  assert.equal(seen.length, 8);
});

/** A second server of another origin that counts who came. */
async function stranger(t: TestContext): Promise<{ url: string; visits: () => number }> {
  let visits = 0;
  const server = createServer((_, response) => {
    visits += 1;
    json(response, 200, []);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  const address = server.address();
  assert.ok(typeof address === 'object' && address !== null);
  return { url: `http://127.0.0.1:${address.port}`, visits: () => visits };
}

test('a redirect to another server is never followed, so the token never gets there', async (t) => {
  const other = await stranger(t);
  for (const status of [301, 302, 307, 308]) {
    const { github } = await testGithub(t, (_, response) =>
      json(response, status, {}, { location: `${other.url}/steal` }),
    );
    assert.equal(failureOf(await github.repository(REPOSITORY)).kind, 'moved');
    assert.equal(failureOf(await github.createIssue(REPOSITORY, DRAFT)).kind, 'moved');
  }
  assert.equal(other.visits(), 0);
});

test('a link to the next page on another server is refused with a sentence, and never visited', async (t) => {
  const other = await stranger(t);
  const link = { link: `<${other.url}/repositories/1/issues?after=x>; rel="next"` };
  const { github } = await testGithub(t, (_, response) => json(response, 200, [rawIssue(1)], link));
  const failure = failureOf(await github.issuePage(REPOSITORY, LIST));
  assert.equal(failure.kind, 'unexpected');
  assert.match(sentenceFor(failure), /leads to another server/);
  assert.equal(failureOf(await github.issuePage(REPOSITORY, LIST, { next: `${other.url}/page` })).kind, 'unexpected');
  assert.equal(failureOf(await github.labelPage(REPOSITORY)).kind, 'unexpected');
  assert.equal(other.visits(), 0);
});

test('a read follows a rename on the same server', async (t) => {
  const repository = {
    id: 9,
    full_name: 'acme/new',
    html_url: 'https://github.com/acme/new',
    private: false,
    permissions: { push: true },
  };
  const { github } = await testGithub(t, (request, response) =>
    request.url === '/repositories/9'
      ? json(response, 200, repository)
      : json(response, 301, {}, { location: '/repositories/9' }),
  );
  const result = await github.repository(REPOSITORY);
  assert.deepEqual(valueOf(result), {
    id: 9,
    fullName: 'acme/new',
    url: 'https://github.com/acme/new',
    visibility: 'public',
    hasIssues: true,
    archived: false,
    canPush: true,
  });
  assert.equal(result.requests, 2);
});

test('a read is asked again when GitHub stumbles, three times at most', async (t) => {
  let answers = 0;
  const { github } = await testGithub(t, (request, response, incoming) => {
    answers += 1;
    if (request.url.endsWith('/issues/2')) return json(response, 502, { message: 'down' });
    if (answers === 1) return json(response, 503, {});
    if (answers === 2) return incoming.socket.destroy();
    return json(response, 200, rawIssue(1));
  });
  const healed = await github.issue(REPOSITORY, 1);
  assert.equal(valueOf(healed).issue?.number, 1);
  assert.equal(healed.requests, 3);
  const down = await github.issue(REPOSITORY, 2);
  assert.deepEqual([failureOf(down).kind, down.requests], ['unavailable', 3]);
});

test('when GitHub asks to wait nothing more is sent with that token, whichever door it goes through', async (t) => {
  const { github, seen, access, logged } = await testGithub(t, (_, response) =>
    json(response, 403, { message: 'You have exceeded a secondary rate limit.' }, { 'retry-after': '120' }),
  );
  assert.equal(failureOf(await github.issue(REPOSITORY, 1)).kind, 'rate_limited');
  const sameKey = openGithub(access, { log: logInto(logged), now: () => new Date(), createSpacingMs: 0 });
  for (const call of [sameKey.issue(REPOSITORY, 1), github.createIssue(REPOSITORY, DRAFT), github.viewer()]) {
    const result = await call;
    const failure = failureOf(result);
    assert.ok(failure.kind === 'rate_limited' && failure.limit === 'secondary' && result.requests === 0);
    assert.ok(failure.retryAt.getTime() > Date.now() + 100_000);
  }
  assert.equal(seen.length, 1);
  assert.deepEqual(
    github.budgets().map(({ resource }) => resource),
    ['secondary'],
  );
  assert.equal(logged.filter((line) => line.startsWith('github asks to wait')).length, 1);
});

test('when the creation budget is used up no request is sent and the time to come again is told', async (t) => {
  const { github, seen } = await testGithub(t, (_, response) => json(response, 201, rawIssue(1)), {
    creationsPerHour: 2,
  });
  valueOf(await github.createIssue(REPOSITORY, DRAFT));
  valueOf(await github.createIssue(REPOSITORY, DRAFT));
  const third = await github.createIssue(REPOSITORY, DRAFT);
  const failure = failureOf(third);
  assert.ok(
    failure.kind === 'rate_limited' && failure.limit === 'creation_budget' && failure.retryAt.getTime() > Date.now(),
  );
  assert.deepEqual([third.requests, seen.length], [0, 2]);
  assert.equal(github.budgets().find(({ resource }) => resource === 'creation')?.remaining, 0);
  valueOf(await github.addAssignees(REPOSITORY, 1, ['ann']));
});

test('an outage does not use the creation budget up', async (t) => {
  const { github } = await testGithub(t, () => undefined, { creationsPerHour: 1, baseUrl: 'http://127.0.0.1:1' });
  for (const _ of [1, 2, 3]) {
    const result = await github.createIssue(REPOSITORY, DRAFT);
    assert.deepEqual([failureOf(result).kind, result.requests], ['unreachable', 0]);
  }
});

test('writes go out one after the other, however many are asked for at once', async (t) => {
  let open = 0;
  let most = 0;
  const { github } = await testGithub(t, (_, response) => {
    open += 1;
    most = Math.max(most, open);
    setTimeout(() => {
      open -= 1;
      json(response, 201, rawIssue(1));
    }, 10);
  });
  await Promise.all(Array.from({ length: 8 }, () => github.createIssue(REPOSITORY, DRAFT)));
  assert.equal(most, 1);
});

test('a private address is refused before anything is sent, unless it is allowed', async (t) => {
  const { github, seen } = await testGithub(t, (_, response) => json(response, 201, rawIssue(1)), {
    addresses: 'public',
  });
  const failure = failureOf(await github.createIssue(REPOSITORY, DRAFT));
  assert.equal(failure.kind, 'unreachable');
  assert.match(sentenceFor(failure), /only when the operator allows it/);
  assert.equal(seen.length, 0);
});

test('names that would lead to another endpoint are answered here and nothing is sent', async (t) => {
  const { github, seen } = await testGithub(t, (_, response) => json(response, 200, {}));
  for (const fullName of ['../user', 'acme/..', 'acme', 'a/b/c', '/x', '']) {
    assert.equal(failureOf(await github.repository({ fullName })).kind, 'not_found', fullName);
  }
  assert.equal(valueOf(await github.canBeAssigned(REPOSITORY, '..')), false);
  valueOf(await github.canBeAssigned(REPOSITORY, 'a/b?c'));
  assert.deepEqual(
    seen.map(({ url }) => url),
    ['/repos/acme/app/assignees/a%2Fb%3Fc'],
  );
});

test('no token is ever shown: not in a failure, a log line, or the inspected door', async (t) => {
  const tokens = [
    TEST_TOKEN,
    'github_pat_11ABCDEFG0_abcdefghijklmnopqrstuvwxyz',
    `ghs_123456_eyJ${'a'.repeat(200)}.${'b'.repeat(200)}.${'c-_'.repeat(33)}`,
    'gho_abcdefghijklmnop',
    'ghu_abcdefghijklmnop',
    'ghr_abcdefghijklmnop',
    'anOldTokenWithoutAnyPrefix0123456789',
  ];
  for (const token of tokens) {
    const { github, logged, access } = await testGithub(
      t,
      (request, response) =>
        json(
          response,
          request.url.endsWith('/1') ? 301 : 422,
          {
            message: `${'x'.repeat(480)} ${request.headers.authorization}`,
            errors: [{ message: token, field: token }],
          },
          { location: `https://elsewhere.invalid/?token=${token}` },
        ),
      { token },
    );
    const failures = [
      failureOf(await github.createIssue(REPOSITORY, DRAFT)),
      failureOf(await github.issue(REPOSITORY, 1)),
    ];
    const shown = [
      inspect(failures, { depth: 9 }),
      ...failures.map(sentenceFor),
      ...logged,
      inspect(github, { depth: 9 }),
      inspect(access),
      JSON.stringify(access),
    ];
    for (const text of shown) assert.ok(!text.includes(token.slice(0, 24)), `${token.slice(0, 6)}: ${text}`);
    assert.ok(failures.every(({ kind }) => kind === 'invalid' || kind === 'moved'));
  }
});

test('a token with a line break inside is called unsendable, without showing it', async (t) => {
  const { github } = await testGithub(t, (_, response) => json(response, 200, {}), { token: 'ghp_first\nghp_second' });
  const failure = failureOf(await github.viewer());
  assert.equal(failure.kind, 'unreachable');
  assert.doesNotMatch(sentenceFor(failure), /ghp_/);
});
