import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parse, validate } from 'graphql';
import { githubSchema } from '../../test/fakes/github-graphql-schema.ts';
import { type FakeGithub, startFakeGithub } from '../../test/fakes/github-server.ts';
import { BRANCH_HEADS } from './github-branches.ts';
import { graphqlUrl, nextPartSize, type PartSize } from './github-graphql.decide.ts';
import type { GithubPullDetails } from './github-reads.model.ts';
import { doorTo, only } from './github-fake.fixture.ts';
import { failureOf, json, testGithub, valueOf } from './github.fixture.ts';
import type { Github } from './github.model.ts';
import { PULL_DETAILS } from './github-pulls.ts';

/** Opens pull requests in the fake, and reads them as the mirror would. */
async function withPulls(fake: FakeGithub, github: Github, count: number) {
  for (let opened = 0; opened < count; opened += 1) fake.openPullRequest({ title: `Change ${opened}` });
  const page = await github.pullPage({ id: only(fake).id }, { sort: 'created', direction: 'asc' });
  return valueOf(page).items.map(({ nodeId, number }) => ({ nodeId, number }));
}

function queries(fake: FakeGithub): number {
  return fake.countRequests('POST', GRAPHQL);
}

const GRAPHQL = /^\/graphql$/;
const OFF = { match: { path: GRAPHQL }, do: 'not_found', times: Infinity } as const;

test('the queries are valid by the schema that GitHub publishes', () => {
  for (const { name, text } of [BRANCH_HEADS, PULL_DETAILS]) {
    assert.deepEqual(validate(githubSchema(), parse(text)), [], name);
  }
});

test('GraphQL lies beside the REST root of an Enterprise Server and below every other', () => {
  assert.equal(graphqlUrl('https://api.github.com'), 'https://api.github.com/graphql');
  assert.equal(graphqlUrl('https://github.example.com/api/v3'), 'https://github.example.com/api/graphql');
  assert.equal(graphqlUrl('https://api.acme.ghe.com'), 'https://api.acme.ghe.com/graphql');
  assert.equal(graphqlUrl('http://127.0.0.1:1/api'), 'http://127.0.0.1:1/api/graphql');
});

test('a part is halved when it is too heavy, doubles after twenty good answers, and one thing is never too many', () => {
  const good = { count: 25, tooHeavy: false, sizeMax: 50 };
  const heavy = (count: number) => ({ count, tooHeavy: true, sizeMax: 50 });
  let part: PartSize = nextPartSize({ size: 50, good: 7 }, heavy(50));
  assert.deepEqual(part, { size: 25, good: 0 });
  for (let answers = 0; answers < 19; answers += 1) part = nextPartSize(part, good);
  assert.equal(part.size, 25);
  part = nextPartSize(part, good);
  assert.deepEqual(part, { size: 50, good: 0 });
  assert.deepEqual(nextPartSize({ size: 50, good: 19 }, good), { size: 50, good: 0 });
  assert.deepEqual(nextPartSize({ size: 50, good: 0 }, heavy(3)), { size: 1, good: 0 });
  assert.deepEqual(nextPartSize({ size: 1, good: 0 }, heavy(1)), { size: 50, good: 0 });
});

test('all branches come with their dates and protection, a hundred for one query', async (t) => {
  const fake = await startFakeGithub(t);
  for (let made = 0; made < 120; made += 1) fake.createBranch(`feature/${made}`);
  fake.push('feature/7', 'Something new');
  fake.protectBranch('feature/7');
  const github = doorTo(fake);
  const result = await github.branchHeads({ id: only(fake).id }, new Map());
  const heads = valueOf(result);
  assert.equal(heads.length, only(fake).branches.length);
  const pushed = heads.find(({ name }) => name === 'feature/7');
  const branch = only(fake).branches.find(({ name }) => name === 'feature/7');
  assert.deepEqual(pushed, {
    name: 'feature/7',
    sha: branch?.sha,
    protected: true,
    committedAt: new Date(branch?.committedAt ?? ''),
  });
  assert.ok(heads.every(({ committedAt }) => committedAt !== null));
  assert.equal(queries(fake), 2);
  assert.equal(result.requests, 3);
  const again = await github.branchHeads({ id: only(fake).id }, new Map());
  assert.equal(again.requests, 2, 'the node id of a repository is asked for once');
});

test('branches are found under the id of a repository whose name went to another', async (t) => {
  const fake = await startFakeGithub(t);
  fake.createBranch('mine');
  const { id } = only(fake);
  fake.renameRepository('acme/renamed');
  fake.addRepository('acme/webshop');
  const heads = valueOf(await doorTo(fake).branchHeads({ id }, new Map()));
  assert.ok(heads.some(({ name }) => name === 'mine'));
});

