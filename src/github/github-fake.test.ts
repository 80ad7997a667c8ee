import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { startReceiver } from '../../test/fakes/github-receiver.ts';
import { startFakeGithub } from '../../test/fakes/github-server.ts';
import { Secret } from '../lib/secret.ts';
import { doorTo, only } from './github-fake.fixture.ts';
import type { GithubPage, PageAsk } from './github-reads.model.ts';
import { failureOf, valueOf } from './github.fixture.ts';
import type { GithubResult } from './github.model.ts';

/** All items of a list, two to a page, by GitHub's links. */
async function walk<T>(page: (ask: PageAsk) => Promise<GithubResult<GithubPage<T>>>): Promise<T[]> {
  const items: T[] = [];
  let next: string | null = null;
  do {
    const read: GithubPage<T> = valueOf(await page({ next, perPage: 2 }));
    items.push(...read.items);
    next = read.next;
  } while (next !== null);
  return items;
}

test('every list of a repository is walked to its end, by id and under any name it had', async (t) => {
  const fake = await startFakeGithub(t);
  const github = doorTo(fake);
  for (let n = 1; n <= 5; n += 1) fake.openIssue({ title: `Issue ${n}`, labels: [`label-${n}`] });
  const { number } = fake.openPullRequest({ title: 'Change' });
  for (let n = 1; n <= 3; n += 1) fake.comment(n, `Comment ${n}`);
  fake.comment(1, 'Another');
  fake.createMilestone('v1');
  fake.createMilestone('v2');
  for (let n = 1; n <= 4; n += 1) fake.createBranch(`topic/${n}`);
  fake.renameRepository('acme/renamed');
  for (const r of [{ id: only(fake).id }, { fullName: 'acme/renamed' }, { fullName: fake.repository }]) {
    const query = { sort: 'created', direction: 'asc' } as const;
    const issues = await walk((ask) => github.issuePage(r, { state: 'all', ...query }, ask));
    assert.deepEqual(
      issues.map((issue) => [issue.number, issue.isPullRequest]),
      [1, 2, 3, 4, 5, number].map((known) => [known, known === number]),
    );
    assert.deepEqual((await walk((ask) => github.pullPage(r, query, ask)))[0]?.number, number);
    assert.equal((await walk((ask) => github.commentPage(r, query, ask))).length, 4);
    assert.deepEqual(
      (await walk((ask) => github.issueCommentPage(r, 1, ask))).map(({ body, issueNumber }) => [body, issueNumber]),
      [
        ['Comment 1', 1],
        ['Another', 1],
      ],
    );
    assert.deepEqual(
      (await walk((ask) => github.milestonePage(r, ask))).map(({ title }) => title),
      ['v1', 'v2'],
    );
    const labels = await walk((ask) => github.labelPage(r, ask));
    assert.ok(['label-1', 'label-5'].every((wanted) => labels.some(({ name }) => name === wanted)));
    assert.equal((await walk((ask) => github.branchPage(r, ask))).length, only(fake).branches.length);
    const collaborators = await walk((ask) => github.collaboratorPage(r, ask));
    assert.deepEqual(collaborators.find(({ login }) => login === 'octo-dev')?.role, 'write');
    assert.deepEqual(await walk((ask) => github.teamPage(r, ask)), []);
  }
  assert.equal(valueOf(await github.branch({ id: only(fake).id }, 'topic/2'))?.name, 'topic/2');
  assert.equal(valueOf(await github.branch({ id: only(fake).id }, 'topic/9')), null);
  assert.equal(valueOf(await github.pull({ id: only(fake).id }, number)).number, number);
});

test('an unchanged list costs nothing, and a changed one is read anew', async (t) => {
  const fake = await startFakeGithub(t);
  const github = doorTo(fake);
  const r = { id: only(fake).id };
  fake.openIssue({ title: 'One' });
  const query = { state: 'all', sort: 'updated', direction: 'desc' } as const;
  const first = valueOf(await github.issuePage(r, query));
  const remaining = () => github.budgets().find(({ resource }) => resource === 'core')?.remaining;
  const before = remaining();
  const again = valueOf(await github.issuePage(r, query, { etag: first.etag }));
  assert.deepEqual([again.notModified, again.items, again.etag, remaining()], [true, [], first.etag, before]);
  fake.openIssue({ title: 'Two' });
  const changed = valueOf(await github.issuePage(r, query, { etag: first.etag }));
  assert.deepEqual([changed.notModified, changed.items.length], [false, 2]);
});

