import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CSP_OF_OLD, GLITCHTIP, ORDINARY } from './sentry-samples.fixture.ts';
import {
  ALL,
  type Answer,
  failureOf,
  GLITCHTIP_ABILITIES,
  html,
  json,
  NOT_THERE,
  testSentry,
  TEST_TOKEN,
  valueOf,
} from './sentry.fixture.ts';

const ORGANIZATION = '/api/0/organizations/acme/';
const LIST = `${ORGANIZATION}issues/`;
const INSTALLATIONS = `${ORGANIZATION}sentry-app-installations/`;
const OWN = '7a485448-a9e2-4c85-8a3c-4f44175783c9';

/** A server that answers as Sentry does; `changes` are other answers by path. */
function sentryLike(changes: Record<string, Answer> = {}): Answer {
  const answers: Record<string, Answer> = {
    '/api/0/': (_, response) =>
      json(response, 200, {
        version: '0',
        auth: { scopes: ['event:read', 'event:write', 'org:read'] },
        user: { username: 'throughline-hub-3f2a91' },
      }),
    [ORGANIZATION]: (_, response) =>
      json(response, 200, {
        id: '9',
        slug: 'acme',
        name: 'Acme',
        links: { organizationUrl: 'https://x', regionUrl: '' },
      }),
    [LIST]: (_, response) => json(response, 200, [ORDINARY]),
    [`${LIST}${ORDINARY.id}/`]: (_, response) => json(response, 200, ORDINARY),
    [INSTALLATIONS]: (_, response) =>
      json(response, 200, [
        { uuid: 'other', app: { slug: 'slack' }, status: 'installed' },
        { uuid: 'prefix', app: { slug: 'throughline' }, status: 'installed' },
        { uuid: OWN, app: { slug: 'throughline-hub' }, status: 'installed' },
      ]),
    ...changes,
  };
  return (request, response, incoming) =>
    (answers[request.path] ?? ((_, missing) => html(missing, 404)))(request, response, incoming);
}
const NOBODY: Answer = (_, response) => json(response, 404, NOT_THERE);

test('Sentry is recognised with all it can do, by a handful of reads', async (t) => {
  const { sentry, seen } = await testSentry(t, sentryLike(), { abilities: null });
  const result = await sentry.probe();
  const { organization, abilities, serverTime } = valueOf(result);
  assert.deepEqual(organization, { id: '9', slug: 'acme', name: 'Acme', regionUrl: null });
  assert.deepEqual(abilities, {
    product: 'sentry',
    version: null,
    batch: 'group',
    organizationPaths: true,
    hasSubstatus: true,
    hasPriority: true,
    hasLifetime: true,
    advancedSearch: true,
    scopes: ['event:read', 'event:write', 'org:read'],
    installation: OWN,
  });
  assert.ok(serverTime !== null);
  assert.equal(result.requests, seen.length);
  assert.ok(seen.length <= 8, `${seen.length}`);
});

test('the token is not shown to the page that tells which product it is', async (t) => {
  const { sentry, seen } = await testSentry(t, sentryLike(), { abilities: null });
  await sentry.probe();
  for (const { path, headers } of seen) {
    assert.equal(headers.authorization, path === '/api/settings/' ? undefined : `Bearer ${TEST_TOKEN}`, path);
  }
});

test('an old server is recognised by what it lacks: fields, searches, batches and places', async (t) => {
  const old: Answer = (request, response) =>
    request.parameters.get('query')?.startsWith('!') === true
      ? json(response, 400, { detail: 'You need to use advanced search.' })
      : json(response, 200, [CSP_OF_OLD, ORDINARY]);
  const { sentry } = await testSentry(
    t,
    sentryLike({
      [LIST]: old,
      '/api/0/issues/981/': (_, response) => json(response, 200, CSP_OF_OLD),
      [INSTALLATIONS]: NOBODY,
    }),
    { abilities: null },
  );
  const { abilities } = valueOf(await sentry.probe());
  assert.deepEqual([abilities.hasSubstatus, abilities.hasPriority, abilities.hasLifetime], [false, false, false]);
  assert.deepEqual([abilities.advancedSearch, abilities.batch, abilities.organizationPaths], [false, 'none', false]);
  assert.equal(abilities.installation, null);
});

