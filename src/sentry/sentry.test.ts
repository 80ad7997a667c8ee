import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ALMOST_NOTHING, EVENT, METRIC, N_PLUS_ONE, ORDINARY } from './sentry-samples.fixture.ts';
import { ABILITIES, ALL, type Answer, failureOf, json, NOT_THERE, testSentry, valueOf } from './sentry.fixture.ts';

const LIST = '/api/0/organizations/acme/issues/';
const PROJECTS = '/api/0/organizations/acme/projects/';
const NOBODY: Answer = (_, response) => json(response, 404, NOT_THERE);

/** Answers by path; what is not named is not there. */
function at(answers: Record<string, Answer>): Answer {
  return (request, response, incoming) => (answers[request.path] ?? NOBODY)(request, response, incoming);
}
function link(next: string | null): { link: string } {
  const results = next === null ? 'false' : 'true';
  return {
    link: `<http://inner:9000/?cursor=0:0:1>; rel="previous"; results="false"; cursor="0:0:1", <http://inner:9000/?cursor=x>; rel="next"; results="${results}"; cursor="${next ?? '0:0:0'}"`,
  };
}

test('pages go on over short and empty ones until the server says that there are no more, wherever its links lead', async (t) => {
  const pages: [items: unknown[], next: string | null][] = [
    [[ORDINARY], '0:1:0'],
    [[], '0:2:0'],
    [[METRIC, { broken: true }, ORDINARY], null],
  ];
  const { sentry, seen, logged } = await testSentry(t, (_, response) => {
    const [items, next] = pages.shift() ?? [[], null];
    json(response, 200, items, link(next));
  });
  const first = valueOf(await sentry.issuePage(ALL));
  const second = valueOf(await sentry.issuePage(ALL, first.next));
  const third = valueOf(await sentry.issuePage(ALL, second.next));
  assert.deepEqual(
    [first, second, third].map(({ items }) => items.map(({ id }) => id)),
    [[ORDINARY.id], [], [METRIC.id, ORDINARY.id]],
  );
  assert.equal(third.next, null);
  assert.deepEqual(
    seen.map(({ parameters }) => [parameters.get('cursor'), parameters.get('query'), parameters.get('sort')]),
    [
      [null, '', 'date'],
      ['0:1:0', '', 'date'],
      ['0:2:0', '', 'date'],
    ],
  );
  assert.match(logged.join('\n'), /cannot be read were skipped/);
});

test('a list whose next page is the same again ends, and one that never ends is refused', async (t) => {
  const same = await testSentry(t, (_, response) => json(response, 200, [ORDINARY], link('0:1:0')));
  const first = valueOf(await same.sentry.issuePage(ALL));
  assert.notEqual(first.next, null);
  assert.equal(valueOf(await same.sentry.issuePage(ALL, first.next)).next, null);
  const failure = failureOf(await same.sentry.issuePage(ALL, '1001.0:1:0'));
  assert.match(failure.message, /more than 1000 pages/);
  assert.equal(failureOf(await same.sentry.issuePage(ALL, 'https://other.example/?cursor=1')).kind, 'unexpected');
});

test('projects given by slug are asked for by number, which every version takes, and looked up once', async (t) => {
  const { sentry, seen } = await testSentry(
    t,
    at({
      [PROJECTS]: (request, response) =>
        request.parameters.get('cursor') === null
          ? json(response, 200, [{ id: '12', slug: 'api', name: 'API', platform: null }], link('p2'))
          : json(response, 200, [{ id: 13, slug: 'web', name: null, platform: 'node' }], link(null)),
      [LIST]: (_, response) => json(response, 200, []),
    }),
  );
  const query = { ...ALL, projects: ['web', '7', 'api'] };
  assert.equal((await sentry.issuePage(query)).requests, 3);
  assert.equal((await sentry.issuePage(query)).requests, 1);
  assert.deepEqual(seen.at(-1)?.parameters.getAll('project'), ['13', '7', '12']);
  const unknown = failureOf(await sentry.issuePage({ ...ALL, projects: ['gone'] }));
  assert.deepEqual([unknown.kind, unknown.kind === 'invalid' && unknown.field], ['invalid', 'project']);
  assert.match(unknown.message, /no project “gone”/);
  assert.deepEqual(valueOf(await sentry.projects()).items, [{ id: '12', slug: 'api', name: 'API', platform: null }]);
});

