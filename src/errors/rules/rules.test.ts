import assert from 'node:assert/strict';
import { test } from 'node:test';

import * as fc from 'fast-check';

import { abilities, anEvent, aRule, aSentryIssue, SAMPLES } from '../errors.fixture.ts';
import { decideRule, decideWho } from './rules.decide.ts';
import type { KnownSentryIssue, SentryRule } from '../errors.model.ts';

const SENTRY = abilities();
const GLITCHTIP = abilities({ product: 'glitchtip', hasPriority: false, hasSubstatus: false, advancedSearch: false });

const REFUSALS: { name: string; rule: Partial<SentryRule>; issue?: Partial<KnownSentryIssue>; why: string }[] = [
  { name: 'a rule that is off', rule: { enabled: false }, why: 'The rule “Everything new” is switched off.' },
  {
    name: 'an issue being deleted',
    rule: {},
    issue: { status: 'pending_deletion' },
    why: 'It is being deleted in Sentry.',
  },
  {
    name: 'an issue being merged',
    rule: { query: '' },
    issue: { status: 'pending_merge' },
    why: 'It is being merged into another one in Sentry.',
  },
  {
    name: 'a resolved issue',
    rule: {},
    issue: { status: 'resolved', substatus: null },
    why: 'It is resolved; the rule’s query wants is:unresolved.',
  },
  {
    name: 'an archived issue',
    rule: { query: '!is:archived' },
    issue: { status: 'ignored', substatus: 'archived_forever' },
    why: 'It is archived_forever; the rule’s query wants !is:archived.',
  },
  {
    name: 'a substatus',
    rule: { query: 'is:regressed' },
    why: 'It is ongoing; the rule’s query wants is:regressed.',
  },
  {
    name: 'an assigned issue',
    rule: { query: 'is:unassigned' },
    why: 'It is ongoing; the rule’s query wants is:unassigned.',
  },
  {
    name: 'a level of the query',
    rule: { query: 'level:[fatal, warning]' },
    why: 'The rule’s query wants level:[fatal, warning], which does not hold.',
  },
  {
    name: 'a level that the query excludes',
    rule: { query: '!level:error' },
    why: 'The rule’s query wants !level:error, which does not hold.',
  },
  {
    name: 'a project',
    rule: { projects: ['api', 'etl'] },
    why: 'It is of the project shop-web; the rule takes api and etl.',
  },
  {
    name: 'a level',
    rule: { levels: ['fatal'] },
    issue: { level: 'info' },
    why: 'Its level is info; the rule takes fatal.',
  },
  {
    name: 'a priority',
    rule: { priorities: ['high', 'medium'] },
    issue: { priority: 'low' },
    why: 'Its priority is low; the rule takes high and medium.',
  },
  {
    name: 'a missing priority',
    rule: { priorities: ['high'] },
    issue: { priority: null },
    why: 'Sentry gave it no priority; the rule takes high.',
  },
  {
    name: 'a category',
    rule: { categories: ['error'] },
    issue: { issueCategory: 'feedback' },
    why: 'Its category is feedback; the rule takes error.',
  },
  {
    name: 'too few events',
    rule: { eventsMin: 10 },
    issue: { count: 3 },
    why: 'Seen 3 times; the rule wants 10.',
  },
  {
    name: 'too few users',
    rule: { usersMin: 5 },
    issue: { userCount: 1 },
    why: 'Seen by 1 user; the rule wants 5.',
  },
];

for (const { name, rule, issue, why } of REFUSALS)
  test(`a rule says why it does not take it: ${name}`, () => {
    assert.deepEqual(decideRule(aRule(rule), aSentryIssue(issue), SENTRY), { takes: false, why });
  });

test('a rule without conditions takes every unresolved issue, and says what it saw', () => {
  assert.deepEqual(decideRule(aRule(), aSentryIssue(), SENTRY), {
    takes: true,
    why: 'Taken by the rule “Everything new”: seen 18,234 times by 4,021 users.',
  });
  assert.equal(decideRule(aRule({ query: '' }), SAMPLES.bare, null).takes, true);
});

test('a rule takes what meets all of its conditions', () => {
  const rule = aRule({
    query: 'is:unresolved is:assigned issue.priority:[high, medium] !level:info "Cannot read"',
    projects: ['Shop-Web'],
    levels: ['Error'],
    priorities: ['high'],
    categories: ['error'],
    environments: ['staging'],
    tags: ['customer_tier:gold'],
    eventsMin: 18_234,
    usersMin: 4021,
  });
  // of environment and tags Sentry's search saw all events, the latest one is only one of them
  assert.equal(decideRule(rule, SAMPLES.error, SENTRY).takes, true);
});

