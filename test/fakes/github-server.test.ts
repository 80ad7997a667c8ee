import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Answer } from './github-call.ts';
import { call, ISSUES, nextLink } from './github-call.ts';
import { answerFaults } from './github-schemas.ts';
import { startFakeGithub } from './github-server.ts';

test('answers have the shape that GitHub publishes', async (t) => {
  const fake = await startFakeGithub(t);
  fake.openPullRequest({ title: 'A pull request' });
  const R = '/repos/{owner}/{repo}';
  const calls: [operation: string, request: string, body?: unknown][] = [
    ['GET /user', 'GET /user'],
    ['GET /users/{username}', 'GET /users/octo-dev'],
    ['GET /rate_limit', 'GET /rate_limit'],
    ['GET /meta', 'GET /meta'],
    ['GET /versions', 'GET /versions'],
    [`GET ${R}`, 'GET /repos/acme/webshop'],
    [`GET ${R}`, 'GET /repos/acme/nowhere'],
    [
      `POST ${R}/issues`,
      `POST ${ISSUES}`,
      { title: 'An issue', body: 'text', labels: ['bug', 'new'], assignees: ['octo-dev'] },
    ],
    [`POST ${R}/issues`, `POST ${ISSUES}`, { title: 'x', assignees: ['nobody'] }],
    [`POST ${R}/issues`, `POST ${ISSUES}`, {}],
    [`GET ${R}/issues`, `GET ${ISSUES}`],
    [`GET ${R}/issues/{issue_number}`, `GET ${ISSUES}/1`],
    [`GET ${R}/issues/{issue_number}`, `GET ${ISSUES}/2`],
    [`GET ${R}/issues/{issue_number}`, `GET ${ISSUES}/99`],
    [`PATCH ${R}/issues/{issue_number}`, `PATCH ${ISSUES}/2`, { state: 'closed', state_reason: 'not_planned' }],
    [`PATCH ${R}/issues/{issue_number}`, `PATCH ${ISSUES}/2`, { state: 'wrong' }],
    [`POST ${R}/issues/{issue_number}/comments`, `POST ${ISSUES}/2/comments`, { body: 'a comment' }],
    [`GET ${R}/issues/{issue_number}/comments`, `GET ${ISSUES}/2/comments`],
    [`POST ${R}/issues/{issue_number}/assignees`, `POST ${ISSUES}/2/assignees`, { assignees: ['throughline-bot'] }],
    [`DELETE ${R}/issues/{issue_number}/assignees`, `DELETE ${ISSUES}/2/assignees`, { assignees: ['octo-dev'] }],
    [`POST ${R}/issues/{issue_number}/labels`, `POST ${ISSUES}/2/labels`, { labels: ['question'] }],
    [`GET ${R}/issues/{issue_number}/labels`, `GET ${ISSUES}/2/labels`],
    [`DELETE ${R}/issues/{issue_number}/labels/{name}`, `DELETE ${ISSUES}/2/labels/question`],
    [`POST ${R}/issues/{issue_number}/sub_issues`, `POST ${ISSUES}/2/sub_issues`, { sub_issue_id: 1 }],
    [`GET ${R}/issues/{issue_number}/sub_issues`, `GET ${ISSUES}/2/sub_issues`],
    [`GET ${R}/labels`, 'GET /repos/acme/webshop/labels'],
    [`POST ${R}/labels`, 'POST /repos/acme/webshop/labels', { name: 'fresh', color: '00ff00', description: 'd' }],
    [`POST ${R}/labels`, 'POST /repos/acme/webshop/labels', { name: 'FRESH', color: '00ff00' }],
    [`GET ${R}/labels/{name}`, 'GET /repos/acme/webshop/labels/good%20first%20issue'],
    [`GET ${R}/assignees`, 'GET /repos/acme/webshop/assignees'],
    [`GET ${R}/assignees/{assignee}`, 'GET /repos/acme/webshop/assignees/octo-dev'],
    [`GET ${R}/assignees/{assignee}`, 'GET /repos/acme/webshop/assignees/nobody'],
    [`GET ${R}/milestones`, 'GET /repos/acme/webshop/milestones'],
    [`GET ${R}/pulls`, 'GET /repos/acme/webshop/pulls'],
    ['GET /search/issues', 'GET /search/issues?q=repo:acme/webshop+is:issue+text'],
  ];
  for (const [operation, request, body] of calls) {
    const answer = await call(fake, request, body === undefined ? {} : { body });
    assert.deepEqual(answerFaults(operation, answer.status, answer.body), [], `${request} -> ${answer.status}`);
    assert.match(answer.headers.get('x-github-request-id') ?? '', /^[0-9A-F:]+$/);
  }
});

