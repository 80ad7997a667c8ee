import assert from 'node:assert/strict';
import { test } from 'node:test';
import { callSentry as call, ISSUES, nextCursor, readPages } from './sentry-call.ts';
import { BUILD_TOKEN, FAKE_INSTALLATION, PERSONAL_TOKEN, READ_ONLY_TOKEN } from './sentry-finding.ts';
import { startFakeSentry } from './sentry.ts';

test('a list is read page by page until results="false", newest first', async (t) => {
  const fake = await startFakeSentry(t);
  fake.seedMany(250);
  const pages = await readPages(fake, 'query=is:unresolved&limit=100');
  assert.deepEqual(
    pages.map((page) => page.length),
    [100, 100, 50],
  );
  const ids = pages.flat();
  assert.deepEqual(
    ids,
    ids.toSorted((a, b) => Number(b) - Number(a)),
  );
});

test('issues seen at the same instant are each on one page', async (t) => {
  const fake = await startFakeSentry(t);
  fake.seedMany(25, { secondsApart: 0 });
  const pages = await readPages(fake, 'query=&limit=10');
  assert.equal(new Set(pages.flat()).size, 25);
  assert.equal(pages.flat().length, 25);
});

test('an absent query means unresolved, an empty one everything', async (t) => {
  const fake = await startFakeSentry(t);
  fake.setStatus(fake.newIssue().id, 'resolved');
  assert.equal((await call(fake, `GET ${ISSUES}`)).list.length, 0);
  assert.equal((await call(fake, `GET ${ISSUES}?query=`)).list.length, 1);
});

test('counts at the top cover the window, lifetime covers everything', async (t) => {
  const fake = await startFakeSentry(t);
  const old = new Date(Date.now() - 10 * 86_400_000).toISOString();
  const issue = fake.newIssue({
    firstSeen: old,
    hours: [[Math.floor(Date.parse(old) / 3_600_000), 'production', 40]],
    count: 40,
  });
  fake.event(issue.id);
  const { list } = await call(fake, `GET ${ISSUES}?query=&statsPeriod=24h`);
  assert.equal(list[0]?.['count'], '1');
  assert.deepEqual(list[0]?.['lifetime'], { ...(list[0]?.['lifetime'] as object), count: '41' });
  assert.equal((await call(fake, `GET ${ISSUES}${issue.id}/`)).body['count'], '41');
});

test('the search knows states, levels, ages, tags and negation, and refuses the rest in words', async (t) => {
  const fake = await startFakeSentry(t);
  const fatal = fake.newIssue({ level: 'fatal', priority: 'low', title: 'Disk full' });
  fake.event(fatal.id, { tags: { tier: 'gold' } });
  fake.newIssue({ assignedTo: 'team:77', culprit: 'jobs/mail in send' });
  const found = async (query: string): Promise<number> =>
    (await call(fake, `GET ${ISSUES}?query=${encodeURIComponent(query)}`)).list.length;
  assert.equal(await found('level:[fatal, warning]'), 1);
  assert.equal(await found('!level:fatal is:assigned assigned:#checkout'), 1);
  assert.equal(await found('tier:gold timesSeen:>1 age:-1h lastSeen:-1h'), 1);
  assert.equal(await found('issue.priority:[high, medium]'), 1);
  assert.equal(await found('disk title:"disk*"'), 1);
  assert.equal(await found('mail'), 1);
  for (const query of ['is:broken', 'level:loud', 'a OR b', 'title:"open', 'timesSeen:many', 'age:yesterday'])
    assert.match((await call(fake, `GET ${ISSUES}?query=${encodeURIComponent(query)}`)).body.detail, /^Error parsing/u);
});

test('group= gives the issues of any status, and leaves out merged and deleted ones', async (t) => {
  const fake = await startFakeSentry(t);
  const [a, b, c, d] = [1, 2, 3, 4].map(() => fake.newIssue());
  assert.ok(a && b && c && d);
  fake.setStatus(a.id, 'resolved');
  fake.event(b.id);
  fake.merge(b.id, c.id);
  fake.remove(d.id);
  const ids = [a, b, c, d].map(({ id }) => `group=${id}`).join('&');
  const { list } = await call(fake, `GET ${ISSUES}?${ids}`);
  assert.deepEqual(
    list.map(({ id }) => id),
    [a.id, b.id],
  );
  assert.equal((await call(fake, `GET ${ISSUES}?group=x`)).status, 400);
});

test('the number of a merged issue answers with the survivor, that of a deleted one with 404', async (t) => {
  const fake = await startFakeSentry(t);
  const [big, small] = [fake.newIssue(), fake.newIssue()];
  fake.event(big.id);
  assert.equal(fake.merge(small.id, big.id), big.id);
  const { status, body } = await call(fake, `GET ${ISSUES}${small.id}/`);
  assert.deepEqual([status, body.id, body['count']], [200, big.id, '3']);
  assert.notEqual(fake.unmerge(small.id).id, small.id);
  fake.remove(big.id);
  assert.equal((await call(fake, `GET ${ISSUES}${big.id}/`)).status, 404);
  assert.notEqual(fake.recreate(big.id).id, big.id);
});

