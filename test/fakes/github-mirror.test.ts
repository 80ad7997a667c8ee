import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Answer } from './github-call.ts';
import type { FakeGithub } from './github-server.ts';
import { addIssues } from '../../src/sandbox/sandbox-bulk.ts';
import { call, ISSUES, nextLink } from './github-call.ts';
import { answerFaults } from './github-schemas.ts';
import { startFakeGithub } from './github-server.ts';

const ROOT = '/repos/acme/webshop';

async function numbers(fake: FakeGithub, path: string): Promise<number[]> {
  return (await call(fake, `GET ${path}`)).list.map(({ number }) => number);
}

test('what a mirror reads has the shape that GitHub publishes', async (t) => {
  const fake = await startFakeGithub(t);
  fake.addOrganization('acme', { 'throughline-bot': 'member' });
  fake.setRole('throughline-bot', 'admin');
  fake.setRole('lena', 'maintain');
  const team = fake.createTeam('acme', 'Front End', ['lena']);
  fake.addTeamRepository(team, 'push');
  fake.createMilestone('4.13');
  const { id: commentId } = fake.comment(fake.openIssue({ title: 'A', labels: ['bug'], milestone: 1 }).number, 'text');
  fake.openPullRequest({ title: 'B', labels: ['bug'], assignees: ['lena'] });
  fake.requestReviewers(2, { reviewers: ['lena'], teams: ['front-end'] });
  fake.as('sam').review(2, 'APPROVED');
  fake.push('feature/cart');
  const R = '/repos/{owner}/{repo}';
  const calls: [operation: string, path: string][] = [
    ['GET /user/repos', '/user/repos'],
    ['GET /user/orgs', '/user/orgs'],
    ['GET /orgs/{org}', '/orgs/acme'],
    ['GET /orgs/{org}/repos', '/orgs/acme/repos'],
    ['GET /users/{username}/repos', '/users/acme/repos'],
    [`GET ${R}`, ROOT],
    [`GET ${R}/issues`, `${ISSUES}?state=all`],
    [`GET ${R}/issues/comments`, `${ISSUES}/comments`],
    [`GET ${R}/issues/comments/{comment_id}`, `${ISSUES}/comments/${commentId}`],
    [`GET ${R}/issues/comments/{comment_id}`, `${ISSUES}/comments/1`],
    [`GET ${R}/milestones`, `${ROOT}/milestones?state=all`],
    [`GET ${R}/milestones/{milestone_number}`, `${ROOT}/milestones/1`],
    [`GET ${R}/pulls`, `${ROOT}/pulls?state=all`],
    [`GET ${R}/pulls/{pull_number}`, `${ROOT}/pulls/2`],
    [`GET ${R}/pulls/{pull_number}`, `${ROOT}/pulls/1`],
    [`GET ${R}/pulls/{pull_number}/reviews`, `${ROOT}/pulls/2/reviews`],
    [`GET ${R}/pulls/{pull_number}/requested_reviewers`, `${ROOT}/pulls/2/requested_reviewers`],
    [`GET ${R}/branches`, `${ROOT}/branches`],
    [`GET ${R}/branches/{branch}`, `${ROOT}/branches/feature%2Fcart`],
    [`GET ${R}/branches/{branch}`, `${ROOT}/branches/nothing`],
    [`GET ${R}/git/matching-refs/{ref}`, `${ROOT}/git/matching-refs/heads/`],
    [`GET ${R}/commits`, `${ROOT}/commits?sha=feature/cart`],
    [`GET ${R}/commits/{ref}`, `${ROOT}/commits/feature/cart`],
    [`GET ${R}/collaborators`, `${ROOT}/collaborators?affiliation=all`],
    [`GET ${R}/collaborators/{username}/permission`, `${ROOT}/collaborators/lena/permission`],
    [`GET ${R}/teams`, `${ROOT}/teams`],
    [`GET ${R}/activity`, `${ROOT}/activity`],
  ];
  for (const [operation, path] of calls) {
    const answer = await call(fake, `GET ${path}`);
    assert.deepEqual(answerFaults(operation, answer.status, answer.body), [], `${path} -> ${answer.status}`);
  }
});

