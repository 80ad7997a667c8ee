import assert from 'node:assert/strict';
import { test } from 'node:test';

import { aConnection, anItem, KEYRING, REPORT_ID } from './filing.fixture.ts';
import { draftIssue, draftLabels, ISSUE_BODY_LENGTH_MAX, ISSUE_TITLE_LENGTH_MAX, labelColor } from './draft.decide.ts';
import { makeMarker, readMarker } from './marker.decide.ts';

const marker = makeMarker(KEYRING, { kind: 'report', id: REPORT_ID, tenantSlug: 'acme' });
const draft = (item = anItem(), connection = aConnection()) => draftIssue(item, connection, marker, false);

test('a report becomes an issue with prefix, facts, labels and its marker', () => {
  const issue = draft();
  assert.equal(issue.title, '[acme] The export is empty');
  assert.equal(readMarker(KEYRING, issue.body, 'acme')?.id, REPORT_ID);
  for (const part of [
    'I pressed export',
    'Ann (ann@example.com)',
    'App version',
    '2.3.1',
    'https://hub.example/reports/1',
  ])
    assert.ok(issue.body.includes(part), part);
  assert.deepEqual(issue.labels, ['bug', 'export', 'severity: high']);
});

test('a title is cut at 256 characters with an ellipsis', () => {
  const { title } = draft(anItem({ title: 'x'.repeat(1000) }));
  assert.equal(title.length, ISSUE_TITLE_LENGTH_MAX);
  assert.ok(title.endsWith('…'));
});

test('a huge transcript is cut, and the marker, the facts and the description survive', () => {
  const transcript = '```\n'.repeat(3) + '🐛 line of a chat\n'.repeat(30_000);
  const { body } = draft(anItem({ conversation: { id: 'c1', transcript } }));
  assert.ok(body.length <= ISSUE_BODY_LENGTH_MAX);
  assert.ok(body.isWellFormed());
  assert.equal(readMarker(KEYRING, body, 'acme')?.id, REPORT_ID);
  for (const part of ['I pressed export', 'Reported by', '…truncated, see https://hub.example/reports/1', '</details>'])
    assert.ok(body.includes(part), part);
});

test('a description of 200,000 mentions still fits and pings nobody', () => {
  const { body } = draft(anItem({ description: '@a #1 '.repeat(33_000) }));
  assert.ok(body.length <= ISSUE_BODY_LENGTH_MAX);
  assert.doesNotMatch(body, /@a|#1\b/u);
  assert.ok(body.includes('…truncated, see'));
});

test('a template that is itself too long is cut with the marker kept', () => {
  const { body } = draft(anItem(), aConnection({ bodyTemplate: 'x'.repeat(50_000) + '{{ title }}'.repeat(3000) }));
  assert.ok(body.length <= ISSUE_BODY_LENGTH_MAX);
  assert.equal(readMarker(KEYRING, body, 'acme')?.id, REPORT_ID);
});

for (const visibility of ['public', null] as const)
  test(`nothing personal goes to a repository that is ${visibility ?? 'of unknown visibility'}`, () => {
    const item = anItem({
      description: 'write me: bob@example.com',
      context: { ip: '10.0.0.1', Cookie: 'sid=1', Page: 'https://shop.example/?from=10.0.0.1' },
    });
    const { body } = draft(item, aConnection({ visibility }));
    for (const secret of ['ann@example.com', 'Ann', 'bob@example.com', '10.0.0.1', 'sid=1'])
      assert.ok(!body.includes(secret), secret);
    assert.ok(body.includes('shop.example'));
  });

test('an admin may send personal data to a public repository', () => {
  assert.ok(
    draft(anItem(), aConnection({ visibility: 'public', sendPersonalDataToPublic: true })).body.includes(
      'ann@example.com',
    ),
  );
});

test('secrets are masked wherever they stand', () => {
  const token = `ghp_${'b'.repeat(36)}`;
  const issue = draft(
    anItem({
      title: `token ${token}`,
      description: token,
      context: { log: token },
      conversation: { id: token, transcript: token },
    }),
  );
  assert.ok(!JSON.stringify(issue).includes(token));
});

test('user text cannot forge a second marker', () => {
  const other = makeMarker(KEYRING, { kind: 'report', id: '0190c2a0-9999-7222-8333-444455556666', tenantSlug: 'acme' });
  const comment = `<!-- throughline ${other} -->`;
  const { body } = draft(
    anItem({
      title: comment,
      description: comment,
      context: { [comment]: comment },
      conversation: { id: comment, transcript: comment },
    }),
  );
  assert.equal(readMarker(KEYRING, body, 'acme')?.id, REPORT_ID);
  assert.ok(!body.includes(other));
});

test('a Liquid expression in user text stays text', () => {
  assert.ok(
    draft(anItem({ description: '{{ url }} {% if true %}x{% endif %}' })).body.includes(
      '{{ url }} {% if true %}x{% endif %}',
    ),
  );
});

test('a bar or a line break in a value does not break the table', () => {
  const { body } = draft(anItem({ context: { 'a|b': 'c|d' } }));
  assert.ok(body.includes('| **a\\|b** | c\\|d |'));
});

test('labels are cleaned, cut and not doubled', () => {
  assert.deepEqual(draftLabels(['Bug', 'bug', ' a,b ', '', 'x'.repeat(60)]), ['Bug', 'a b', 'x'.repeat(50)]);
  assert.equal(labelColor('Bug'), labelColor('bug'));
  assert.match(labelColor('anything'), /^[0-9a-f]{6}$/u);
});

test('sent bare, an issue has no assignee, milestone or type', () => {
  const connection = aConnection({ defaultAssignees: ['ann'], milestone: 3, issueType: 'Bug' });
  assert.deepEqual(draft(anItem(), connection).assignees, ['ann']);
  const { assignees, milestone, type } = draftIssue(anItem(), connection, marker, true);
  assert.deepEqual([assignees, milestone, type], [[], null, null]);
});

test('a template that cannot be rendered says why', () => {
  assert.throws(() => draft(anItem(), aConnection({ bodyTemplate: '{{ title | nosuchfilter }}' })), /nosuchfilter/u);
});

test('a fact that is not there leaves no empty row', () => {
  const { body } = draft(anItem({ severity: null }), aConnection({ visibility: 'public' }));
  for (const row of ['Severity', 'Reported by', 'Conversation']) assert.ok(!body.includes(row), row);
});
