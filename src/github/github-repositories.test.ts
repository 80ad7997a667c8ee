import assert from 'node:assert/strict';
import { test } from 'node:test';
import { json, testGithub, valueOf } from './github.fixture.ts';

function raw(fullName: string, changes: object = {}): object {
  return {
    id: fullName.length,
    node_id: `R_${fullName}`,
    full_name: fullName,
    html_url: `https://github.com/${fullName}`,
    private: true,
    default_branch: 'trunk',
    permissions: { admin: true, push: true },
    pushed_at: '2026-05-01T10:00:00Z',
    ...changes,
  };
}

test('a repository tells its default branch, rights and last push, and nothing at all when it is unchanged', async (t) => {
  const { github } = await testGithub(t, (request, response) =>
    request.headers['if-none-match'] === '"r"'
      ? response.writeHead(304, { etag: '"r"' }).end()
      : json(response, 200, raw('acme/app', { has_pull_requests: false }), { etag: '"r"' }),
  );
  const { repository, etag, notModified } = valueOf(await github.repositoryFacts({ id: 8 }));
  assert.deepEqual(repository, {
    id: 8,
    nodeId: 'R_acme/app',
    fullName: 'acme/app',
    url: 'https://github.com/acme/app',
    visibility: 'private',
    description: null,
    defaultBranch: 'trunk',
    hasIssues: true,
    hasPullRequests: false,
    archived: false,
    canPush: true,
    canAdmin: true,
    pushedAt: new Date('2026-05-01T10:00:00Z'),
  });
  assert.deepEqual([etag, notModified], ['"r"', false]);
  assert.deepEqual(valueOf(await github.repositoryFacts({ id: 8 }, etag)), {
    repository: null,
    etag: '"r"',
    notModified: true,
  });
});

test('the repositories of an organisation, of another user and of the own user are listed where GitHub has them', async (t) => {
  const { github, seen } = await testGithub(t, (request, response) => {
    if (request.url === '/user') return json(response, 200, { login: 'Ann', id: 2 });
    if (request.url.startsWith('/orgs/') && !request.url.startsWith('/orgs/acme'))
      return json(response, 404, { message: 'Not Found' });
    return json(response, 200, [raw('acme/app')]);
  });
  for (const owner of ['acme', 'bob', 'ann']) {
    assert.equal(valueOf(await github.repositoryPage({ owner })).items[0]?.fullName, 'acme/app', owner);
  }
  valueOf(await github.repositoryPage('mine'));
  const query = 'sort=full_name&per_page=100';
  assert.deepEqual(
    seen.map(({ url }) => url).filter((url) => url !== '/user' && !/^\/orgs\/(?:ann|bob)/.test(url)),
    [
      `/orgs/acme/repos?type=all&${query}`,
      `/users/bob/repos?type=all&${query}`,
      `/user/repos?affiliation=owner&${query}`,
      `/user/repos?affiliation=owner%2Ccollaborator%2Corganization_member&${query}`,
    ],
  );
});
