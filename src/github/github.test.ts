import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  DRAFT,
  failureOf,
  json,
  LIST,
  rawIssue,
  REPOSITORY,
  TEST_TOKEN,
  testGithub,
  valueOf,
} from './github.fixture.ts';
import type { GithubFailure } from './github.model.ts';
import { sentenceFor } from './github.ts';

test('an issue is created with one POST that carries token, version and name, and its answer is read', async (t) => {
  const { github, seen } = await testGithub(t, (_, response) => json(response, 201, rawIssue(7)));
  const result = await github.createIssue(REPOSITORY, DRAFT);
  const issue = valueOf(result);
  assert.equal(issue.number, 7);
  assert.deepEqual(issue.labels, [
    { id: null, name: 'plain', color: 'ededed' },
    { id: null, name: 'bug', color: 'ff0000' },
  ]);
  assert.deepEqual([issue.body, issue.assignees, issue.milestone, issue.isPullRequest], ['', ['ann'], 3, false]);
  assert.ok(result.ok && result.requestId === 'REQ:1' && result.requests === 1);
  const [request] = seen;
  assert.equal(`${request?.method} ${request?.url}`, 'POST /repos/acme/app/issues');
  assert.equal(request?.headers.authorization, `Bearer ${TEST_TOKEN}`);
  assert.equal(request?.headers.accept, 'application/vnd.github+json');
  assert.equal(request?.headers['x-github-api-version'], '2022-11-28');
  assert.match(request?.headers['user-agent'] ?? '', /^throughline\/\d+\.\d+\.\d+/);
  assert.deepEqual(JSON.parse(request?.body ?? ''), { title: 'Broken', body: 'It 💥', labels: ['bug'] });
});

test('a list is walked by the links as given, a broken item is skipped and counted, pull requests are marked', async (t) => {
  const { github, seen, logged, baseUrl } = await testGithub(t, (request, response) => {
    if (request.url.includes('after=')) return json(response, 200, [rawIssue(3, { pull_request: {} })]);
    const next = `<http://${request.headers.host}/repositories/1/issues?per_page=100&after=Y3Vy%3D&page=2>; rel="next", <x>; rel="last"`;
    return json(response, 200, [rawIssue(1), { number: 'two' }, rawIssue(2)], { link: next, etag: 'W/"e1"' });
  });
  const since = new Date('2026-05-01T10:00:00.987Z');
  const first = valueOf(await github.issuePage({ id: 1 }, { ...LIST, since }));
  assert.deepEqual([first.items.map(({ number }) => number), first.etag, first.notModified], [[1, 2], 'W/"e1"', false]);
  assert.equal(first.next, `${baseUrl}/repositories/1/issues?per_page=100&after=Y3Vy%3D&page=2`);
  assert.ok(logged.some((line) => line.includes('"skipped":1')));
  const second = valueOf(await github.issuePage({ id: 1 }, LIST, { next: first.next }));
  assert.deepEqual([second.items[0]?.isPullRequest, second.next], [true, null]);
  assert.deepEqual(
    seen.map(({ url }) => url),
    [
      '/repositories/1/issues?state=all&sort=updated&direction=desc&since=2026-05-01T10%3A00%3A00Z&per_page=100',
      '/repositories/1/issues?per_page=100&after=Y3Vy%3D&page=2',
    ],
  );
});

test('the beginning of time is not sent as since, because GitHub answers it with nothing', async (t) => {
  const { github, seen } = await testGithub(t, (_, response) => json(response, 200, []));
  valueOf(await github.issuePage(REPOSITORY, { ...LIST, since: new Date(0) }));
  assert.doesNotMatch(seen[0]?.url ?? '', /since/);
});

test('an etag is sent as it came, and 304 means not modified', async (t) => {
  const { github, seen, baseUrl } = await testGithub(t, (_, response) => response.writeHead(304).end());
  assert.deepEqual(valueOf(await github.issue(REPOSITORY, 1, 'W/"abc"')), {
    issue: null,
    etag: 'W/"abc"',
    notModified: true,
  });
  const page = valueOf(await github.issuePage(REPOSITORY, LIST, { etag: '"list"' }));
  const url = `${baseUrl}/repos/acme/app/issues?state=all&sort=updated&direction=desc&per_page=100`;
  assert.deepEqual(page, { items: [], next: null, lastPage: null, url, etag: '"list"', notModified: true });
  assert.deepEqual(
    seen.map(({ headers }) => headers['if-none-match']),
    ['W/"abc"', '"list"'],
  );
});

test('an answer that is no JSON is called unexpected, not an empty list', async (t) => {
  const { github } = await testGithub(t, (_, response) => response.writeHead(200).end('<html>proxy says hello</html>'));
  assert.equal(failureOf(await github.issuePage(REPOSITORY, LIST)).kind, 'unexpected');
  const { github: object } = await testGithub(t, (_, response) => json(response, 200, { not: 'a list' }));
  assert.equal(failureOf(await object.issuePage(REPOSITORY, LIST)).kind, 'unexpected');
});

