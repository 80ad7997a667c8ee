import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rawIssue } from './github.fixture.ts';
import { parseIssue, parseList, parseRepository } from './github.parse.ts';

test('an issue with nothing but the essentials is an issue', () => {
  const issue = parseIssue({
    id: 1,
    number: 2,
    html_url: 'https://x/2',
    title: 't',
    state: 'open',
    created_at: '2026-05-01T10:00:00Z',
    updated_at: '2026-05-01T10:00:00Z',
  });
  assert.deepEqual(issue, {
    id: 1,
    nodeId: '',
    number: 2,
    url: 'https://x/2',
    title: 't',
    body: '',
    state: 'open',
    stateReason: null,
    author: null,
    labels: [],
    assignees: [],
    milestone: null,
    milestoneTitle: null,
    type: null,
    locked: false,
    reactions: {},
    comments: 0,
    isPullRequest: false,
    people: [],
    createdAt: new Date('2026-05-01T10:00:00Z'),
    updatedAt: new Date('2026-05-01T10:00:00Z'),
    closedAt: null,
  });
});

test('odd members of an issue get a default and never hide it', () => {
  const odd = {
    user: 7,
    labels: 'x',
    assignees: null,
    milestone: [],
    type: 'Bug',
    comments: '4',
    closed_at: 'soon',
    body: 5,
  };
  const issue = parseIssue(rawIssue(3, odd));
  assert.deepEqual(
    [issue?.author, issue?.labels, issue?.assignees, issue?.closedAt, issue?.body],
    [null, [], [], null, ''],
  );
});

test('an issue tells its milestone, reactions that were given, and everybody named in it once', () => {
  const issue = parseIssue(
    rawIssue(3, {
      labels: [{ id: 9, name: 'bug', color: 'ff0000' }],
      milestone: { number: 3, title: 'v1' },
      locked: true,
      reactions: { url: 'https://x', total_count: 3, '+1': 2, heart: 1, eyes: 0 },
      assignees: [{ login: 'ann', id: 2 }, { login: 'bot', id: 1 }, { login: 'nameless' }],
      closed_by: { login: 'cy', id: 3 },
    }),
  );
  assert.deepEqual(issue?.labels, [{ id: 9, name: 'bug', color: 'ff0000' }]);
  assert.deepEqual([issue?.milestone, issue?.milestoneTitle, issue?.locked], [3, 'v1', true]);
  assert.deepEqual(issue?.reactions, { '+1': 2, heart: 1 });
  assert.deepEqual(
    issue?.people.map(({ login }) => login),
    ['bot', 'cy', 'ann'],
  );
});

test('assignee, which newer GitHub no longer sends, is never read', () => {
  assert.deepEqual(parseIssue(rawIssue(3, { assignee: { login: 'old', id: 9 }, assignees: [] }))?.assignees, []);
});

test('an issue without number, state or dates is none, and is counted in a list', () => {
  for (const missing of ['number', 'state', 'updated_at', 'id']) {
    assert.equal(parseIssue(rawIssue(1, { [missing]: undefined })), null, missing);
  }
  assert.deepEqual(parseList([rawIssue(1), null, 'x'], parseIssue)?.skipped, 2);
  assert.equal(parseList({ message: 'no list' }, parseIssue), null);
});

test('a repository whose visibility cannot be read counts as private', () => {
  const raw = { id: 1, full_name: 'a/b', html_url: 'https://x' };
  assert.equal(parseRepository(raw)?.visibility, 'private');
  assert.equal(parseRepository({ ...raw, private: false })?.visibility, 'public');
  assert.equal(parseRepository({ ...raw, private: true, visibility: 'internal' })?.visibility, 'internal');
  assert.equal(parseRepository({ ...raw, visibility: 'strange' })?.visibility, 'private');
});