test('pull requests that are too heavy together are asked for in smaller parts, and the size is remembered', async (t) => {
  const fake = await startFakeGithub(t);
  const github = doorTo(fake);
  const pulls = await withPulls(fake, github, 60);
  fake.review(pulls[0]?.number ?? 0, 'APPROVED');
  fake.faults.add({ match: { path: GRAPHQL, sizeAbove: 20 }, do: '502', times: Infinity });
  const details = valueOf(await github.pullDetails({ id: only(fake).id }, pulls));
  assert.deepEqual(
    details.map(({ nodeId, number }) => ({ nodeId, number })),
    pulls,
  );
  assert.deepEqual(details[0]?.reviews, [{ login: 'octo-dev', state: 'approved' }]);
  assert.equal(details[0]?.reviewDecision, 'approved');
  assert.equal(details[0]?.mergeable, 'unknown', 'GitHub works it out when it is first asked');
  const sent = queries(fake);
  const later = valueOf(await github.pullDetails({ id: only(fake).id }, pulls.slice(0, 12)));
  assert.equal(queries(fake), sent + 1);
  assert.deepEqual([later[0]?.mergeable, later[0]?.mergeState], ['mergeable', 'clean']);
});

test('when even one pull request is too heavy, REST is asked for all that are left', async (t) => {
  const fake = await startFakeGithub(t);
  const github = doorTo(fake);
  const pulls = await withPulls(fake, github, 3);
  fake.faults.add({ match: { path: GRAPHQL }, do: '502', times: Infinity });
  assert.equal(valueOf(await github.pullDetails({ id: only(fake).id }, pulls)).length, 3);
  assert.equal(queries(fake), 2, 'three, then one');
  fake.createBranch('one');
  assert.equal(valueOf(await github.branchHeads({ id: only(fake).id }, new Map())).length, only(fake).branches.length);
});

test('branches whose rules the token may not read are still known as protected', async (t) => {
  const node = {
    refs: {
      pageInfo: { hasNextPage: false, endCursor: null },
      nodes: ['a', 'b'].map((name) => ({
        name,
        target: { oid: `${name}${name}`, committedDate: '2026-05-01T10:00:00Z' },
        branchProtectionRule: null,
      })),
    },
  };
  const errors = [{ type: 'FORBIDDEN', path: ['node', 'refs', 'nodes', 0, 'branchProtectionRule'], message: 'No' }];
  const { github, seen } = await testGithub(t, (request, response) => {
    if (request.url === '/graphql') return json(response, 200, { data: { node }, errors });
    if (request.url.includes('/branches')) return json(response, 200, [{ name: 'b', commit: { sha: 'bb' } }]);
    return json(response, 200, { id: 1, node_id: 'R_1', full_name: 'acme/app', html_url: 'https://x' });
  });
  const heads = valueOf(await github.branchHeads({ id: 1 }, new Map()));
  assert.deepEqual(
    heads.map((head) => [head.name, head.protected]),
    [
      ['a', false],
      ['b', true],
    ],
  );
  assert.equal(seen.at(-1)?.url, '/repositories/1/branches?protected=true&per_page=100');
});

test('an answer cut short by resource limits is asked again in smaller parts, never taken for an empty one', async (t) => {
  const fake = await startFakeGithub(t);
  const github = doorTo(fake);
  const pulls = await withPulls(fake, github, 10);
  fake.faults.add({ match: { path: GRAPHQL, sizeAbove: 5 }, do: 'resource_limits', times: Infinity });
  assert.equal(valueOf(await github.pullDetails({ id: only(fake).id }, pulls)).length, 10);
  for (let made = 0; made < 30; made += 1) fake.createBranch(`b${made}`);
  assert.equal(valueOf(await github.branchHeads({ id: only(fake).id }, new Map())).length, only(fake).branches.length);
});

test('a pull request that GitHub does not show is left out', async (t) => {
  const fake = await startFakeGithub(t);
  const github = doorTo(fake);
  const pulls = await withPulls(fake, github, 3);
  const asked = [...pulls.slice(0, 1), { nodeId: 'PR_gone', number: 99 }, ...pulls.slice(1)];
  const details: GithubPullDetails[] = valueOf(await github.pullDetails({ id: only(fake).id }, asked));
  assert.deepEqual(
    details.map(({ number }) => number),
    pulls.map(({ number }) => number),
  );
});

test('a limit that GraphQL tells with status 200 stops every call, and is told with its time', async (t) => {
  const fake = await startFakeGithub(t);
  const github = doorTo(fake);
  const pulls = await withPulls(fake, github, 1);
  fake.faults.add({ match: { path: GRAPHQL }, do: 'secondary_limit', status: 200, retryAfterSeconds: 90 });
  const failure = failureOf(await github.pullDetails({ id: only(fake).id }, pulls));
  assert.ok(failure.kind === 'rate_limited' && failure.limit === 'secondary');
  assert.ok(failure.retryAt.getTime() > Date.now() + 80_000);
  const sent = fake.requests.length;
  assert.equal(failureOf(await github.issue({ id: only(fake).id }, 1)).kind, 'rate_limited');
  assert.equal(fake.requests.length, sent);
});

