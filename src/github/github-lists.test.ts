import assert from 'node:assert/strict';
import { test } from 'node:test';
import { failureOf, json, LIST, rawIssue, REPOSITORY, testGithub, valueOf } from './github.fixture.ts';

const USER = { login: 'ann', id: 2, type: 'User' };
const AT = '2026-05-01T10:00:00Z';

test('a page tells what was asked, its etag, where it goes on and how many pages there are', async (t) => {
  const { github, seen, baseUrl } = await testGithub(t, (request, response) => {
    const at = (page: number) => `<http://${request.headers.host}/repositories/7/labels?page=${page}>`;
    const link = `${at(2)}; rel="next", ${at(31)}; rel="last"`;
    json(
      response,
      200,
      [{ id: 1, name: 'bug', color: 'ff0000', description: null, default: true }, { name: 'no id' }],
      {
        etag: 'W/"1"',
        link,
      },
    );
  });
  const page = valueOf(await github.labelPage({ id: 7 }, { perPage: 1 }));
  assert.deepEqual(page, {
    items: [{ id: 1, name: 'bug', color: 'ff0000', description: null }],
    next: `${baseUrl}/repositories/7/labels?page=2`,
    lastPage: 31,
    url: `${baseUrl}/repositories/7/labels?per_page=1`,
    etag: 'W/"1"',
    notModified: false,
  });
  const second = valueOf(await github.labelPage({ id: 7 }, { next: page.next, etag: 'W/"2"', perPage: 1 }));
  assert.equal(second.url, page.next);
  assert.deepEqual([seen[1]?.url, seen[1]?.headers['if-none-match']], ['/repositories/7/labels?page=2', 'W/"2"']);
});

test('a list without links has one page, a list by cursors does not say how many', async (t) => {
  const { github } = await testGithub(t, (request, response) =>
    json(response, 200, [rawIssue(1)], {
      ...(request.url.startsWith('/repositories/2') && {
        link: `<http://${request.headers.host}/repositories/2/issues?after=x&page=2>; rel="next"`,
      }),
    }),
  );
  assert.equal(valueOf(await github.issuePage({ id: 1 }, LIST)).lastPage, 1);
  assert.equal(valueOf(await github.issuePage({ id: 2 }, LIST)).lastPage, null);
});

test('what lists need is asked for: all states, all ways to access, and a time in whole seconds', async (t) => {
  const { github, seen } = await testGithub(t, (_, response) => json(response, 200, []));
  const since = new Date('2026-05-01T10:00:00.500Z');
  const query = { sort: 'updated', direction: 'desc' } as const;
  await github.pullPage({ id: 1 }, query);
  await github.commentPage({ id: 1 }, { ...query, since });
  await github.issueCommentPage({ id: 1 }, 5);
  await github.milestonePage({ id: 1 });
  await github.collaboratorPage({ id: 1 });
  await github.teamPage({ id: 1 });
  await github.branchPage(REPOSITORY, { perPage: 500 });
  assert.deepEqual(
    seen.map(({ url }) => url),
    [
      '/repositories/1/pulls?state=all&sort=updated&direction=desc&per_page=100',
      '/repositories/1/issues/comments?sort=updated&direction=desc&since=2026-05-01T10%3A00%3A00Z&per_page=100',
      '/repositories/1/issues/5/comments?per_page=100',
      '/repositories/1/milestones?state=all&per_page=100',
      '/repositories/1/collaborators?affiliation=all&per_page=100',
      '/repositories/1/teams?per_page=100',
      '/repos/acme/app/branches?per_page=100',
    ],
  );
});

test('a comment knows its issue, also when its author is gone', async (t) => {
  const raw = {
    id: 9,
    node_id: 'IC_9',
    issue_url: 'https://api.github.com/repos/acme/app/issues/42',
    html_url: 'https://github.com/acme/app/pull/42#issuecomment-9',
    user: null,
    body: 'Yes',
    created_at: AT,
    updated_at: AT,
  };
  const { github, logged } = await testGithub(t, (_, response) =>
    json(response, 200, [raw, { ...raw, issue_url: '' }]),
  );
  const { items } = valueOf(await github.commentPage(REPOSITORY, { sort: 'created', direction: 'asc' }));
  assert.deepEqual(items, [
    {
      id: 9,
      nodeId: 'IC_9',
      issueNumber: 42,
      author: null,
      body: 'Yes',
      url: raw.html_url,
      createdAt: new Date(AT),
      updatedAt: new Date(AT),
    },
  ]);
  assert.ok(logged.some((line) => line.includes('"skipped":1')));
});

