import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type IssuePlace, parseIssue, traitsOf } from './sentry-issue.parse.ts';
import {
  ALMOST_NOTHING,
  ARCHIVED,
  CSP_OF_OLD,
  FEEDBACK,
  GLITCHTIP,
  METRIC,
  N_PLUS_ONE,
  ORDINARY,
  WEBHOOK,
} from './sentry-samples.fixture.ts';
import type { SentryIssue } from './sentry.model.ts';

const CLOUD: IssuePlace = { product: 'sentry', baseUrl: 'https://sentry.io', organization: 'acme' };
const CORP: IssuePlace = { ...CLOUD, baseUrl: 'https://sentry.corp.example' };

function parsed(json: unknown, place = CLOUD): SentryIssue {
  const issue = parseIssue(json, place);
  assert.ok(issue !== null);
  return issue;
}

test('an ordinary error keeps its all-time counts, not those of the window, and the address it is linked to', () => {
  const issue = parsed(ORDINARY);
  assert.deepEqual([issue.count, issue.userCount], [18_234, 4021]);
  assert.equal(issue.firstSeen?.toISOString(), '2025-11-20T07:12:01.553Z');
  assert.equal(issue.lastSeen?.toISOString(), '2026-02-03T21:44:10.120Z');
  assert.deepEqual(issue.linkedTo, ['https://github.com/acme/shop/issues/812']);
  assert.deepEqual(issue.assignedTo, { id: 'team:77', name: 'checkout', email: null });
  assert.deepEqual(issue.project, { id: '4501', slug: 'shop-web', name: 'Shop Web' });
  assert.deepEqual(
    [issue.id, issue.shortId, issue.priority, issue.isUnhandled],
    ['5120017734', 'SHOP-WEB-3F', 'high', true],
  );
});

test('a regression found by a metric has a substatus, a category, and nobody affected', () => {
  const issue = parsed(METRIC, CORP);
  assert.deepEqual([issue.substatus, issue.issueCategory, issue.userCount, issue.count], ['regressed', 'metric', 0, 3]);
  assert.equal(issue.metadata['value'], 'Increased from 210.4ms to 903.7ms (P95)');
});

test('a title with backticks, a mention and a number comes as it is, and without lifetime the counts at the top are taken', () => {
  const issue = parsed(N_PLUS_ONE);
  assert.equal(issue.title, N_PLUS_ONE.title);
  assert.deepEqual([issue.count, issue.userCount], [250, 31]);
  assert.deepEqual(issue.assignedTo, { id: 'user:9', name: 'Li Wei', email: 'li.wei@acme.example' });
});

test("a user's feedback keeps what was said, but not who said it", () => {
  const issue = parsed(FEEDBACK);
  assert.equal(issue.metadata['message'], 'The button does nothing on my phone');
  assert.doesNotMatch(JSON.stringify(issue), /dana|Dana/);
  assert.deepEqual([issue.culprit, issue.platform], [null, 'javascript']);
  assert.match(issue.title, /\n/);
});

test('an issue of an old server has an annotation in HTML, and neither substatus nor priority', () => {
  const issue = parsed(CSP_OF_OLD, { ...CLOUD, baseUrl: 'http://sentry.lan:9000' });
  assert.deepEqual(issue.linkedTo, ['https://github.com/acme/blog/issues/7']);
  assert.deepEqual([issue.substatus, issue.priority, issue.isUnhandled, issue.count], [null, null, null, 7019]);
});

test('an issue of which hardly anything is known is still one, and says that it was resolved by its age', () => {
  const issue = parsed(ALMOST_NOTHING);
  assert.deepEqual(
    [issue.shortId, issue.culprit, issue.firstSeen, issue.lastSeen, issue.count],
    [null, null, null, null, 0],
  );
  assert.deepEqual(issue.statusDetails, { autoResolved: true });
  assert.equal(issue.level, 'unknown');
});

test('an archived issue keeps the condition, and a title of any length', () => {
  const title = 'x'.repeat(8000);
  const issue = parsed({ ...ARCHIVED, title });
  assert.deepEqual([issue.status, issue.substatus], ['ignored', 'archived_until_condition_met']);
  assert.deepEqual(issue.statusDetails, { ignoreCount: 100, ignoreWindow: 60 });
  assert.equal(issue.title.length, 8000);
});

test("GlitchTip's wrong address is made right, and what it does not know is null", () => {
  const issue = parsed(GLITCHTIP, { product: 'glitchtip', baseUrl: 'https://gt.example.org', organization: 'acme' });
  assert.equal(issue.permalink, 'https://gt.example.org/acme/issues/42');
  assert.deepEqual([issue.count, issue.userCount, issue.culprit], [15, 0, null]);
  assert.deepEqual([issue.substatus, issue.priority, issue.assignedTo, issue.linkedTo], [null, null, null, []]);
  assert.deepEqual([issue.issueType, issue.issueCategory, issue.isUnhandled], [null, null, null]);
});

test('an issue without address, as in a webhook, gets one', () => {
  assert.equal(parsed(WEBHOOK).permalink, 'https://acme.sentry.io/issues/5120017734/');
  assert.equal(parsed(WEBHOOK, CORP).permalink, 'https://sentry.corp.example/organizations/acme/issues/5120017734/');
  assert.equal(
    parsed({ ...ORDINARY, permalink: 'javascript:alert(1)' }).permalink,
    'https://acme.sentry.io/issues/5120017734/',
  );
});