test('an empty organisation is hoped to have everything', async (t) => {
  const { sentry } = await testSentry(t, sentryLike({ [LIST]: (_, response) => json(response, 200, []) }), {
    abilities: null,
  });
  const { abilities } = valueOf(await sentry.probe());
  assert.deepEqual([abilities.batch, abilities.organizationPaths, abilities.hasLifetime], ['group', true, true]);
});

test('after probing the region is used, and one that is not Sentry is not', async (t) => {
  const region = await testSentry(t, sentryLike());
  const named = (regionUrl: string) =>
    sentryLike({
      [ORGANIZATION]: (_, response) => json(response, 200, { id: 9, slug: 'acme', name: null, links: { regionUrl } }),
    });
  const good = await testSentry(t, named(region.access.baseUrl), { abilities: null });
  assert.equal(valueOf(await good.sentry.probe()).organization.regionUrl, region.access.baseUrl);
  const before = good.seen.length;
  await good.sentry.issuePage(ALL);
  assert.equal(good.seen.length, before);
  assert.equal(region.seen.at(-1)?.path, LIST);
  const stranger = await testSentry(t, (_, response) => html(response, 200));
  const wrong = await testSentry(t, named(stranger.access.baseUrl), { abilities: null });
  assert.equal(valueOf(await wrong.sentry.probe()).organization.regionUrl, null);
  await wrong.sentry.issuePage(ALL);
  assert.equal(wrong.seen.at(-1)?.path, LIST);
});