test('the viewer tells kind, scopes, expiry, what is left and GitHub clock', async (t) => {
  const headers = {
    'x-oauth-scopes': 'repo, read:org',
    'github-authentication-token-expiration': '2026-12-01 08:30:00 -0700',
    'x-ratelimit-limit': '5000',
    'x-ratelimit-remaining': '4990',
    'x-ratelimit-reset': String(Math.floor(Date.now() / 1000) + 600),
    date: new Date().toUTCString(),
  };
  const { github } = await testGithub(t, (_, response) => json(response, 200, { login: 'bot', id: 5 }, headers));
  const viewer = valueOf(await github.viewer());
  assert.deepEqual([viewer.login, viewer.tokenKind, viewer.scopes], ['bot', 'classic', ['repo', 'read:org']]);
  assert.equal(viewer.expiresAt?.toISOString(), '2026-12-01T15:30:00.000Z');
  assert.deepEqual([viewer.rateLimit?.limit, viewer.rateLimit?.remaining], [5000, 4990]);
  assert.ok(viewer.serverTime !== null);
});

test('an Enterprise Server without limits and scopes is no trouble', async (t) => {
  const { github } = await testGithub(t, (_, response) => json(response, 200, { login: 'bot', id: 5 }), {
    token: 'github_pat_11A',
  });
  const viewer = valueOf(await github.viewer());
  assert.deepEqual(
    [viewer.tokenKind, viewer.scopes, viewer.expiresAt, viewer.rateLimit],
    ['fine_grained', null, null, null],
  );
  assert.deepEqual(github.budgets(), []);
});

test('a label is made, or was there already, or is refused', async (t) => {
  const { github } = await testGithub(t, (request, response) => {
    if (request.body.includes('new')) return json(response, 201, { name: 'new' });
    const code = request.body.includes('old') ? 'already_exists' : 'invalid';
    return json(response, 422, { message: 'Validation Failed', errors: [{ resource: 'Label', field: 'name', code }] });
  });
  const label = (name: string) => github.createLabel(REPOSITORY, { name, color: 'ededed', description: '' });
  assert.equal(valueOf(await label('new')), true);
  assert.equal(valueOf(await label('old')), false);
  assert.equal(failureOf(await label('bad')).kind, 'invalid');
});

test('who can be assigned is asked, and 404 means no', async (t) => {
  const { github } = await testGithub(t, (request, response) =>
    request.url === '/repos/acme/app/assignees/ann'
      ? response.writeHead(204).end()
      : json(response, 404, { message: 'Not Found' }),
  );
  assert.equal(valueOf(await github.canBeAssigned(REPOSITORY, 'ann')), true);
  assert.equal(valueOf(await github.canBeAssigned(REPOSITORY, 'bob')), false);
});

test('a change sends only what is to change, in GitHub words', async (t) => {
  const { github, seen } = await testGithub(t, (_, response) => json(response, 200, rawIssue(4, { state: 'closed' })));
  const change = { state: 'closed', stateReason: 'duplicate', duplicateIssueId: 99 } as const;
  assert.equal(valueOf(await github.changeIssue({ id: 12 }, 4, change)).state, 'closed');
  assert.equal(`${seen[0]?.method} ${seen[0]?.url}`, 'PATCH /repositories/12/issues/4');
  assert.deepEqual(JSON.parse(seen[0]?.body ?? ''), {
    state: 'closed',
    state_reason: 'duplicate',
    duplicate_issue_id: 99,
  });
});

test('every failure has a sentence that ends like one', () => {
  const common = { message: 'GitHub words', status: 400, requestId: null };
  const failures: GithubFailure[] = [
    { kind: 'rate_limited', limit: 'primary', retryAt: new Date(0), ...common },
    { kind: 'rate_limited', limit: 'secondary', retryAt: new Date(0), ...common },
    { kind: 'rate_limited', limit: 'creation_budget', retryAt: new Date(0), ...common },
    { kind: 'unauthorized', ...common },
    { kind: 'forbidden', missingPermissions: null, ...common },
    { kind: 'forbidden', missingPermissions: 'issues=write', ...common },
    { kind: 'not_found', ...common },
    { kind: 'not_found', missingPermissions: 'administration=read', ...common },
    { kind: 'gone', ...common },
    { kind: 'invalid', errors: [], ...common },
    { kind: 'unreachable', ...common },
    { kind: 'unavailable', ...common },
    { kind: 'moved', location: null, ...common },
    { kind: 'moved', location: 'https://x', ...common },
    { kind: 'unexpected', ...common },
    { kind: 'outcome_unknown', ...common },
  ];
  for (const failure of failures) assert.match(sentenceFor(failure), /^[A-Z].{20,}\.$/, failure.kind);
});
