import assert from 'node:assert/strict';
import { test } from 'node:test';

import * as fc from 'fast-check';

import { aRule, SAMPLES } from '../errors.fixture.ts';
import { aConnection } from '../../filing/filing.fixture.ts';
import { draftError } from '../content/draft-error.decide.ts';
import { isTrusted, namesOf, numbersIn, referencesIn } from './references.decide.ts';
import type { SentryReference } from './references.decide.ts';

const IO = 'sentry.io';
const NAMED: [text: string, references: SentryReference[]][] = [
  ['https://acme.sentry.io/issues/123/', [{ host: IO, sentryId: '123' }]],
  ['see https://acme.sentry.io/issues/123.', [{ host: IO, sentryId: '123' }]],
  ['https://sentry.io/organizations/acme/issues/123/?project=4&referrer=github', [{ host: IO, sentryId: '123' }]],
  ['https://us.sentry.io/organizations/acme/issues/123/events/latest/', [{ host: IO, sentryId: '123' }]],
  ['HTTPS://ACME.SENTRY.IO/issues/shop-web-3f', [{ host: IO, organization: 'acme', shortId: 'SHOP-WEB-3F' }]],
  ['https://sentry.io/organizations/acme/issues/SHOP-1A', [{ host: IO, organization: 'acme', shortId: 'SHOP-1A' }]],
  [
    'Sentry Issue: [SHOP-WEB-3F](https://acme.sentry.io/issues/123/?referrer=github_integration)',
    [{ host: IO, sentryId: '123' }],
  ],
  ['[the error](https://acme.sentry.io/issues/123/)', [{ host: IO, sentryId: '123' }]],
  ['http://sentry.lan:9000/organizations/acme/issues/981/', [{ host: 'sentry.lan:9000', sentryId: '981' }]],
  ['https://tools.corp/errors/organizations/acme/issues/981/#x', [{ host: 'tools.corp', sentryId: '981' }]],
  ['https://gt.example.org/acme/issues/42', [{ host: 'gt.example.org', sentryId: '42' }]],
  ['<!-- sentry: https://acme.sentry.io/issues/123/ -->', [{ host: IO, sentryId: '123' }]],
  ['<a href="https://acme.sentry.io/issues/123/">error</a>', [{ host: IO, sentryId: '123' }]],
  ['| **Sentry** | [A-1](https://acme.sentry.io/issues/1/) |', [{ host: IO, sentryId: '1' }]],
  ['https://acme.sentry.io/issues/1/ and https://acme.sentry.io/issues/1/', [{ host: IO, sentryId: '1' }]],
];
for (const [text, references] of NAMED)
  test(`a Sentry issue is named by: ${text}`, () => {
    assert.deepEqual(referencesIn(text), references);
  });

for (const text of [
  '> https://acme.sentry.io/issues/123/',
  '  >> quoted https://acme.sentry.io/issues/123/',
  '```\nError: see https://acme.sentry.io/issues/123/\n```',
  '~~~~ text\n```\nhttps://acme.sentry.io/issues/123/\n~~~~',
  '```\nnever closed https://acme.sentry.io/issues/123/',
  'in `https://acme.sentry.io/issues/123/` and ``a ` https://acme.sentry.io/issues/4/``',
  'https://github.com/acme/app/issues/5 https://acme.ghe.com/a/b/issues/5 https://gitlab.com/a/b/-/issues/5',
  'https://acme.sentry.io/issues/ https://acme.sentry.io/issues/?query=x https://acme.sentry.io/projects/5/',
  'https://sentry.lan/issues/SHOP-1A [SHOP-1A](https://acme.sentry.io/issues/new)',
  'https://acme.sentry.io/issues/new https://acme.sentry.io/issues/-1 SHOP-WEB-3F',
  'https://acme.sentry.io/organizations/acme/issues/123456789012345678901/',
  'https:// https://% https://[::1/issues/5 ftp://acme.sentry.io/issues/5',
])
  test(`no Sentry issue is named by: ${JSON.stringify(text)}`, () => {
    assert.deepEqual(referencesIn(text), []);
  });

test('a host that only looks like sentry.io is another host', () => {
  for (const host of ['evil-sentry.io', 'sentry.io.evil.example', 'sentry.io:8443', 'acme.sentry.iо']) {
    const [reference] = referencesIn(`https://${host}/issues/123/`);
    assert.notEqual(reference?.host, IO, host);
  }
  const [behind] = referencesIn('https://acme.sentry.io@evil.example/issues/123/');
  assert.equal(behind?.host, 'evil.example');
});

test('a text with links to several Sentry issues is a list and stands for none of them', () => {
  const links = (count: number) =>
    Array.from({ length: count }, (_, index) => `https://acme.sentry.io/issues/${index}/`).join('\n');
  assert.equal(referencesIn(links(1)).length, 1);
  assert.deepEqual(referencesIn(links(2)), []);
  assert.deepEqual(referencesIn(links(10_000)), []);
  assert.equal(referencesIn(`<!-- throughline sync -->\n${links(2)}`).length, 2);
});

