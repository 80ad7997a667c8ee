import assert from 'node:assert/strict';
import { test } from 'node:test';

import * as fc from 'fast-check';

import { anEvent, aRule, aSentryIssue, SAMPLES } from '../errors.fixture.ts';
import { draftError } from './draft-error.decide.ts';
import { makeMarker, markerComment, readMarker } from '../../filing/marker.decide.ts';
import { aConnection, KEYRING } from '../../filing/filing.fixture.ts';
import type { ErrorToDraft } from './error-data.decide.ts';
import type { KnownSentryIssue, SentryRule } from '../errors.model.ts';
import type { SentryFrame } from '../../sentry/sentry.model.ts';

const ERROR_ID = '0190c2a0-1111-8222-a333-444455556666';
const marker = makeMarker(KEYRING, { kind: 'error', id: ERROR_ID, tenantSlug: 'acme' });
const PAGE = 'https://hub.example/errors/1';

function draft(changes: Partial<ErrorToDraft> = {}, rule: Partial<SentryRule> = {}) {
  return draftError({
    issues: [SAMPLES.error],
    rule: aRule(rule),
    connection: aConnection({ visibility: 'public' }),
    tenant: { name: 'Acme', titlePrefix: 'acme' },
    marker,
    links: { error: PAGE, follows: null },
    bare: false,
    ...changes,
  });
}

test('an error becomes an issue with prefix, facts, stack trace, labels and its marker first', () => {
  const issue = draft();
  assert.equal(issue.title, "[acme] 🐛 Sentry: TypeError: Cannot read properties of undefined (reading 'total')");
  assert.ok(issue.body.startsWith(markerComment(marker)));
  assert.equal(readMarker(KEYRING, issue.body, 'acme')?.id, ERROR_ID);
  for (const part of [
    '[SHOP-WEB-3F](https://acme.sentry.io/issues/5120017734/)',
    "TypeError: Cannot read properties of undefined (reading 'total')",
    '`checkout/cart.ts in computeTotal`',
    '18,234',
    '4,021',
    '2025-11-20 07:12 UTC',
    '2026-02-03 21:44 UTC',
    '`Shop Web`',
    '`shop@4.2.0`',
    '`production`',
    '| `browser` | `Chrome 150.0.0` |',
    '  at computeTotal (checkout/cart.ts:88)\n      87 |   const c = get()\n    > 88 |   return c.cart.total',
    PAGE,
  ])
    assert.ok(issue.body.includes(part), `${part}\n${issue.body}`);
  assert.deepEqual(issue.labels, ['bug', 'sentry', 'automated', 'priority: critical']);
});