test('an unknown environment is not taken for an unknown organisation', async (t) => {
  const { sentry } = await testSentry(t, NOBODY);
  assert.equal(failureOf(await sentry.issuePage(ALL)).kind, 'organization_not_found');
  const failure = failureOf(await sentry.issuePage({ ...ALL, environments: ['prodd'] }));
  assert.deepEqual([failure.kind, failure.kind === 'invalid' && failure.field], ['invalid', 'environment']);
});

test('a project that the token may not see concerns the rule that names it, not the organisation', async (t) => {
  const refused: Answer = (_, response) => json(response, 403, { detail: 'You do not have permission.' });
  const abilities = { ...ABILITIES, scopes: ['event:read', 'org:read'] };
  const { sentry } = await testSentry(t, refused, { abilities });
  assert.equal(failureOf(await sentry.issuePage(ALL)).kind, 'organization_not_found');
  const failure = failureOf(await sentry.issuePage({ ...ALL, projects: ['12'] }));
  assert.deepEqual([failure.kind, failure.kind === 'invalid' && failure.field], ['invalid', 'project']);
  assert.match(failure.message, /does not let this token see the issues of 12/u);
});

test('many issues are read at once by their ids, those that are gone are absent', async (t) => {
  const { sentry, seen } = await testSentry(
    t,
    at({ [LIST]: (_, response) => json(response, 200, [METRIC, ORDINARY]) }),
  );
  const ids = [ORDINARY.id, METRIC.id, '999', METRIC.id, 'not-a-number'];
  assert.deepEqual(
    valueOf(await sentry.issuesById(ids)).map(({ id }) => id),
    [METRIC.id, ORDINARY.id],
  );
  assert.deepEqual(seen[0]?.parameters.getAll('group'), [ORDINARY.id, METRIC.id, '999']);
  assert.equal(seen[0]?.parameters.get('query'), '');
  assert.deepEqual(valueOf(await sentry.issuesById([])), []);
  assert.equal(seen.length, 1);
});

for (const [what, answer] of [
  ['ignores', (_, response) => json(response, 200, [N_PLUS_ONE, ALMOST_NOTHING])],
  ['refuses', (_, response) => json(response, 400, { group: ['Invalid group'] })],
] as [string, Answer][]) {
  test(`a server that ${what} the ids of a batch is asked one by one, and from then on only so`, async (t) => {
    const answers = at({ [LIST]: answer, [`${LIST}${ORDINARY.id}/`]: (_, response) => json(response, 200, ORDINARY) });
    const { sentry, seen } = await testSentry(t, answers);
    assert.deepEqual(
      valueOf(await sentry.issuesById([ORDINARY.id, '999'])).map(({ id }) => id),
      [ORDINARY.id],
    );
    await sentry.issuesById([ORDINARY.id]);
    assert.equal(seen.filter(({ path }) => path === LIST).length, 1);
    assert.equal(seen.at(-1)?.path, `${LIST}${ORDINARY.id}/`);
  });
}

test('a server that ignores the ids is noticed by its first page, and asked for each', async (t) => {
  const { sentry, seen } = await testSentry(t, (request, response) =>
    request.path === LIST ? json(response, 200, [METRIC], link('0:1:0')) : json(response, 200, ORDINARY),
  );
  assert.deepEqual(
    valueOf(await sentry.issuesById([ORDINARY.id])).map(({ id }) => id),
    [ORDINARY.id],
  );
  assert.equal(seen.filter(({ parameters }) => parameters.has('group')).length, 1);
});

test('a merged issue answers with the one that survives', async (t) => {
  const { sentry } = await testSentry(t, (_, response) => json(response, 200, ORDINARY));
  assert.equal(valueOf(await sentry.issue('77')).id, ORDINARY.id);
});

test('a server that knows only the older place is asked there, remembered, and an issue gone from it is not found', async (t) => {
  const answers = at({
    '/api/0/issues/1/': (_, response) => json(response, 200, { ...ORDINARY, id: '1' }),
    '/api/0/issues/1/events/latest/': (_, response) => json(response, 200, EVENT),
  });
  const { sentry, seen } = await testSentry(t, answers);
  assert.equal(valueOf(await sentry.issue('1')).id, '1');
  assert.equal(valueOf(await sentry.latestEvent('1', false)).id, EVENT.eventID);
  assert.equal(failureOf(await sentry.issue('2')).kind, 'not_found');
  assert.deepEqual(
    seen.map(({ path }) => path),
    [`${LIST}1/`, '/api/0/issues/1/', '/api/0/issues/1/events/latest/', '/api/0/issues/2/'],
  );
});