test('repositories that a token sees are listed, all of them or those of an owner', async (t) => {
  const fake = await startFakeGithub(t);
  const github = doorTo(fake);
  fake.addRepository('acme/second');
  fake.setRole('throughline-bot', 'admin', 'acme/second');
  const mine = await walk((ask) => github.repositoryPage('mine', ask));
  assert.deepEqual(
    mine.map(({ fullName, canAdmin }) => [fullName, canAdmin]),
    [
      ['acme/second', true],
      [fake.repository, false],
    ],
  );
  assert.equal((await walk((ask) => github.repositoryPage({ owner: 'acme' }, ask))).length, 2);
  assert.equal(failureOf(await github.repositoryPage({ owner: 'nobody-here' })).kind, 'not_found');
});

test('a hook lives from making to deleting, and keeps signing when its address changes', async (t) => {
  const fake = await startFakeGithub(t);
  fake.setRole('throughline-bot', 'admin');
  const github = doorTo(fake);
  const [first, second] = [await startReceiver(t), await startReceiver(t)];
  const place = { repository: { id: only(fake).id } };
  const wanted = { url: first.url, events: ['issues'], secret: 's3cret' };
  const hook = valueOf(await github.createHook(place, wanted));
  const twice = failureOf(await github.createHook(place, wanted));
  assert.ok(twice.kind === 'invalid' && /already exists/.test(twice.message));
  valueOf(await github.changeHook(place, hook.id, { url: second.url }));
  const issue = fake.openIssue({ title: 'Told' });
  await fake.deliveriesSettled();
  assert.match(String(second.received.at(-1)?.headers['x-hub-signature-256']), /^sha256=/);
  assert.deepEqual(valueOf(await github.hooks(place))[0]?.lastCode, 202);
  valueOf(await github.changeHook(place, hook.id, { events: ['push'], active: false }));
  const [changed] = valueOf(await github.hooks(place));
  assert.deepEqual([changed?.events, changed?.active, changed?.url], [['push'], false, second.url]);
  const log = await walk((ask) => github.deliveryPage(place, hook.id, ask));
  const opened = log.find(({ event, action }) => event === 'issues' && action === 'opened');
  assert.ok(opened?.succeeded === true && opened.repositoryId === only(fake).id);
  const { headers, payload } = valueOf(await github.delivery(place, hook.id, opened.id));
  assert.equal(headers['x-github-delivery'], opened.guid);
  assert.equal(JSON.parse(payload).issue.number, issue.number);
  assert.equal(valueOf(await github.pingHook(place, hook.id)), true);
  assert.equal(valueOf(await github.deleteHook(place, hook.id)), true);
  assert.deepEqual(valueOf(await github.hooks(place)), []);
});

test('hooks are hidden from those who may not see them', async (t) => {
  const fake = await startFakeGithub(t);
  const failure = failureOf(await doorTo(fake).hooks({ repository: { id: only(fake).id } }));
  assert.ok(failure.kind === 'not_found' || failure.kind === 'forbidden', failure.kind);
});

test('an App lists where it is installed, and reads the log of its own hook', async (t) => {
  const fake = await startFakeGithub(t);
  const receiver = await startReceiver(t);
  const permissions = { issues: 'write', metadata: 'read' } as const;
  const app = fake.addApp({ permissions, events: ['issues'], hookUrl: 'http://127.0.0.1:9/old' });
  const privateKey = new Secret(app.privateKey);
  const { installationId } = app;
  const github = doorTo(fake, {
    credential: { kind: 'app', key: randomUUID(), appId: String(app.id), privateKey, installationId },
  });
  const [owner = ''] = fake.repository.split('/');
  const repositories = await walk((ask) => github.repositoryPage({ owner }, ask));
  assert.deepEqual(
    repositories.map(({ fullName }) => fullName),
    [fake.repository],
  );
  assert.deepEqual(valueOf(await github.repositoryPage({ owner: 'somebody' })).items, []);
  const place = { app: true } as const;
  valueOf(await github.changeHook(place, app.id, { url: receiver.url, secret: 's3cret' }));
  const [hook] = valueOf(await github.hooks(place));
  assert.deepEqual([hook?.url, hook?.events], [receiver.url, ['issues']]);
  fake.openIssue({ title: 'Told to the App' });
  await fake.deliveriesSettled();
  const log = await walk((ask) => github.deliveryPage(place, null, ask));
  const opened = log.find(({ event }) => event === 'issues');
  assert.ok(opened !== undefined);
  const { payload } = valueOf(await github.delivery(place, null, opened.id));
  assert.equal(JSON.parse(payload).installation.id, installationId);
});

test('an App without a hook has none', async (t) => {
  const fake = await startFakeGithub(t);
  const app = fake.addApp({ hookUrl: null });
  const github = doorTo(fake, {
    credential: {
      kind: 'app',
      key: randomUUID(),
      appId: String(app.id),
      privateKey: new Secret(app.privateKey),
      installationId: app.installationId,
    },
  });
  assert.deepEqual(valueOf(await github.hooks({ app: true })), []);
});