const FAILURES: [what: string, answer: Answer, kind: string, says: RegExp][] = [
  [
    'a wrong token',
    sentryLike({ '/api/0/': (_, response) => json(response, 401, { detail: 'Invalid token' }) }),
    'unauthorized',
    /mistyped, expired or revoked/,
  ],
  ['a wrong organisation', sentryLike({ [ORGANIZATION]: NOBODY }), 'organization_not_found', /no organisation “acme”/],
  [
    'a token that may not read issues',
    sentryLike({
      '/api/0/': (_, response) => json(response, 200, { auth: { scopes: ['org:read'] } }),
      [LIST]: (_, response) => json(response, 403, {}),
    }),
    'forbidden',
    /event:read/,
  ],
  ['a web page everywhere', (_, response) => html(response, 200), 'not_sentry', /is not Sentry's API/],
  ['a web page that finds nothing', (_, response) => html(response, 404), 'not_sentry', /is not Sentry's API/],
  ['a server that is down behind its gateway', (_, response) => html(response, 503), 'unavailable', /status 503/],
];
for (const [what, answer, kind, says] of FAILURES) {
  test(`probing tells ${what}`, async (t) => {
    const { sentry } = await testSentry(t, answer, { abilities: null });
    const failure = failureOf(await sentry.probe());
    assert.equal(failure.kind, kind, failure.message);
    assert.match(failure.message, says);
  });
}

test('a server that does not tell whose token it is may be good all the same', async (t) => {
  const { sentry } = await testSentry(t, sentryLike({ '/api/0/': NOBODY }), { abilities: null });
  const { abilities } = valueOf(await sentry.probe());
  assert.deepEqual([abilities.scopes, abilities.installation], [null, null]);
});

/** A server that answers as GlitchTip does (facts 12). */
function glitchtipLike(list: unknown[], next: string | null): Answer {
  const links = {
    link: `{'<http://x/?cursor=>; rel="previous"; results="false", <http://x/?cursor=n>; rel="next"; results="${next === null ? 'false"' : `true"; cursor="${next}"`}'}`,
  };
  const answers: Record<string, Answer> = {
    '/api/settings/': (_, response) => json(response, 200, { version: '5.2.0', iPaidForGlitchTip: false }),
    '/api/0/': (_, response) =>
      json(response, 200, {
        version: '0',
        user: { username: 'ada' },
        auth: { scopes: ['event:read', 'event:write', 'org:read'] },
      }),
    [ORGANIZATION]: (_, response) => json(response, 200, { id: 1, slug: 'acme', name: 'Acme' }),
    [`${ORGANIZATION}projects/`]: (_, response) => json(response, 200, [{ id: 2, slug: 'my-app', name: 'My App' }]),
    [LIST]: (request, response) =>
      ['-last_seen', null].includes(request.parameters.get('sort'))
        ? json(response, 200, list, links)
        : json(response, 422, { detail: [{ type: 'literal', loc: ['query', 'sort'], msg: 'unexpected' }] }),
    '/api/0/issues/42/': (_, response) => json(response, 200, GLITCHTIP),
  };
  return (request, response, incoming) =>
    (answers[request.path] ?? ((_, missing) => json(missing, 404, { detail: 'Not Found' })))(
      request,
      response,
      incoming,
    );
}

test('GlitchTip is recognised, with its version, its own batch, the older place and what it lacks', async (t) => {
  const { sentry } = await testSentry(t, glitchtipLike([GLITCHTIP], null), { abilities: null });
  const { abilities } = valueOf(await sentry.probe());
  assert.deepEqual(abilities, {
    ...GLITCHTIP_ABILITIES,
    version: '5.2.0',
    organizationPaths: false,
    hasSubstatus: false,
    hasPriority: false,
    hasLifetime: false,
    scopes: ['event:read', 'event:write', 'org:read'],
  });
  const [issue] = valueOf(await sentry.issuePage({ ...ALL, query: 'is:unresolved age:-24h' })).items;
  assert.match(issue?.permalink ?? '', /\/acme\/issues\/42$/);
});

test('what is asked before anything was found out finds the product first', async (t) => {
  const { sentry, seen } = await testSentry(t, glitchtipLike([GLITCHTIP], 'cD0='), { abilities: null });
  const page = valueOf(await sentry.issuePage({ ...ALL, projects: ['my-app'], query: 'is:unresolved' }));
  assert.deepEqual([page.items.length, page.next], [1, '2.cD0=']);
  assert.deepEqual(
    seen.map(({ path }) => path),
    ['/api/settings/', `${ORGANIZATION}projects/`, LIST],
  );
  assert.equal(seen.at(-1)?.parameters.toString(), 'query=is%3Aunresolved&sort=-last_seen&limit=100&project=2');
  assert.equal(valueOf(await sentry.issue('42')).id, '42');
});

test('GlitchTip, which knows no window, is read only as far back as was asked', async (t) => {
  const list = ['2026-05-03', '2026-05-02', '2026-05-01'].map((day, id) => ({
    ...GLITCHTIP,
    id,
    lastSeen: `${day}T12:00:00Z`,
  }));
  const { sentry } = await testSentry(t, glitchtipLike(list, 'more'), { abilities: GLITCHTIP_ABILITIES });
  const page = async (since: string) => {
    const { items, next } = valueOf(await sentry.issuePage({ ...ALL, since: new Date(since) }));
    return [items.length, next];
  };
  assert.deepEqual(await page('2026-05-02T00:00:00Z'), [2, null]);
  assert.deepEqual(await page('2026-04-01T00:00:00Z'), [3, '2.more']);
});

test('GlitchTip is told a status only, and what it cannot keep is refused here', async (t) => {
  const { sentry, seen } = await testSentry(t, (_, response) => json(response, 200, { status: 'resolved' }), {
    abilities: GLITCHTIP_ABILITIES,
  });
  await sentry.change('42', { status: 'resolvedInNextRelease', substatus: 'archived_forever', assignedTo: 'user:1' });
  assert.deepEqual(JSON.parse(seen[0]?.body ?? ''), { status: 'resolved' });
  assert.equal(failureOf(await sentry.change('42', { assignedTo: 'user:1' })).kind, 'invalid');
  assert.equal(seen.length, 1);
});