test('an issue has one parent, and a second one is refused in GitHub’s words', async (t) => {
  const fake = await startFakeGithub(t);
  const [parent, other, sub] = ['Parent', 'Other', 'Sub'].map((title) => fake.openIssue({ title }));
  const add = (to: number | undefined, id: number | undefined) =>
    call(fake, `POST ${ISSUES}/${to}/sub_issues`, { body: { sub_issue_id: id } });
  const made = await add(parent?.number, sub?.id);
  assert.deepEqual([made.status, answerFaults(SUB_ISSUES, 201, made.body)], [201, []]);
  const listed = await call(fake, `GET ${ISSUES}/${parent?.number}/sub_issues`);
  assert.deepEqual(
    listed.list.map(({ number }) => number),
    [sub?.number],
  );
  const again = await add(parent?.number, sub?.id);
  const second = await add(other?.number, sub?.id);
  assert.deepEqual([again.status, second.status], [422, 422]);
  assert.match(JSON.stringify(again.body), /duplicate sub-issues/u);
  assert.match(JSON.stringify(second.body), /only have one parent/u);
});

const SUB_ISSUES = 'POST /repos/{owner}/{repo}/issues/{issue_number}/sub_issues';

test('an answer that lacks a member or has it of the wrong type is noticed', () => {
  const faults = answerFaults('GET /repos/{owner}/{repo}/labels', 200, [{ id: 'one', node_id: 'LA', name: 'bug' }]);
  assert.ok(faults.some((fault) => fault.includes("'color'")) && faults.some((fault) => fault.includes('integer')));
});