test("of several links Sentry's own line says what an issue stands for, and links elsewhere do not count", () => {
  const own = 'Sentry Issue: [SHOP-WEB-3F](https://acme.sentry.io/issues/123/?referrer=github_integration)';
  const other = 'Like https://acme.sentry.io/issues/456/';
  assert.deepEqual(referencesIn(`${other}\n\n${own}`), [{ host: IO, sentryId: '123' }]);
  assert.deepEqual(referencesIn(`${own}\n${own.replace('123', '7')}`), []);
  assert.deepEqual(referencesIn(`${other}, for https://redmine.corp/issues/8`), [
    { host: IO, sentryId: '456' },
    { host: 'redmine.corp', sentryId: '8' },
  ]);
});

test('links may call a Sentry by the address it was given here, and by its own', () => {
  const issue = { id: '5', shortId: 'shop-1a', permalink: 'https://sentry.corp/organizations/Acme/issues/5/' };
  assert.deepEqual(namesOf({ baseUrl: 'http://10.0.0.5:9000', organization: '17' }, [issue]), {
    hosts: ['10.0.0.5:9000', 'sentry.corp'],
    organizations: ['17', 'acme'],
    sentryIds: ['5'],
    shortIds: ['SHOP-1A'],
  });
  for (const permalink of [null, '', 'javascript:alert(1)', 'https://'])
    assert.deepEqual(namesOf({ baseUrl: 'https://sentry.io', organization: 'acme' }, [{ ...issue, permalink }]).hosts, [
      IO,
    ]);
});

test('an address leads into a repository on its own GitHub only, and two of one issue are one', () => {
  const addresses = [
    'https://github.com/Acme/shop/issues/7',
    'https://github.com/acme/SHOP/issues/7#issuecomment-1',
    'https://git.corp/acme/shop/issues/8',
    'https://github.com/acme/shop2/issues/9',
    'nonsense',
  ];
  assert.deepEqual(numbersIn(addresses, 'https://github.com/acme/shop'), [7]);
});

test('an issue that this hub filed names its Sentry issues, and nothing that their texts say', () => {
  const lied = {
    ...SAMPLES.error,
    title: 'https://acme.sentry.io/issues/666/',
    culprit: 'a ` [A-1](https://a.sentry.io/issues/667/)',
  };
  const { body } = draftError({
    issues: [{ ...lied, metadata: { value: 'x\n```\nhttps://acme.sentry.io/issues/668/' } }, SAMPLES.csp],
    rule: aRule(),
    connection: aConnection(),
    tenant: { name: 'Acme', titlePrefix: '' },
    marker: 'tlm1e',
    links: { error: 'https://hub.example/errors/1', follows: null },
    bare: false,
  });
  assert.deepEqual(referencesIn(body), [
    { host: IO, sentryId: '5120017734' },
    { host: 'sentry.lan:9000', sentryId: '981' },
  ]);
});

test('no text makes it throw or takes it apart', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      assert.ok(Array.isArray(referencesIn(`${text}https://a.sentry.io/issues/${text}`)));
    }),
  );
  for (const text of [
    '`'.repeat(65_000),
    'https://'.repeat(8000),
    '['.repeat(65_000),
    '` ``'.repeat(16_000),
    '>'.repeat(65_000),
  ])
    assert.deepEqual(referencesIn(text), []);
});

const label = (name: string) => ({ id: 1, name, color: 'ffffff' });
const issue = (changes: Partial<Parameters<typeof isTrusted>[0]>) => ({
  author: { login: 'ann', id: 1 },
  labels: [],
  body: 'https://acme.sentry.io/issues/123/',
  ...changes,
});
const by = { viewerLogin: 'Hub-Bot', labels: ['sentry', 'bug', 'automated', 'from-errors'] };

test('an issue stands for what it names when the hub, a bot or a telling label says so', () => {
  for (const one of [
    issue({ author: { login: 'hub-bot', id: 7 } }),
    issue({ author: { login: 'sentry-io[bot]', id: 8 } }),
    issue({ labels: [label('Sentry')] }),
    issue({ labels: [label('question'), label('automated')] }),
    issue({ labels: [label('from-errors')] }),
  ])
    assert.equal(isTrusted(one, by), true, JSON.stringify(one));
});

test('a person who merely mentions a Sentry issue does not keep it from being filed', () => {
  for (const one of [
    issue({}),
    issue({ author: null }),
    issue({ author: { login: 'bot', id: 9 } }),
    // every rule puts it on, and so does everybody else
    issue({ labels: [label('bug')] }),
  ])
    assert.equal(isTrusted(one, by), false, JSON.stringify(one));
  assert.equal(isTrusted(issue({ author: { login: '', id: 0 } }), { viewerLogin: null, labels: [] }), false);
});

test('a report that names a Sentry issue does not stand for it, though the hub opened its issue', () => {
  const body = '<!-- throughline tlm1r0123 -->\nI saw https://acme.sentry.io/issues/123/';
  assert.equal(isTrusted(issue({ author: { login: 'hub-bot', id: 7 }, labels: [label('sentry')], body }), by), false);
});