const PULL = {
  id: 800,
  node_id: 'PR_8',
  number: 8,
  html_url: 'https://github.com/acme/app/pull/8',
  title: 'Change',
  body: null,
  state: 'closed',
  draft: false,
  user: USER,
  head: { ref: 'fix/it', sha: 'aa', repo: null },
  base: { ref: 'main', sha: 'bb', repo: { full_name: 'acme/app' } },
  requested_reviewers: [{ login: 'bo', id: 3 }],
  requested_teams: [{ id: 1, slug: 'core', name: 'Core' }],
  labels: [{ id: 1, name: 'bug', color: 'ff0000' }],
  assignees: [USER],
  milestone: { number: 2, title: 'v2' },
  created_at: AT,
  updated_at: AT,
  closed_at: AT,
  merged_at: AT,
};

test('a pull request is merged when it has a time of merging, and its fork may be gone', async (t) => {
  const { github } = await testGithub(t, (request, response) =>
    json(response, 200, request.url.includes('?') ? [PULL, { ...PULL, number: 9, merged_at: null }] : PULL),
  );
  const { items } = valueOf(await github.pullPage(REPOSITORY, { sort: 'updated', direction: 'desc' }));
  assert.deepEqual(
    items.map(({ state }) => state),
    ['merged', 'closed'],
  );
  const pull = valueOf(await github.pull(REPOSITORY, 8));
  assert.deepEqual(pull, items[0]);
  assert.deepEqual(pull.head, { ref: 'fix/it', sha: 'aa', repository: null });
  assert.deepEqual([pull.requestedReviewers, pull.requestedTeams, pull.assignees], [['bo'], ['core'], ['ann']]);
  assert.deepEqual(
    pull.people.map(({ login }) => login),
    ['ann', 'bo'],
  );
});

test('milestones, collaborators, teams and branches are read, and older servers tell roles by permissions', async (t) => {
  const milestone = { id: 1, number: 2, title: 'v2', state: 'open', html_url: 'https://x', due_on: AT, updated_at: AT };
  const answers: Record<string, object[]> = {
    milestones: [milestone],
    collaborators: [
      { ...USER, role_name: 'release-manager', permissions: { push: true } },
      { login: 'old', id: 4, permissions: { admin: false, maintain: false, push: true, triage: true, pull: true } },
    ],
    teams: [{ id: 5, slug: 'core', name: 'Core', permission: 'maintain' }],
    branches: [{ name: 'a/b', commit: { sha: 'aa', url: 'https://x' }, protected: true }],
  };
  const { github } = await testGithub(t, (request, response) =>
    json(response, 200, answers[request.url.split('/').at(-1)?.split('?')[0] ?? ''] ?? []),
  );
  const [read] = valueOf(await github.milestonePage(REPOSITORY)).items;
  assert.deepEqual([read?.title, read?.dueOn, read?.closedAt, read?.description], ['v2', new Date(AT), null, null]);
  assert.deepEqual(valueOf(await github.collaboratorPage(REPOSITORY)).items, [
    { id: 2, login: 'ann', role: 'release-manager', email: null },
    { id: 4, login: 'old', role: 'write', email: null },
  ]);
  assert.deepEqual(valueOf(await github.teamPage(REPOSITORY)).items, answers['teams']);
  assert.deepEqual(valueOf(await github.branchPage(REPOSITORY)).items, [{ name: 'a/b', sha: 'aa', protected: true }]);
});

test('a list that needs more rights tells which, whether GitHub says forbidden or hides it', async (t) => {
  const { github } = await testGithub(t, (request, response) =>
    json(
      response,
      request.url.includes('teams') ? 403 : 404,
      { message: 'Resource not accessible by personal access token' },
      { 'x-accepted-github-permissions': 'administration=read' },
    ),
  );
  for (const result of [await github.teamPage(REPOSITORY), await github.hooks({ repository: REPOSITORY })]) {
    const failure = failureOf(result);
    assert.ok(failure.kind === 'forbidden' || failure.kind === 'not_found');
    assert.equal(failure.missingPermissions, 'administration=read');
  }
});

test('a branch is asked for with its slashes encoded; a missing or renamed one is null, a missing repository a failure', async (t) => {
  const { github, seen } = await testGithub(t, (request, response) => {
    if (request.url.startsWith('/repositories/404')) return json(response, 404, { message: 'Not Found' });
    if (request.url.endsWith('/gone')) return json(response, 404, { message: 'Branch not found' });
    const name = request.url.endsWith('/old') ? 'new' : 'feature/1';
    const commit = { sha: 'aa', commit: { author: { date: '2020-01-01T00:00:00Z' }, committer: { date: AT } } };
    return json(response, 200, { name, commit, protected: false });
  });
  assert.deepEqual(valueOf(await github.branch({ id: 1 }, 'feature/1')), {
    name: 'feature/1',
    sha: 'aa',
    protected: false,
    committedAt: new Date(AT),
  });
  assert.equal(seen[0]?.url, '/repositories/1/branches/feature%2F1');
  assert.equal(valueOf(await github.branch({ id: 1 }, 'gone')), null);
  assert.equal(valueOf(await github.branch({ id: 1 }, 'old')), null);
  assert.equal(failureOf(await github.branch({ id: 404 }, 'gone')).kind, 'not_found');
});