test('an issue is created with its labels, and 201 names its address', async (t) => {
  const fake = await startFakeGithub(t);
  const answer = await call(fake, `POST ${ISSUES}`, {
    body: { title: 'A', labels: ['bug', 'brand new'], assignees: ['octo-dev'] },
  });
  assert.equal(answer.status, 201);
  assert.equal(answer.headers.get('location'), `${fake.apiUrl}${ISSUES}/1`);
  assert.deepEqual(
    answer.body.labels.map(({ name }) => name),
    ['bug', 'brand new'],
  );
  assert.ok(Number(answer.body['id']) > 2 ** 31);
  assert.match(String(answer.body['created_at']), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
});

test('without push access labels and assignees are dropped without a word, and nobody is checked', async (t) => {
  const fake = await startFakeGithub(t);
  fake.setPush(false);
  const answer = await call(fake, `POST ${ISSUES}`, { body: { title: 'A', labels: ['bug'], assignees: ['nobody'] } });
  assert.equal(answer.status, 201);
  assert.deepEqual(answer.body.labels, []);
  assert.deepEqual(answer.body['assignees'], []);
});

test('an unassignable login refuses the whole create', async (t) => {
  const fake = await startFakeGithub(t);
  const answer = await call(fake, `POST ${ISSUES}`, { body: { title: 'A', assignees: ['octo-dev', 'nobody'] } });
  assert.equal(answer.status, 422);
  assert.deepEqual(answer.body['errors'], [
    { value: 'nobody', resource: 'Issue', field: 'assignees', code: 'invalid' },
  ]);
  assert.equal(fake.issues().length, 0);
});

test('a body is measured in code points: 65,536 pass, one more is refused', async (t) => {
  const fake = await startFakeGithub(t);
  const longest = '😀'.repeat(65_536);
  assert.equal((await call(fake, `POST ${ISSUES}`, { body: { title: 'A', body: longest } })).status, 201);
  const refused = await call(fake, `POST ${ISSUES}`, { body: { title: 'A', body: `${longest}x` } });
  const message = 'body is too long (maximum is 65536 characters)';
  assert.deepEqual(refused.body['errors'], [{ resource: 'Issue', code: 'custom', field: 'body', message }]);
  assert.equal((await call(fake, `POST ${ISSUES}`, { body: { title: 'x'.repeat(257) } })).status, 422);
  assert.equal((await call(fake, `POST ${ISSUES}`, { body: { title: 'A', labels: ['x'.repeat(51)] } })).status, 422);
});

test('the gate refuses a bad token, an unknown API version and a missing User-Agent', async (t) => {
  const fake = await startFakeGithub(t);
  assert.equal((await call(fake, 'GET /user', { token: 'wrong' })).body['message'], 'Bad credentials');
  assert.equal((await call(fake, 'GET /user', { token: null })).status, 401);
  assert.equal((await call(fake, 'GET /user', { headers: { 'x-github-api-version': '2001-01-01' } })).status, 400);
  assert.equal((await call(fake, 'GET /user', { headers: { 'user-agent': '' } })).status, 403);
  fake.revokeToken();
  assert.equal((await call(fake, 'GET /user')).status, 401);
});

test('an expiring classic token tells its scopes and its end', async (t) => {
  const fake = await startFakeGithub(t);
  fake.addToken('soon', { login: 'octo-dev', expiresAt: '2099-01-02T03:04:05Z', scopes: ['repo', 'read:org'] });
  const answer = await call(fake, 'GET /user', { token: 'soon' });
  assert.equal(answer.headers.get('x-oauth-scopes'), 'repo, read:org');
  assert.equal(answer.headers.get('github-authentication-token-expiration'), '2099-01-02 03:04:05 UTC');
});

test('a fine-grained token without the permission is refused and told which one is missing', async (t) => {
  const fake = await startFakeGithub(t);
  fake.addToken('fine', { login: 'octo-dev', scopes: null, mayWriteIssues: false });
  const answer = await call(fake, `POST ${ISSUES}`, { token: 'fine', body: { title: 'A' } });
  assert.equal(answer.status, 403);
  assert.equal(answer.headers.get('x-accepted-github-permissions'), 'issues=write');
  assert.equal(answer.headers.get('x-oauth-scopes'), null);
});

test('a private repository looks missing to whoever may not see it', async (t) => {
  const fake = await startFakeGithub(t);
  fake.addRepository('acme/secret', { visibility: 'private' });
  assert.equal((await call(fake, 'GET /repos/acme/secret')).status, 404);
});

test('issues switched off, an archived repository and a deleted issue are told apart', async (t) => {
  const fake = await startFakeGithub(t);
  fake.openIssue({ title: 'A' });
  fake.archive();
  assert.equal((await call(fake, `POST ${ISSUES}`, { body: { title: 'B' } })).status, 403);
  fake.archive(false);
  fake.deleteIssue(1);
  assert.equal((await call(fake, `GET ${ISSUES}/1`)).status, 410);
  fake.disableIssues();
  assert.equal((await call(fake, `POST ${ISSUES}`, { body: { title: 'B' } })).status, 410);
});

test('after a rename GET is sent on with 301 and a write with 307, both by repository id', async (t) => {
  const fake = await startFakeGithub(t);
  fake.openIssue({ title: 'A' });
  fake.renameRepository('acme/shop');
  const read = await call(fake, `GET ${ISSUES}/1?x=1`);
  assert.equal(read.status, 301);
  assert.match(read.headers.get('location') ?? '', /\/repositories\/\d+\/issues\/1\?x=1$/);
  assert.equal((await call(fake, `GET ${read.headers.get('location')}`)).body.number, 1);
  const write = await call(fake, `POST ${ISSUES}`, { body: { title: 'B' } });
  assert.equal(write.status, 307);
  assert.equal((await call(fake, `POST ${write.headers.get('location')}`, { body: { title: 'B' } })).status, 201);
});

test('a transferred issue is found at its new place, its comments no longer under the old number', async (t) => {
  const fake = await startFakeGithub(t);
  fake.addRepository('acme/other');
  fake.openIssue({ title: 'A' });
  fake.comment(1, 'a comment');
  fake.transferIssue(1, 'acme/other');
  const answer = await call(fake, `GET ${ISSUES}/1`);
  assert.equal(answer.status, 301);
  assert.equal((await call(fake, `GET ${answer.headers.get('location')}`)).body['title'], 'A');
  assert.equal((await call(fake, `GET ${ISSUES}/1/comments`)).status, 404);
});

test('state_reason counts only together with a change of state', async (t) => {
  const fake = await startFakeGithub(t);
  const { id } = fake.openIssue({ title: 'A' });
  fake.openIssue({ title: 'B' });
  const reasonAfter = async (body: object): Promise<unknown> =>
    (await call(fake, `PATCH ${ISSUES}/2`, { body })).body['state_reason'];
  assert.equal(await reasonAfter({ state_reason: 'not_planned' }), null);
  assert.equal(await reasonAfter({ state: 'closed' }), 'completed');
  assert.equal(await reasonAfter({ state: 'closed', state_reason: 'not_planned' }), 'completed');
  assert.equal(await reasonAfter({ state: 'open' }), 'reopened');
  assert.equal(await reasonAfter({ state: 'closed', state_reason: 'duplicate', duplicate_issue_id: id }), 'duplicate');
});

test('a change that changes nothing leaves updated_at alone', async (t) => {
  let now = new Date('2026-01-01T00:00:00Z');
  const fake = await startFakeGithub(t, { now: () => now });
  fake.openIssue({ title: 'A' });
  now = new Date('2026-01-01T00:05:00Z');
  assert.equal(
    (await call(fake, `PATCH ${ISSUES}/1`, { body: { title: 'A' } })).body['updated_at'],
    '2026-01-01T00:00:00Z',
  );
  assert.equal((await call(fake, `POST ${ISSUES}/1/labels`, { body: ['bug'] })).status, 200);
  assert.equal(fake.issues()[0]?.updatedAt, '2026-01-01T00:05:00Z');
});

test('following next visits every issue of a long list once, without a last link', async (t) => {
  const fake = await startFakeGithub(t);
  for (let n = 1; n <= 1050; n += 1) fake.openIssue({ title: `Issue ${n}` });
  const seen: number[] = [];
  let address: string | null = `${ISSUES}?state=all&per_page=100`;
  while (address !== null) {
    const page: Answer = await call(fake, `GET ${address}`);
    assert.doesNotMatch(page.headers.get('link') ?? '', /rel="last"/);
    seen.push(...page.list.map(({ number }) => number));
    address = nextLink(page);
    if (address !== null) assert.match(address, /\/repositories\/\d+\/issues\?.*after=/);
  }
  assert.deepEqual(
    seen,
    Array.from({ length: 1050 }, (_, index) => 1050 - index),
  );
  assert.equal((await call(fake, `GET ${ISSUES}?per_page=100&page=100`)).status, 422);
});

test('an issue touched during a walk shifts page numbers but not cursors', async (t) => {
  let now = new Date('2026-01-01T00:00:00Z');
  const fake = await startFakeGithub(t, { now: () => now });
  for (let n = 1; n <= 6; n += 1) {
    now = new Date(now.getTime() + 1000);
    fake.openIssue({ title: `Issue ${n}` });
  }
  const first = await call(fake, `GET ${ISSUES}?sort=updated&direction=asc&per_page=2`);
  now = new Date(now.getTime() + 1000);
  fake.comment(1, 'moves #1 to the end');
  const second = await call(fake, `GET ${nextLink(first)}`);
  assert.deepEqual(
    second.list.map(({ number }) => number),
    [3, 4],
  );
  const byPage = await call(fake, `GET ${ISSUES}?sort=updated&direction=asc&per_page=2&page=2`);
  assert.deepEqual(
    byPage.list.map(({ number }) => number),
    [4, 5],
  );
});

test('the list filters by state, labels, creator, assignee and since', async (t) => {
  let now = new Date('2026-01-01T00:00:00Z');
  const fake = await startFakeGithub(t, { now: () => now });
  fake.openIssue({ title: 'A', labels: ['bug', 'ux'], author: 'mona' });
  now = new Date('2026-02-01T00:00:00Z');
  fake.openIssue({ title: 'B', labels: ['bug'], assignees: ['octo-dev'] });
  fake.closeIssue(2);
  const numbers = async (query: string): Promise<number[]> =>
    (await call(fake, `GET ${ISSUES}?${query}`)).list.map(({ number }) => number);
  assert.deepEqual(await numbers(''), [1]);
  assert.deepEqual(await numbers('state=all&labels=BUG'), [2, 1]);
  assert.deepEqual(await numbers('state=all&labels=bug,ux'), [1]);
  assert.deepEqual(await numbers('state=all&creator=mona'), [1]);
  assert.deepEqual(await numbers('state=all&assignee=none'), [1]);
  assert.deepEqual(await numbers('state=all&since=2026-01-15T00:00:00Z'), [2]);
  assert.deepEqual(await numbers('state=all&since=1970-01-01T00:00:00Z'), []);
});

test('an unchanged list costs nothing with its ETag, which is worth nothing to another token', async (t) => {
  const fake = await startFakeGithub(t);
  fake.addToken('other', { login: 'throughline-bot' });
  const first = await call(fake, `GET ${ISSUES}`);
  const headers = { 'if-none-match': first.headers.get('etag') ?? '' };
  const again = await call(fake, `GET ${ISSUES}`, { headers });
  assert.equal(again.status, 304);
  assert.equal(again.headers.get('x-ratelimit-used'), first.headers.get('x-ratelimit-used'));
  assert.equal((await call(fake, `GET ${ISSUES}`, { headers, token: 'other' })).status, 200);
});
