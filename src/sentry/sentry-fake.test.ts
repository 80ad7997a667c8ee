import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { BUILD_TOKEN, FAKE_INSTALLATION, PERSONAL_TOKEN, READ_ONLY_TOKEN } from '../../test/fakes/sentry-finding.ts';
import { LONG_AGO } from '../../test/fakes/sentry-ways.ts';
import { type FakeSentry, type FakeSentryOptions, startFakeSentry } from '../../test/fakes/sentry.ts';
import { Secret } from '../lib/secret.ts';
import { ALL, failureOf, logInto, valueOf } from './sentry.fixture.ts';
import type { Abilities, IssueQuery, Sentry } from './sentry.model.ts';
import { openSentry } from './sentry.ts';

/** A living fake and a door to it that has probed. */
async function probed(
  t: TestContext,
  options: FakeSentryOptions = {},
): Promise<{ fake: FakeSentry; sentry: Sentry; abilities: Abilities }> {
  const fake = await startFakeSentry(t, options);
  fake.newIssue({ title: 'First' });
  const sentry = doorTo(fake);
  const { abilities } = valueOf(await sentry.probe());
  return { fake, sentry, abilities };
}

function doorTo(fake: FakeSentry, token = fake.token): Sentry {
  return openSentry(
    {
      baseUrl: fake.url,
      regionUrl: null,
      organization: fake.organization,
      token: new Secret(token),
      addresses: 'private',
      ca: null,
      insecureTls: false,
      abilities: null,
    },
    { log: logInto([]), now: () => new Date() },
  );
}

async function allOf(sentry: Sentry, query: IssueQuery = ALL): Promise<string[]> {
  const ids: string[] = [];
  let next: string | null = null;
  do {
    const page: { items: { id: string }[]; next: string | null } = valueOf(await sentry.issuePage(query, next));
    ids.push(...page.items.map(({ id }) => id));
    ({ next } = page);
  } while (next !== null);
  return ids;
}

test('today’s Sentry with a region is recognised, and all is read there', async (t) => {
  const { fake, sentry, abilities } = await probed(t, { region: true });
  assert.partialDeepStrictEqual(abilities, {
    product: 'sentry',
    batch: 'group',
    organizationPaths: true,
    hasSubstatus: true,
    hasPriority: true,
    hasLifetime: true,
    advancedSearch: true,
    installation: FAKE_INSTALLATION,
  });
  const [id] = await allOf(sentry);
  assert.equal(`http://${fake.requests.at(-1)?.host}`, fake.regionUrl);
  assert.equal(valueOf(await sentry.issue(id ?? '')).title, 'First');
});

test('a Sentry of long ago is recognised, and read all the same', async (t) => {
  const { fake, sentry, abilities } = await probed(t, { ways: { ...LONG_AGO, noAdvancedSearch: true } });
  fake.newIssue({ title: 'Second' });
  fake.newIssue({ title: 'Third' });
  assert.partialDeepStrictEqual(abilities, {
    organizationPaths: false,
    hasSubstatus: false,
    hasPriority: false,
    hasLifetime: false,
    advancedSearch: false,
  });
  const ids = await allOf(sentry, { ...ALL, projects: ['shop-web'] });
  assert.equal(ids.length, 3);
  assert.deepEqual(
    valueOf(await sentry.issuesById(ids.slice(0, 2)))
      .map(({ id }) => id)
      .sort(),
    ids.slice(0, 2).sort(),
  );
  assert.equal(valueOf(await sentry.latestEvent(ids[0] ?? '', false)).exceptions.length > 0, true);
});

test('GlitchTip is recognised and read to the end through its wrapped links', async (t) => {
  const { fake, sentry, abilities } = await probed(t, { product: 'glitchtip' });
  fake.seedMany(250);
  assert.partialDeepStrictEqual(abilities, { product: 'glitchtip', batch: 'id', installation: null });
  const query = { ...ALL, query: 'is:unresolved issue.priority:[high, medium] age:-24h', projects: ['shop-web'] };
  const ids = await allOf(sentry, query);
  assert.equal(new Set(ids).size, 251);
  assert.equal(valueOf(await sentry.issuesById(ids.slice(0, 100))).length, 100);
  assert.equal(
    valueOf(await sentry.change(ids[0] ?? '', { status: 'resolved', substatus: 'ongoing' }))?.status,
    'resolved',
  );
});