test('an issue that is at neither place is not found, and afterwards both places are still tried', async (t) => {
  const { sentry, seen } = await testSentry(t, NOBODY);
  assert.equal(failureOf(await sentry.issue('1')).kind, 'not_found');
  await sentry.latestEvent('1', false);
  assert.equal(seen.length, 4);
});

test('an event that is no longer kept is not found though its issue is', async (t) => {
  const answers = at({ [`${LIST}1/`]: (_, response) => json(response, 200, { ...ORDINARY, id: '1' }) });
  const { sentry, seen } = await testSentry(t, answers);
  await sentry.issue('1');
  assert.equal(failureOf(await sentry.latestEvent('1', true)).kind, 'not_found');
  assert.equal(seen.length, 2);
});

test('a change sends only what changes, and gives the issue as it is then', async (t) => {
  const { sentry, seen } = await testSentry(t, (_, response) =>
    json(response, 200, { ...ORDINARY, status: 'ignored' }),
  );
  const change = { status: 'ignored', substatus: 'archived_until_escalating', assignedTo: '' } as const;
  assert.equal(valueOf(await sentry.change('5', change))?.status, 'ignored');
  await sentry.change('5', { status: 'resolvedInNextRelease' });
  assert.deepEqual(
    seen.map(({ method, path, body }) => [method, path, JSON.parse(body)]),
    [
      ['PUT', `${LIST}5/`, change],
      ['PUT', `${LIST}5/`, { status: 'resolvedInNextRelease' }],
    ],
  );
});

test('a change is done at the older place where the server knows only that', async (t) => {
  const { sentry, seen } = await testSentry(
    t,
    at({ '/api/0/issues/5/': (_, response) => json(response, 200, ORDINARY) }),
  );
  assert.equal((await sentry.change('5', { status: 'resolved' })).ok, true);
  assert.deepEqual(
    seen.map(({ path }) => path),
    [`${LIST}5/`, '/api/0/issues/5/'],
  );
});

test('a link is made with the integration’s own installation, and without one nothing is sent', async (t) => {
  const uuid = '7a485448-a9e2-4c85-8a3c-4f44175783c9';
  const place = `/api/0/sentry-app-installations/${uuid}/external-issues/`;
  const to = { url: 'https://github.com/acme/shop/issues/12', repository: 'acme/shop', number: 12 };
  const answers = at({ [place]: (_, response) => json(response, 200, { id: '1', issueId: '5' }) });
  const { access, seen, sentry } = await testSentry(t, answers);
  const refused = await sentry.link('5', to);
  assert.deepEqual([failureOf(refused).kind, refused.requests], ['invalid', 0]);
  const abilities = access.abilities === null ? null : { ...access.abilities, installation: uuid };
  const own = await testSentry(t, answers, { abilities, regionUrl: access.baseUrl });
  assert.equal(valueOf(await own.sentry.link('5120017734', to)), null);
  assert.deepEqual([own.seen.length, seen.length], [0, 1]);
  assert.deepEqual(JSON.parse(seen[0]?.body ?? ''), {
    issueId: 5_120_017_734,
    webUrl: to.url,
    project: 'acme/shop',
    identifier: '12',
  });
});

test('a name that is none of an organisation or issue asks nothing', async (t) => {
  const { sentry, seen } = await testSentry(t, NOBODY, { organization: '..' });
  assert.equal(failureOf(await sentry.issuePage(ALL)).kind, 'organization_not_found');
  assert.equal(failureOf(await sentry.issue('..')).kind, 'not_found');
  assert.equal(seen.length, 0);
});

test('below a path of a proxy everything is found', async (t) => {
  const answers = at({ [`/sentry${LIST}`]: (_, response) => json(response, 200, [ORDINARY]) });
  const own = await testSentry(t, answers);
  const { sentry } = await testSentry(t, NOBODY, { baseUrl: `${own.access.baseUrl}/sentry` });
  assert.equal(valueOf(await sentry.issuePage(ALL)).items.length, 1);
});