test('a long list of issues names no last page, a short one does', async (t) => {
  const fake = await startFakeGithub(t);
  const [repository] = fake.state.repositories;
  assert.ok(repository);
  addIssues(fake.world, repository, 1000);
  const short = await call(fake, `GET ${ISSUES}?state=all&per_page=1`);
  assert.match(short.headers.get('link') ?? '', /[?&]page=1000>; rel="last"/);
  addIssues(fake.world, repository, 1);
  const long = await call(fake, `GET ${ISSUES}?state=all&per_page=1`);
  assert.doesNotMatch(long.headers.get('link') ?? '', /rel="last"/);
  assert.match(nextLink(long) ?? '', /after=.+&page=2$/);
});

test('5,000 issues are walked by update time, each once, and since leaves out the older ones', async (t) => {
  const fake = await startFakeGithub(t);
  const [repository] = fake.state.repositories;
  assert.ok(repository);
  addIssues(fake.world, repository, 5000, { pulls: 0.2, commented: 0.1 });
  const seen: { number: number; updated_at?: string }[] = [];
  let address: string | null = `${ISSUES}?state=all&sort=updated&direction=asc&per_page=100`;
  while (address !== null) {
    const page: Answer = await call(fake, `GET ${address}`);
    seen.push(...page.list);
    address = nextLink(page);
  }
  assert.equal(new Set(seen.map(({ number }) => number)).size, 5000);
  const times = seen.map((issue) => issue.updated_at ?? '');
  assert.deepEqual(times, times.toSorted());
  const since = times[4950] ?? '';
  const rest = await numbers(fake, `${ISSUES}?state=all&since=${since}&per_page=100`);
  assert.equal(rest.length, times.filter((at) => at >= since).length);
});

test('the page before a cursor is the one that led to it', async (t) => {
  const fake = await startFakeGithub(t);
  for (let n = 1; n <= 7; n += 1) fake.openIssue({ title: `Issue ${n}`, labels: n % 2 === 0 ? ['bug'] : [] });
  const second = nextLink(await call(fake, `GET ${ISSUES}?per_page=2&labels=`)) ?? '';
  assert.deepEqual(await numbers(fake, second.replace('after=', 'before=')), [7]);
  const third = nextLink(await call(fake, `GET ${second}`)) ?? '';
  assert.deepEqual(await numbers(fake, third), [3, 2]);
  assert.deepEqual(await numbers(fake, third.replace('after=', 'before=')), [6, 5]);
});

test('renaming a label, a milestone or a person leaves updated_at alone; comments and labels move it', async (t) => {
  let now = new Date('2026-01-01T00:00:00Z');
  const fake = await startFakeGithub(t, { now: () => now });
  fake.createMilestone('4.13');
  fake.as('mona').openIssue({ title: 'A', labels: ['bug'], milestone: 1 });
  const updated = async (act: () => unknown): Promise<boolean> => {
    const before = fake.issues()[0]?.updatedAt;
    now = new Date(now.getTime() + 1000);
    act();
    const [listed] = (await call(fake, `GET ${ISSUES}?state=all&sort=updated`)).list;
    return (listed as { updated_at?: string } | undefined)?.updated_at !== before;
  };
  assert.equal(await updated(() => fake.editLabel('bug', { name: 'defect' })), false);
  assert.equal(await updated(() => fake.editMilestone(1, { title: '4.14' })), false);
  assert.equal(await updated(() => fake.renameUser('mona', 'lisa')), false);
  assert.equal(await updated(() => fake.deleteLabel('defect')), false);
  assert.equal(await updated(() => fake.label(1, 'question')), true);
  const comment = fake.comment(1, 'one');
  assert.equal(await updated(() => fake.editComment(1, comment.id, 'two')), true);
  assert.equal(await updated(() => fake.deleteComment(1, comment.id)), true);
  assert.equal(await updated(() => fake.lock(1, 'resolved')), true);
  const issue = await call(fake, `GET ${ISSUES}/1`);
  assert.deepEqual(
    [issue.body['user'], issue.body['milestone']].map((one) => Object(one).login ?? Object(one).title),
    ['lisa', '4.14'],
  );
  assert.equal(issue.body['active_lock_reason'], 'resolved');
});