test('behind a proxy with a path of its own, and with links to a host nobody reaches, all pages are read', async (t) => {
  const { fake, sentry } = await probed(t, { prefix: '/tools/sentry', ways: { wrongLinkHost: true } });
  fake.seedMany(320);
  fake.faults.add({ do: 'empty_page' });
  fake.faults.add({ do: 'short_page' });
  assert.equal(new Set(await allOf(sentry)).size > 300, true);
  assert.equal(await allOf(sentry).then((ids) => new Set(ids).size), 321);
});

test('merged, deleted and changed issues show as such', async (t) => {
  const { fake, sentry } = await probed(t);
  const [a, b, c] = fake.seedMany(3).map(({ id }) => id);
  assert.ok(a !== undefined && b !== undefined && c !== undefined);
  const survivor = fake.merge(a, b);
  assert.equal(valueOf(await sentry.issue(survivor === a ? b : a)).id, survivor);
  fake.remove(c);
  assert.equal(failureOf(await sentry.issue(c)).kind, 'not_found');
  assert.deepEqual(
    valueOf(await sentry.issuesById([a, b, c])).map(({ id }) => id),
    [survivor],
  );
  assert.equal(valueOf(await sentry.change(survivor, { status: 'resolved' }))?.status, 'resolved');
  fake.event(survivor);
  const back = valueOf(await sentry.issue(survivor));
  assert.deepEqual([back.status, back.substatus], ['unresolved', 'regressed']);
  assert.equal(
    valueOf(await sentry.change(survivor, { status: 'ignored', substatus: 'archived_until_escalating' }))?.substatus,
    'archived_until_escalating',
  );
  fake.expireEvents(survivor);
  assert.equal(failureOf(await sentry.latestEvent(survivor, false)).kind, 'not_found');
});

test('a link shows on the issue, made as often as one likes, and one of Sentry’s own integration is seen', async (t) => {
  const { fake, sentry } = await probed(t);
  const [id = ''] = fake.seedMany(1).map((issue) => issue.id);
  const to = { url: 'https://github.com/acme/shop/issues/12', repository: 'acme/shop', number: 12 };
  assert.equal((await sentry.link(id, to)).ok, true);
  assert.equal((await sentry.link(id, to)).ok, true);
  fake.linkNatively(id, 'acme/shop#13');
  assert.deepEqual(valueOf(await sentry.issue(id)).linkedTo.sort(), [to.url, 'https://github.com/acme/shop/issues/13']);
});

test('a change whose answer was lost is unknown, and is found done when one looks', async (t) => {
  const { fake, sentry } = await probed(t);
  const [id = ''] = fake.seedMany(1).map((issue) => issue.id);
  for (const kind of ['commit_then_drop', 'commit_then_502', 'empty_body', 'truncated_json'] as const) {
    await sentry.change(id, { status: 'unresolved' });
    fake.faults.add({ do: kind, match: { method: 'PUT' } });
    assert.equal(failureOf(await sentry.change(id, { status: 'resolved' })).kind, 'outcome_unknown', kind);
    assert.equal(valueOf(await sentry.issue(id)).status, 'resolved', kind);
  }
});

test('each kind of token is told what it lacks', async (t) => {
  const { fake } = await probed(t);
  const build = failureOf(await doorTo(fake, BUILD_TOKEN).probe());
  assert.deepEqual([build.kind, /organisation token/.test(build.message)], ['unauthorized', true], build.message);
  const reader = doorTo(fake, READ_ONLY_TOKEN);
  assert.deepEqual(valueOf(await reader.probe()).abilities.installation, null);
  const [id = ''] = await allOf(reader);
  const refused = failureOf(await reader.change(id, { status: 'resolved' }));
  assert.deepEqual(
    [refused.kind, refused.kind === 'forbidden' && refused.missingScopes?.[0]],
    ['forbidden', 'event:write'],
  );
  assert.equal(valueOf(await doorTo(fake, PERSONAL_TOKEN).probe()).abilities.installation, null);
  assert.equal(failureOf(await doorTo(fake, 'f0'.repeat(32)).probe()).kind, 'unauthorized');
});
