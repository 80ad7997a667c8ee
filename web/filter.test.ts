import assert from 'node:assert/strict';
import { test } from 'node:test';

import { completions, filterValue, parseFilter, printFilter, withFilter } from './filter.ts';
import { issuesAsked, pullsAsked } from './mirror-filter.ts';
import { queryOfFilter, reportKeys, reportMenus } from './report-filter.ts';

const keys = reportKeys({
  labels: [
    { name: 'bug', count: 3 },
    { name: 'needs triage', count: 1 },
  ],
  reporters: [{ id: 'u-7', name: 'Ann Lee', count: 2 }],
  tenants: [{ slug: 'acme', name: 'Acme', count: 4 }],
});

test('a filter asks the API for exactly what its words say', () => {
  assert.deepEqual(queryOfFilter('state:open label:bug reporter:ann tenant:acme is:failed free words'), {
    issue_state: 'open',
    label: 'bug',
    reporter: 'ann',
    tenant: 'acme',
    state: 'failed',
    q: 'free words',
  });
});

test('a source is asked for by the name that people know it by', () => {
  assert.deepEqual(queryOfFilter('source:sentry'), { source: 'error' });
  assert.deepEqual(queryOfFilter('source:GitHub is:failed'), { source: 'external', state: 'failed' });
  const sources = { report: 3, external: 0, error: 2 };
  const [menu] = reportMenus({ sources, labels: [], reporters: [], tenants: [] });
  assert.deepEqual(
    menu?.choices.map(({ value, label, count }) => [value, label, count]),
    [
      ['report', 'Reports', 3],
      ['sentry', 'Sentry', 2],
    ],
  );
});

test('a quoted value keeps its spaces, there and back', () => {
  const text = 'label:"needs triage" crash';
  assert.deepEqual(queryOfFilter(text), { label: 'needs triage', q: 'crash' });
  assert.equal(printFilter(parseFilter(text, ['label'])), text);
});

test('an unknown key, a colon in a word, or a value nobody knows is never an error', () => {
  assert.deepEqual(queryOfFilter('http://a.b foo:bar'), { q: 'http://a.b foo:bar' });
  assert.deepEqual(queryOfFilter('is:purple state:ajar'), {});
  assert.deepEqual(queryOfFilter('label:'), {});
});

test('a menu writes its word into the text and leaves the rest', () => {
  assert.equal(withFilter('crash state:open', 'state', 'closed'), 'state:closed crash');
  assert.equal(withFilter('crash state:open', 'state', null), 'crash');
  assert.equal(withFilter('label:"needs triage" crash', 'state', 'open'), 'state:open label:"needs triage" crash');
  assert.equal(filterValue('label:"needs triage"', 'label'), 'needs triage');
  assert.equal(filterValue('crash', 'label'), null);
});

test('completion offers keys first, then the values of the key being typed', () => {
  assert.deepEqual(
    completions('crash la', keys).map((option) => option.text),
    ['crash label:'],
  );
  assert.deepEqual(
    completions('label:tri', keys).map((option) => option.text),
    ['label:"needs triage" '],
  );
});

test('a reporter is found by name and written by id', () => {
  assert.deepEqual(completions('reporter:ann', keys), [
    { text: 'reporter:u-7 ', label: 'reporter:u-7', hint: 'Ann Lee' },
  ]);
});

test('the tenant key is offered only where there are several', () => {
  const offered = completions('', keys).map((option) => option.label);
  assert.equal(offered.includes('tenant:'), false);
});

test('a filter of mirrored issues and pull requests asks for what its words say', () => {
  assert.deepEqual(issuesAsked('state:closed is:external label:"good first issue" assignee:none rounding'), {
    state: 'closed',
    source: 'external',
    label: 'good first issue',
    assignee: 'none',
    q: 'rounding',
  });
  assert.deepEqual(pullsAsked('state:merged author:octo-dev'), { state: 'merged', author: 'octo-dev' });
  assert.deepEqual(pullsAsked('state:draft'), { state: 'open', draft: 'true' });
});