test('whether a pull request can be merged is unknown when first asked, and again after a push', async (t) => {
  const fake = await startFakeGithub(t);
  const pull = fake.openPullRequest({ title: 'A', pull: { head: 'fix', base: 'main' } });
  const ask = async (): Promise<unknown[]> => {
    const { body } = await call(fake, `GET ${ROOT}/pulls/1`);
    return [body['mergeable'], body['mergeable_state']];
  };
  assert.deepEqual(await ask(), [null, 'unknown']);
  assert.deepEqual(await ask(), [true, 'clean']);
  fake.setMergeableState(1, 'dirty');
  assert.deepEqual(await ask(), [false, 'dirty']);
  fake.push('main');
  assert.deepEqual(await ask(), [null, 'unknown']);
  const { body } = await call(fake, `GET ${ROOT}/pulls/1`);
  assert.equal(body['id'], pull.pull?.id);
  assert.notEqual(body['id'], pull.id);
});

test('a merged pull request is closed with its merger, and the activity tells it', async (t) => {
  const fake = await startFakeGithub(t);
  fake.openPullRequest({ title: 'A', pull: { head: 'fix', base: 'main' } });
  fake.as('lena').merge(1);
  const { body } = await call(fake, `GET ${ROOT}/pulls/1`);
  assert.deepEqual([body['state'], body['merged'], Object(body['merged_by']).login], ['closed', true, 'lena']);
  const { list } = await call(fake, `GET ${ROOT}/activity?activity_type=pr_merge`);
  assert.equal(list.length, 1);
});

test('a reviewer who answered is no longer asked', async (t) => {
  const fake = await startFakeGithub(t);
  fake.setRole('lena', 'push');
  fake.openPullRequest({ title: 'A' });
  fake.requestReviewers(1, { reviewers: ['lena'] });
  const asked = async (): Promise<unknown> => (await call(fake, `GET ${ROOT}/pulls`)).list[0];
  assert.equal(Object(await asked()).requested_reviewers.length, 1);
  const review = fake.as('lena').review(1, 'CHANGES_REQUESTED');
  assert.equal(Object(await asked()).requested_reviewers.length, 0);
  fake.dismissReview(1, review.id);
  const { list } = await call(fake, `GET ${ROOT}/pulls/1/reviews`);
  assert.deepEqual(
    list.map(({ state }) => state),
    ['DISMISSED'],
  );
});

test('comments of a whole repository are listed by id or by update, and a deleted one is gone', async (t) => {
  let now = new Date('2026-01-01T00:00:00Z');
  const fake = await startFakeGithub(t, { now: () => now });
  fake.openIssue({ title: 'A' });
  fake.openPullRequest({ title: 'B' });
  const [first, second, third] = [1, 2, 1].map((number, index) => {
    now = new Date(now.getTime() + 60_000);
    return fake.comment(number, `comment ${index}`);
  });
  assert.ok(first && second && third);
  now = new Date(now.getTime() + 60_000);
  fake.editComment(1, first.id, 'changed');
  const ids = async (query: string): Promise<unknown[]> =>
    (await call(fake, `GET ${ISSUES}/comments?${query}`)).list.map((one) => Object(one).id);
  assert.deepEqual(await ids('direction=desc'), [first.id, second.id, third.id]);
  assert.deepEqual(await ids('sort=updated&direction=desc'), [first.id, third.id, second.id]);
  assert.deepEqual(await ids('sort=updated&direction=asc&since=2026-01-01T00:03:00Z'), [third.id, first.id]);
  fake.deleteComment(2, second.id);
  assert.deepEqual(await ids(''), [first.id, third.id]);
  fake.deleteIssue(1);
  assert.deepEqual(await ids(''), []);
});