for (const [kind, issue] of Object.entries(SAMPLES))
  test(`nothing is empty or unknown in the issue of every kind of Sentry issue: ${kind}`, () => {
    const { title, body } = draft({ issues: [issue] });
    assert.match(title, /^\[acme\] 🐛 Sentry: \S/u);
    assert.doesNotMatch(body, /undefined(?! \()|\bnull\b|NaN|Unknown|\*\* \| +\|$/mu, body);
    assert.ok(body.includes(issue.permalink), body);
  });

test('what Sentry found is told where it is no error, the important first', () => {
  const { body } = draft({ issues: [SAMPLES.query] });
  assert.match(body, /Repeating Spans[\s\S]*Transaction/u);
  assert.ok(body.includes('``SELECT `users`.* FROM `users` WHERE id = %s \\| LIMIT 1``'), body);
});

test('several Sentry issues on one issue are counted together and listed', () => {
  const { body, labels } = draft({ issues: [SAMPLES.glitchtip, SAMPLES.query, SAMPLES.bare] });
  assert.ok(body.includes('| **Events** | 265 |'), body);
  assert.ok(body.includes('| [API-B2](https://acme.sentry.io/issues/7890123/) |'), body);
  assert.ok(body.includes('`<unlabeled event>`'), body);
  assert.ok(labels.includes('priority: critical'));
  const many = Array.from({ length: 50 }, (_, index) => aSentryIssue({ id: String(index), shortId: `S-${index}` }));
  assert.ok(draft({ issues: [SAMPLES.error, ...many] }).body.includes('…and 31 more.'));
});

test('a regression names the closed issue that it follows, also in another repository', () => {
  const follows = (repository: string) => draft({ links: { error: PAGE, follows: { repository, number: 12 } } }).body;
  assert.ok(follows('Acme/Webshop').includes('\nCame back after #12 was closed.\n'));
  assert.ok(follows('acme/old').includes('\nCame back after acme/old#12 was closed.\n'));
});

test('nothing in Sentry’s text pings, refers, hides or forges, wherever it stands', () => {
  const other = makeMarker(KEYRING, { kind: 'error', id: '0190c2a0-9999-8222-a333-444455556666', tenantSlug: 'acme' });
  const evil = `@octocat @acme/core #12 GH-7 fixes acme/app#3 https://github.com/acme/app/issues/5 ${markerComment(other)} <!-- x\n\`\`\`\n<details>`;
  const { title, body } = draft(
    { issues: [evilEverywhere(evil), evilEverywhere(evil)], connection: aConnection({ allowMentions: true }) },
    { personalData: true },
  );
  for (const text of [title, body.slice(markerComment(marker).length)]) {
    assert.doesNotMatch(text, /(^|[^\p{L}\p{N}_/.-])@[\p{L}\p{N}]/mu);
    assert.doesNotMatch(text, /#\d|GH-\d|\/\/(?:www\.)?github\.com|<!--|<details/u);
    assert.ok(!text.includes(other));
  }
  assert.equal(readMarker(KEYRING, body, 'acme')?.id, ERROR_ID);
});

test('secrets are masked wherever they stand', () => {
  const token = `ghp_${'b'.repeat(36)}`;
  const issue = draft({ issues: [evilEverywhere(`key ${token} \u0000ghp_${'c'.repeat(10)}\u0000${'c'.repeat(26)}`)] });
  assert.doesNotMatch(JSON.stringify(issue), /ghp_/u);
});

const PERSONAL = [
  'kim@example.org',
  'dana@example.org',
  'Dana',
  '203.0.113.9',
  'shop.example/cart',
  'id:9931',
  'token=abc',
];
const personal = aSentryIssue({
  title: 'mail to kim@example.org from 203.0.113.9 failed',
  metadata: { ...SAMPLES.feedback.metadata, value: 'kim@example.org 203.0.113.9' },
  event: anEvent(),
});
for (const [visibility, personalData] of [
  ['public', true],
  [null, true],
  ['public', false],
  ['private', false],
] as const)
  test(`nothing personal goes to a ${visibility ?? 'not yet known'} repository when the rule says ${personalData}`, () => {
    const connection = aConnection({ visibility, sendPersonalDataToPublic: true });
    for (const event of [personal.event, anEvent({ personal: null })]) {
      const { title, body } = draft({ issues: [{ ...personal, event }], connection }, { personalData });
      for (const secret of PERSONAL) assert.ok(!(title + body).includes(secret), `${secret}\n${body}`);
      assert.ok(body.includes('shop@4.2.0'), 'a release is no e-mail address');
    }
  });

test('a rule may let personal data into a private repository', () => {
  const connection = aConnection({ visibility: 'private' });
  const { title, body } = draft({ issues: [personal], connection }, { personalData: true });
  assert.ok(title.includes('kim@example.org'));
  for (const part of ['**User** | `kim@example.org`', 'https://shop.example/cart', '203.0.113.9', '`id:9931`'])
    assert.ok(body.includes(part), `${part}\n${body}`);
  const feedback = draft({ issues: [SAMPLES.feedback], connection }, { personalData: true }).body;
  assert.ok(feedback.includes('`Dana dana@example.org`'), feedback);
});

test('a title of 8,000 characters is cut, and the message stands whole in the body', () => {
  const { title, body } = draft({ issues: [{ ...SAMPLES.long, metadata: {} }] });
  assert.ok(title.length <= 256 && title.length > 250);
  assert.ok(title.endsWith('…'));
  assert.ok(body.includes('repeat this part "}'), body.slice(-600));
});

test('only long texts are cut, with their fences closed and a way to the rest', () => {
  const frames = Array.from({ length: 40 }, (_, line) => aFrame({ line, function: `deep${'x'.repeat(2000)}` }));
  const context = Array.from({ length: 200 }, (_, index): [number, string] => [index, '```'.repeat(90)]);
  const exceptions = Array.from({ length: 9 }, () => ({
    type: 'E'.repeat(900),
    value: '```\n'.repeat(9000),
    handled: null,
    frames: frames.map((frame) => ({ ...frame, context })),
  }));
  const evidence = Array.from({ length: 60 }, (_, index) => ({
    name: `e${index}`,
    value: '#1 '.repeat(4000),
    important: true,
  }));
  const metadata = { value: '```\n@a '.repeat(20_000) };
  const issue = aSentryIssue({ metadata, event: anEvent({ exceptions, evidence }) });
  const body = (bodyTemplate: string | null) => draft({ issues: [issue] }, { bodyTemplate }).body;
  const twice = body('{{ stack }}\n{{ message_block }}\n'.repeat(6));
  for (const text of [body(null), twice, body('x'.repeat(50_000)), body('{{ stack }}\n'.repeat(200))]) {
    assert.ok(text.length <= 65_536, String(text.length));
    assert.ok(text.startsWith(markerComment(marker)));
    assert.equal(openFences(text), 0);
  }
  assert.equal(twice.split('…truncated, see').length, 13, 'each of the twelve is cut, none is left out');
  for (const part of ['**Level**', '**Last seen**', '…truncated, see https://hub.example/errors/1', '</sub>'])
    assert.ok(body(null).includes(part), part);
  assert.ok(body('{{ message }}'.repeat(3000)).endsWith(`…truncated, see ${PAGE}`));
});

test('control characters, turned writing and halves of characters are left out; emoji and Hebrew stay', () => {
  const { title, body } = draft({
    issues: [
      aSentryIssue({ title: 'a\u0000b\u202eevil\u2066 \u009bx \ud83d 🧑‍💻 הכפתור', metadata: {}, culprit: 'x\u0007y' }),
    ],
  });
  assert.equal(title, '[acme] 🐛 Sentry: abevil x \ufffd 🧑‍💻 הכפתור');
  assert.ok(body.includes('`xy`') && body.isWellFormed());
});

test('a link that is none of the web is not made one', () => {
  const body = (permalink: string) => draft({ issues: [aSentryIssue({ permalink })] }).body;
  for (const bad of ['javascript:alert(1)', '', 'https://a:b@sentry.io/1', 'not a link'])
    assert.ok(body(bad).includes('| **Sentry** | SHOP-WEB-3F |'), body(bad));
  assert.ok(body('https://s.example/issues/1/?q=(a|b)').includes('(https://s.example/issues/1/?q=%28a%7Cb%29)'));
});

test('a rule’s templates get what the default ones get, and Sentry’s text never becomes one', () => {
  const rule = {
    titleTemplate: '{{ type }} in {{ project }} ({{ priority }}, {{ events }})',
    bodyTemplate: '{{ code.title }} {{ title }} {{ missing }} {{ tags[0].name }} {{ stack }} {{ url }} @acme/core',
  };
  const issue = aSentryIssue({ title: '{{ url }} `x` {% if true %}', event: anEvent() });
  const { title, body } = draft({ issues: [issue] }, rule);
  assert.equal(title, '[acme] TypeError in shop-web (critical, 18234)');
  assert.ok(
    body.includes('`` {{ url }} `x` {% if true %} ``') || body.includes('``{{ url }} `x` {% if true %}`` {{ url }}'),
    body,
  );
  // what the admin wrote stands as written
  assert.ok(body.includes('@acme/core'));
  assert.throws(() => draft({}, { bodyTemplate: '{{ title | nosuchfilter }}' }), /nosuchfilter/u);
  assert.equal(draft({ tenant: { name: 'Acme', titlePrefix: '' } }, { titleTemplate: ' ' }).title, 'Untitled error');
});

test('a rule’s people and milestone go before the connection’s, and bare there are none', () => {
  const connection = aConnection({ defaultAssignees: ['ann'], milestone: 3, issueType: 'Bug' });
  const of = (changes: Partial<ErrorToDraft>, rule: Partial<SentryRule>) => {
    const { assignees, milestone, type } = draft({ connection, ...changes }, rule);
    return [assignees, milestone, type];
  };
  assert.deepEqual(of({}, { assignees: ['bob'], milestone: 7 }), [['bob'], 7, 'Bug']);
  assert.deepEqual(of({}, {}), [['ann'], 3, 'Bug']);
  assert.deepEqual(of({ bare: true }, { assignees: ['bob'] }), [[], null, null]);
});

test('any Sentry issue gives a title and a body that GitHub takes, with the marker first and no ping', () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom('@a', '#1', '```', '<!--', '|', '{{ url }}', '\n'),
  );
  const texts = fc.array(text, { maxLength: 30 }).map((parts) => parts.join(''));
  fc.assert(
    fc.property(
      texts,
      fc.boolean(),
      fc.constantFrom('public', 'private' as const),
      (said, personalData, visibility) => {
        const { title, body } = draft(
          { issues: [evilEverywhere(said)], connection: aConnection({ visibility }) },
          { personalData },
        );
        assert.ok(title.length <= 256 && title.length > 0 && title.isWellFormed() && !/[\n\r]/u.test(title));
        assert.ok(body.length <= 65_536 && body.isWellFormed());
        assert.ok(body.startsWith(markerComment(marker)));
        assert.equal(openFences(body), 0);
        const own = body.slice(markerComment(marker).length);
        assert.doesNotMatch(`${title}\n${own}`, /(^|[^\p{L}\p{N}_/.-])@[\p{L}\p{N}]|#\d|<!--/mu);
      },
    ),
  );
});

function aFrame(changes: Partial<SentryFrame>): SentryFrame {
  return { file: 'src/a.ts', function: 'run', module: null, line: 1, inApp: true, context: [], ...changes };
}

function evilEverywhere(evil: string): KnownSentryIssue {
  const frame = aFrame({ file: evil, function: evil, module: evil, context: [[1, evil]] });
  return aSentryIssue({
    title: evil,
    culprit: evil,
    shortId: evil,
    level: evil,
    issueType: evil,
    issueCategory: evil,
    platform: evil,
    project: { id: '1', slug: evil, name: evil },
    metadata: { type: evil, value: evil, filename: evil, function: evil, name: evil, contact_email: evil },
    event: anEvent({
      message: evil,
      release: evil,
      environment: evil,
      subtitle: evil,
      tags: [{ key: evil, value: evil }],
      exceptions: [{ type: evil, value: evil, handled: null, frames: [frame] }],
      evidence: [{ name: evil, value: evil, important: true }],
      personal: { user: evil, url: evil },
    }),
  });
}

/** Fences that are still open at the end, counted as a reader of Markdown does. */
function openFences(text: string): number {
  let open: string | null = null;
  for (const line of text.split('\n')) {
    const [, run = '', rest = ''] = /^ {0,3}(`{3,}|~{3,})(.*)$/u.exec(line) ?? [];
    if (run === '') continue;
    if (open === null) open = run;
    else if (run.startsWith(open) && rest.trim() === '') open = null;
  }
  return open === null ? 0 : 1;
}