test('GlitchTip was not asked for tags, so the latest event tells', () => {
  const takes = (tags: string[], issue: KnownSentryIssue) => decideRule(aRule({ tags }), issue, GLITCHTIP).takes;
  const known = { ...SAMPLES.glitchtip, event: anEvent() };
  assert.equal(takes(['browser:Chrome 150.0.0'], known), true);
  assert.equal(takes(['browser:Firefox'], known), false);
  assert.equal(takes(['browser:Firefox'], SAMPLES.glitchtip), true);
  assert.deepEqual(decideRule(aRule({ environments: ['staging'] }), known, GLITCHTIP), {
    takes: false,
    why: 'Its latest event is of the environment production; the rule takes staging.',
  });
});

const FREE_TERMS: [query: string, takes: boolean][] = [
  ['ECONNRESET', true],
  ['is:unresolved econn*', true],
  ['"no such words"', false],
  ['!ECONNRESET', false],
  ['title:*CONN*', true],
  ['timesSeen:>10', true],
  ['timesSeen:>15', false],
  ['times_seen:<=15', true],
  ['project:my-app', true],
  ['platform:python', false],
  ['issue.category:error', true],
  ['browser:Chrome*', true],
  ['tags[browser]:Firefox', false],
  ['browser:"Chrome 150.0.0*0"', false],
  ['browser:Chrome*0.0.0*0', false],
  ['browser:Chrome*0.0*0', true],
  ['has:user', true],
  ['!has:nothing', true],
];
for (const [query, takes] of FREE_TERMS)
  test(`GlitchTip was not asked for ${query}, and it ${takes ? 'holds' : 'does not hold'} here`, () => {
    const issue = { ...SAMPLES.glitchtip, event: anEvent() };
    assert.equal(decideRule(aRule({ query }), issue, GLITCHTIP).takes, takes);
    // Sentry searched for it in more than its list shows
    if (!query.includes('category')) assert.equal(decideRule(aRule({ query }), issue, SENTRY).takes, true);
  });

test('what neither GlitchTip nor the issue can tell takes nothing, instead of everything', () => {
  for (const query of ['age:-24h', 'is:for_review', 'is:regressed', 'issue.priority:high', 'unknown_key:x']) {
    const { takes, why } = decideRule(aRule({ query }), { ...SAMPLES.glitchtip, event: anEvent() }, GLITCHTIP);
    assert.equal(takes, false, query);
    assert.match(why, /^GlitchTip cannot search for .*: take it out of the rule’s query\.$/u);
  }
});

test('GlitchTip counts no users, and the sentence says so', () => {
  assert.equal(
    decideRule(aRule({ usersMin: 5 }), SAMPLES.glitchtip, GLITCHTIP).why,
    'GlitchTip counts no users; the rule wants 5.',
  );
});

test('the first rule by position that takes an issue has it, and those before say why not', () => {
  const fatal = aRule({ id: 'c', name: 'Fatal', position: 1, levels: ['fatal'] });
  const shop = aRule({ id: 'b', name: 'Shop', position: 2, projects: ['shop-web'] });
  const all = aRule({ id: 'a', name: 'All', position: 3 });
  const decided = decideWho([all, shop, fatal], aSentryIssue(), SENTRY);
  assert.equal(decided.rule, shop);
  assert.deepEqual(decided.passed, [{ rule: fatal, why: 'Its level is error; the rule takes fatal.' }]);
});

test('what no rule takes says why of each rule', () => {
  const [fatal, api] = [
    aRule({ name: 'Fatal', levels: ['fatal'] }),
    aRule({ name: 'API', position: 1, projects: ['api'] }),
  ];
  assert.equal(decideWho([fatal], aSentryIssue(), SENTRY).why, 'Its level is error; the rule takes fatal.');
  assert.equal(
    decideWho([fatal, api], aSentryIssue(), SENTRY).why,
    'Fatal: Its level is error; the rule takes fatal. API: It is of the project shop-web; the rule takes api.',
  );
  assert.equal(decideWho([], aSentryIssue(), SENTRY).why, 'There is no rule that could take it.');
});

test('any query and any issue get a verdict with a sentence', () => {
  fc.assert(
    fc.property(
      fc.string(),
      fc.string({ unit: 'binary' }),
      fc.constantFrom(SENTRY, GLITCHTIP, null),
      (query, title, by) => {
        const { why } = decideRule(aRule({ query }), { ...SAMPLES.glitchtip, title, event: anEvent() }, by);
        assert.match(why, /[.]$/u);
      },
    ),
  );
});