test('who may do what is told with role names, through teams and the organization too', async (t) => {
  const fake = await startFakeGithub(t);
  const team = fake.createTeam('acme', 'Platform', ['tina']);
  fake.addTeamRepository(team, 'maintain');
  fake.setRole('triager', 'triage');
  fake.addOrganization('acme', { owner: 'admin' });
  const { list } = await call(fake, `GET ${ROOT}/collaborators?affiliation=all`);
  const roles = Object.fromEntries(list.map((one) => [Object(one).login, Object(one).role_name]));
  assert.equal(roles['tina'], 'maintain');
  assert.equal(roles['triager'], 'triage');
  assert.equal(roles['owner'], 'admin');
  assert.equal(roles['throughline-bot'], 'write');
  const outside = await call(fake, `GET ${ROOT}/collaborators?affiliation=outside`);
  assert.ok(!outside.list.some((one) => Object(one).login === 'octo-dev'));
  fake.setPush(false);
  assert.equal((await call(fake, `GET ${ROOT}/collaborators`)).status, 403);
});

test('branches with slashes, an empty repository and switched-off pull requests answer as on GitHub', async (t) => {
  const fake = await startFakeGithub(t);
  fake.createBranch('feature/cart');
  fake.protectBranch('main');
  assert.deepEqual(
    (await call(fake, `GET ${ROOT}/branches?protected=true`)).list.map((one) => Object(one).name),
    ['main'],
  );
  assert.equal((await call(fake, `GET ${ROOT}/branches/feature%2Fcart`)).status, 200);
  assert.equal((await call(fake, `GET ${ROOT}/git/matching-refs/heads/feature`)).list.length, 1);
  fake.addRepository('acme/empty', { isEmpty: true });
  assert.equal((await call(fake, 'GET /repos/acme/empty/commits')).status, 409);
  assert.deepEqual((await call(fake, 'GET /repos/acme/empty/branches')).list, []);
  fake.editRepository({ hasPulls: false });
  assert.equal((await call(fake, `GET ${ROOT}/pulls`)).status, 404);
});

test('lists of repositories show what the token may see', async (t) => {
  const fake = await startFakeGithub(t);
  fake.addRepository('acme/secret', { visibility: 'private' });
  fake.addRepository('acme/shared', { visibility: 'private', roles: { 'throughline-bot': 'read' } });
  const names = async (path: string): Promise<unknown[]> =>
    (await call(fake, `GET ${path}`)).list.map((one) => Object(one).name);
  assert.deepEqual(await names('/orgs/acme/repos?sort=full_name'), ['shared', 'webshop']);
  assert.deepEqual(await names('/user/repos'), ['shared', 'webshop']);
  assert.deepEqual(await names('/users/acme/repos'), ['webshop']);
  assert.deepEqual(await names('/user/repos?affiliation=owner'), []);
  assert.equal((await call(fake, 'GET /user/repos?type=all&visibility=all')).status, 422);
  fake.deleteRepository();
  assert.equal((await call(fake, `GET ${ROOT}`)).status, 404);
});

test('an issue converted to a discussion is closed and locked', async (t) => {
  const fake = await startFakeGithub(t);
  fake.openIssue({ title: 'A' });
  fake.convertToDiscussion(1);
  const { body } = await call(fake, `GET ${ISSUES}/1`);
  assert.deepEqual([body['state'], body['locked']], ['closed', true]);
});