test('a new event makes a resolved issue regress, with the next release only an event of a later one', async (t) => {
  const fake = await startFakeSentry(t);
  const { id } = fake.newIssue();
  const resolve = (body: object): Promise<unknown> => call(fake, `PUT ${ISSUES}${id}/`, { body });
  await resolve({ status: 'resolved' });
  assert.deepEqual([fake.event(id).status, fake.event(id).substatus], ['unresolved', 'regressed']);
  await resolve({ status: 'resolved', statusDetails: { inNextRelease: true } });
  assert.equal(fake.event(id, { release: '1.1.0' }).status, 'resolved');
  fake.world.state.projects[0]?.releases.push('1.2.0');
  assert.equal(fake.event(id, { release: '1.2.0' }).substatus, 'regressed');
});

test('an archived issue comes back when it escalates, one that is archived for ever does not', async (t) => {
  const fake = await startFakeSentry(t);
  const { id } = fake.newIssue();
  await call(fake, `PUT ${ISSUES}${id}/`, { body: { status: 'ignored', substatus: 'archived_forever' } });
  for (let more = 0; more < 10; more += 1) fake.event(id);
  assert.equal(fake.event(id).status, 'ignored');
  fake.setStatus(id, 'unresolved');
  fake.setStatus(id, 'ignored');
  for (let more = 0; more < 10; more += 1) fake.event(id);
  assert.deepEqual([fake.event(id).status, fake.event(id).substatus], ['unresolved', 'escalating']);
});

test('an issue resolved for its age is shown resolved, and leaves a page short without ending the list', async (t) => {
  const fake = await startFakeSentry(t);
  const issues = fake.seedMany(4);
  fake.autoResolve(issues[3]?.id ?? '');
  const page = await call(fake, `GET ${ISSUES}?query=is:unresolved&limit=2`);
  assert.equal(page.list.length, 1);
  assert.notEqual(nextCursor(page), null);
  const { body } = await call(fake, `GET ${ISSUES}${issues[3]?.id ?? ''}/`);
  assert.deepEqual([body['status'], body['statusDetails']], ['resolved', { autoResolved: true }]);
});

test('many are changed at once; nothing matched is 204, a merge across projects is refused', async (t) => {
  const fake = await startFakeSentry(t);
  const [a, b, other] = [fake.newIssue(), fake.newIssue(), fake.newIssue({ project: 'api' })];
  const put = (ids: string[], body: object) =>
    call(fake, `PUT ${ISSUES}?${ids.map((id) => `id=${id}`).join('&')}`, { body });
  assert.equal((await put(['1'], { status: 'resolved' })).status, 204);
  assert.equal((await put([a.id, b.id], { status: 'ignored' })).body['status'], 'ignored');
  assert.equal((await put([a.id, other.id], { merge: true })).status, 400);
  const merged = await put([a.id, b.id], { merge: true });
  assert.deepEqual(merged.body['merge'], { parent: a.id, children: [b.id] });
  assert.deepEqual((await put([a.id], { status: 'shut' })).body['status'], ['"shut" is not a valid choice.']);
});

test('each token may what its scopes say, and a wrong one is told from a missing one', async (t) => {
  const fake = await startFakeSentry(t);
  const { id } = fake.newIssue();
  const put = (token: string | null) => call(fake, `PUT ${ISSUES}${id}/`, { token, body: { status: 'resolved' } });
  assert.equal((await call(fake, `GET ${ISSUES}`, { token: BUILD_TOKEN })).status, 403);
  const refused = await put(READ_ONLY_TOKEN);
  assert.equal(refused.status, 403);
  assert.match(refused.headers.get('www-authenticate') ?? '', /insufficient_scope/u);
  assert.equal((await put(PERSONAL_TOKEN)).status, 200);
  assert.deepEqual([(await put('wrong')).body.detail, (await put(null)).status], ['Invalid token', 401]);
  assert.equal((await call(fake, 'GET /organizations/other/issues/')).status, 404);
  assert.equal((await call(fake, `GET ${ISSUES.slice(0, -1)}`)).status, 301);
});

test('the same note twice within the hour is refused, a link of ours is made once and then changed', async (t) => {
  const fake = await startFakeSentry(t);
  const { id } = fake.newIssue();
  const note = () => call(fake, `POST ${ISSUES}${id}/notes/`, { body: { text: 'filed' } });
  assert.deepEqual([(await note()).status, (await note()).body.detail], [201, 'You have already posted that comment.']);
  const link = (identifier: string, token = fake.token) => {
    const body = {
      issueId: Number(id),
      webUrl: `https://github.com/acme/shop/issues/${identifier}`,
      project: 'acme/shop',
      identifier,
    };
    return call(fake, `POST /sentry-app-installations/${FAKE_INSTALLATION}/external-issues/`, { body, token });
  };
  assert.equal((await link('1', PERSONAL_TOKEN)).status, 403);
  assert.equal((await link('1')).body.id, (await link('2')).body.id);
  const { body } = await call(fake, `GET ${ISSUES}${id}/`);
  assert.deepEqual(body['annotations'], [{ displayName: 'acme/shop#2', url: 'https://github.com/acme/shop/issues/2' }]);
});

test('ten thousand issues are seeded and read whole', async (t) => {
  const fake = await startFakeSentry(t);
  fake.seedMany(10_000);
  assert.equal(new Set((await readPages(fake, 'query=')).flat()).size, 10_000);
  assert.deepEqual(fake.requestCounts(), { [`GET ${ISSUES}`]: 100 });
});