test('points that are used up are a primary limit, and leave REST alone', async (t) => {
  const fake = await startFakeGithub(t, { graphqlPoints: 1 });
  const github = doorTo(fake);
  const pulls = await withPulls(fake, github, 1);
  valueOf(await github.pullDetails({ id: only(fake).id }, pulls));
  const failure = failureOf(await github.pullDetails({ id: only(fake).id }, pulls));
  assert.ok(failure.kind === 'rate_limited' && failure.limit === 'primary', failure.message);
  valueOf(await github.issuePage({ id: only(fake).id }, { state: 'all', sort: 'created', direction: 'asc' }));
});

test('the last tenth of the points is left to what somebody waits for', async (t) => {
  const fake = await startFakeGithub(t, { graphqlPoints: 11 });
  const github = doorTo(fake);
  const { id } = only(fake);
  const pulls = await withPulls(fake, github, 1);
  for (let asked = 0; asked < 10; asked += 1) valueOf(await github.pullDetails({ id }, pulls));
  for (const result of [
    await github.pullDetails({ id }, pulls, 'backfill'),
    await github.firstLook({ id }, new Map()),
  ]) {
    const failure = failureOf(result);
    assert.equal(failure.kind === 'rate_limited' && failure.limit, 'backfill_budget', failure.message);
  }
  assert.equal(valueOf(await github.pullDetails({ id }, pulls)).length, 1);
});

test('a first look tells all branches, how many items there are, and when the newest of them changed', async (t) => {
  const fake = await startFakeGithub(t);
  const github = doorTo(fake);
  const repository = only(fake);
  fake.createBranch('one');
  await withPulls(fake, github, 2);
  const { heads, extent } = valueOf(await github.firstLook({ id: repository.id }, new Map()));
  assert.equal(heads.length, repository.branches.length);
  const newestAt = repository.issues.map(({ updatedAt }) => Date.parse(updatedAt)).toSorted((a, b) => b - a)[0] ?? 0;
  const empty = repository.milestones.length === 0 ? ['milestones'] : [];
  assert.deepEqual(extent, { items: repository.issues.length, newestAt: new Date(newestAt), empty });
  fake.faults.add({ match: { path: GRAPHQL }, do: 'not_found', times: Infinity });
  const without = valueOf(await github.firstLook({ id: repository.id }, new Map()));
  assert.deepEqual([without.heads.length, without.extent], [repository.branches.length, null]);
});

test('how much there is, is told before the rest of the branches is asked for', async (t) => {
  const fake = await startFakeGithub(t);
  for (let index = 0; index < 100; index += 1) fake.createBranch(`topic/${index}`);
  const asked: number[] = [];
  const told = () => asked.push(fake.countRequests('POST', GRAPHQL));
  const { heads } = valueOf(await doorTo(fake).firstLook({ id: only(fake).id }, new Map(), told));
  assert.deepEqual([heads.length, asked, fake.countRequests('POST', GRAPHQL)], [101, [1], 2]);
});

test('where there is no GraphQL, REST is asked, and GraphQL again after an hour', async (t) => {
  const fake = await startFakeGithub(t);
  const clock = { aheadMs: 0 };
  const github = doorTo(fake, { clock });
  const pulls = await withPulls(fake, github, 2);
  fake.createBranch('one');
  fake.createBranch('two');
  fake.push('two', 'Newer');
  const off = fake.faults.add(OFF);
  const heads = valueOf(await github.branchHeads({ id: only(fake).id }, new Map()));
  assert.equal(heads.length, only(fake).branches.length);
  for (const wanted of only(fake).branches.filter(({ name }) => name === 'one' || name === 'two')) {
    const head = heads.find(({ name }) => name === wanted.name);
    assert.deepEqual([head?.sha, head?.committedAt], [wanted.sha, new Date(wanted.committedAt)]);
  }
  assert.equal(queries(fake), 1);
  fake.review(pulls[0]?.number ?? 0, 'CHANGES_REQUESTED');
  const details = valueOf(await github.pullDetails({ id: only(fake).id }, pulls));
  assert.deepEqual(details[0]?.reviews, [{ login: 'octo-dev', state: 'changes_requested' }]);
  assert.deepEqual([details[0]?.reviewDecision, details.length], [null, 2]);
  assert.equal(queries(fake), 1, 'it is not tried again within the hour');
  off.remove();
  clock.aheadMs = 61 * 60_000;
  assert.equal(valueOf(await github.pullDetails({ id: only(fake).id }, pulls)).length, 2);
  assert.equal(queries(fake), 2);
});

test('without GraphQL a commit is asked for its date only when it is not known', async (t) => {
  const fake = await startFakeGithub(t);
  fake.createBranch('one');
  fake.push('one', 'Newer');
  fake.faults.add(OFF);
  const github = doorTo(fake);
  const known = new Map(only(fake).branches.map(({ sha }) => [sha, new Date(0)]));
  const heads = valueOf(await github.branchHeads({ id: only(fake).id }, known));
  assert.ok(heads.every(({ committedAt }) => committedAt?.getTime() === 0));
  assert.equal(fake.countRequests('GET', /\/commits\//), 0);
});