test('numbers as text and text as numbers are understood, nonsense becomes nothing, unknown words are kept', () => {
  const issue = parsed({
    id: 4_000_000_000_001,
    status: 'pending_merge',
    substatus: 'half_forgotten',
    level: 'catastrophe',
    type: 'new_kind',
    count: '12',
    userCount: '7',
    firstSeen: 'yesterday',
    lastSeen: '2026-02-04T01:02:03.000004+00:00',
    project: null,
    metadata: null,
    statusDetails: [],
    annotations: 'none',
    assignedTo: 7,
    isUnhandled: 'yes',
    lifetime: 'long',
  });
  assert.deepEqual([issue.id, issue.count, issue.userCount, issue.firstSeen], ['4000000000001', 12, 7, null]);
  assert.deepEqual(
    [issue.status, issue.substatus, issue.level, issue.type],
    ['pending_merge', 'half_forgotten', 'catastrophe', 'new_kind'],
  );
  assert.equal(issue.lastSeen?.toISOString(), '2026-02-04T01:02:03.000Z');
  assert.deepEqual([issue.metadata, issue.assignedTo, issue.project], [{}, null, { id: '', slug: '', name: '' }]);
  assert.equal(parsed({ id: '1', status: 'resolved', count: -3, userCount: '1e5' }).count, 0);
});

test('without an id or a status it is no issue: a status is never guessed', () => {
  for (const json of [null, [], 'text', {}, { id: '1' }, { status: 'resolved' }, { id: '../1', status: 'resolved' }]) {
    assert.equal(parseIssue(json, CLOUD), null, JSON.stringify(json));
  }
});

test('of who resolved it and in which commit only the commit is kept', () => {
  const actor = { id: '9', name: 'Li Wei', email: 'li.wei@acme.example' };
  const inCommit = { id: 'abc123', author: { email: 'kim@example.org' }, message: 'fix' };
  const issue = parsed({ ...ORDINARY, status: 'resolved', statusDetails: { actor, inCommit, inNextRelease: true } });
  assert.deepEqual(issue.statusDetails, { inNextRelease: true, inCommit: 'abc123' });
});

test('links made by integrations and apps are found with those of the annotations, each once, and only web addresses', () => {
  const issue = parsed({
    ...ORDINARY,
    annotations: [
      { displayName: 'a', url: 'https://github.com/acme/shop/issues/812' },
      '<a href="https://tracker.example/?a=1&amp;b=2">T-1</a>',
      { displayName: 'odd', url: 'javascript:alert(1)' },
      null,
    ],
    integrationIssues: [
      { id: '1', key: 'acme/shop#812', integrationKey: 'github' },
      { id: '2', key: 'acme/shop#813', integrationKey: 'github' },
      { id: '3', key: 'ACME-7', integrationKey: 'jira', url: 'https://jira.example/browse/ACME-7' },
      { id: '4', key: 'ACME-8', integrationKey: 'jira' },
    ],
    sentryAppIssues: [{ id: '5', issueId: '1', webUrl: 'https://github.com/acme/api/issues/3' }],
  });
  assert.deepEqual(issue.linkedTo, [
    'https://github.com/acme/shop/issues/812',
    'https://tracker.example/?a=1&b=2',
    'https://github.com/acme/api/issues/3',
    'https://github.com/acme/shop/issues/813',
    'https://jira.example/browse/ACME-7',
  ]);
});

test('a very old assignee that is a bare text is understood', () => {
  const assigned = (assignedTo: string) => parsed({ ...ORDINARY, assignedTo }).assignedTo;
  assert.deepEqual(assigned('team:5'), { id: 'team:5', name: 'team:5', email: null });
  assert.deepEqual(assigned('kim@example.org'), {
    id: 'user:kim@example.org',
    name: 'kim@example.org',
    email: 'kim@example.org',
  });
});

test('what an answer lacks tells what the server cannot do', () => {
  assert.deepEqual(traitsOf(ORDINARY), { hasSubstatus: true, hasPriority: true, hasLifetime: true });
  assert.deepEqual(traitsOf(CSP_OF_OLD), { hasSubstatus: false, hasPriority: false, hasLifetime: false });
});

test('the events of each day are read where the steps of the graph are days, and anything else tells nothing', () => {
  const daysOf = (stats: unknown) => parsed({ ...(ORDINARY as object), stats }).days;
  const first = Date.parse('2026-02-01T00:00:00Z') / 1000;
  assert.deepEqual(
    daysOf({
      '14d': [
        [first, 4],
        [first + 86_400, 0],
      ],
    }),
    [
      { day: '2026-02-01', count: 4 },
      { day: '2026-02-02', count: 0 },
    ],
  );
  const useless = [
    {},
    { '14d': [] },
    { '24h': [[first, 4]] },
    { '14d': [[first + 60, 4]] },
    {
      '14d': [
        [first, 4],
        [first + 2 * 86_400, 1],
      ],
    },
    { '14d': [[first, 'many']] },
    { '14d': [null] },
    'no graph',
    null,
  ];
  for (const stats of useless) assert.equal(daysOf(stats), undefined, JSON.stringify(stats));
});
