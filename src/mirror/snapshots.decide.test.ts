import assert from 'node:assert/strict';
import { test } from 'node:test';

import {
  branchSnapshot,
  collaboratorSnapshot,
  commentSnapshot,
  issueSnapshot,
  labelSnapshot,
  milestoneSnapshot,
  pullSnapshot,
  teamSnapshot,
  urlIn,
} from './snapshots.decide.ts';
import { BRANCHES, COLLABORATORS, COMMENTS, ISSUES, LABELS, MILESTONES, PULLS, TEAMS } from './tables.decide.ts';
import type { GithubComment, GithubPullRequest } from '../github/github-reads.model.ts';
import type { GithubIssue } from '../github/github.model.ts';
import type { ItemSnapshot, ItemTable } from './items.model.ts';
import type { MirroredRepository } from './repository.model.ts';

const AT = new Date('2026-05-01T12:00:00Z');
const mona = { id: 1, login: 'mona' };
const hubot = { id: 2, login: 'hubot' };
const dated = { createdAt: AT, updatedAt: AT, closedAt: null };

// Only what snapshots are made of.
const repository = {
  id: 'the-repository',
  tenant_id: 'the-tenant',
  github_id: 77,
  full_name: 'acme/shop',
  url: 'https://github.example/acme/shop',
} as MirroredRepository;

const issue: GithubIssue = {
  id: 900,
  nodeId: 'I_900',
  number: 9,
  url: 'https://github.example/acme/old-name/issues/9',
  title: 'A title',
  body: 'A body',
  state: 'closed',
  stateReason: 'completed',
  author: mona,
  labels: [
    { id: 12, name: 'ui', color: 'fff' },
    { id: null, name: 'bug', color: 'f00' },
  ],
  assignees: ['mona', 'hubot'],
  milestone: 3,
  milestoneTitle: 'Soon',
  type: 'Bug',
  locked: true,
  reactions: { '+1': 2 },
  comments: 4,
  isPullRequest: false,
  people: [mona, hubot],
  ...dated,
};

const pull: GithubPullRequest = {
  id: 901,
  nodeId: 'PR_901',
  number: 10,
  url: 'https://github.example/acme/old-name/pull/10',
  title: 'A change',
  body: '',
  state: 'merged',
  draft: false,
  author: null,
  head: { ref: 'topic', sha: 'a1', repository: null },
  base: { ref: 'main', sha: 'b2' },
  requestedReviewers: ['mona', 'hubot'],
  requestedTeams: ['core', 'apps'],
  labels: [],
  assignees: ['hubot'],
  milestone: null,
  people: [mona, hubot],
  mergedAt: AT,
  ...dated,
};

const comment: GithubComment = {
  id: 902,
  nodeId: 'IC_902',
  issueNumber: 9,
  author: mona,
  body: 'Me too',
  url: 'https://github.example/acme/old-name/issues/9#issuecomment-902',
  createdAt: AT,
  updatedAt: AT,
};

const NOBODY = new Map<number, string>();
const milestone = { id: 5, number: 3, title: 'Soon', description: null, state: 'open' as const, url: '', dueOn: null };

const ALL: [ItemTable, ItemSnapshot][] = [
  [ISSUES, issueSnapshot(repository, issue, NOBODY)],
  [PULLS, pullSnapshot(repository, pull, NOBODY)],
  [COMMENTS, commentSnapshot(repository, comment, NOBODY)],
  [LABELS, labelSnapshot({ id: 12, name: 'ui', color: 'fff', description: null })],
  [MILESTONES, milestoneSnapshot(repository, { ...milestone, closedAt: null, updatedAt: AT })],
  [BRANCHES, branchSnapshot({ name: 'main', sha: 'b2', protected: true, committedAt: AT })],
  [COLLABORATORS, collaboratorSnapshot({ id: 1, login: 'mona', role: 'admin', email: null })],
  [TEAMS, teamSnapshot({ id: 4, slug: 'core', name: 'Core', permission: 'push' })],
];

for (const [table, snapshot] of ALL)
  test(`a ${table.kind} brings each column of its table, and no other`, () => {
    assert.deepEqual(Object.keys(snapshot.columns).toSorted(byName), [...table.columns].toSorted(byName));
    assert.equal(snapshot.at !== null, table.timed);
  });

function byName(a: string, b: string): number {
  return a < b ? -1 : 1;
}

test('lists come in a stable order, so that a mere reordering is no change', () => {
  const turned = { ...issue, labels: issue.labels.toReversed(), assignees: issue.assignees.toReversed() };
  assert.deepEqual(issueSnapshot(repository, turned, NOBODY), issueSnapshot(repository, issue, NOBODY));
  const asked = { ...pull, requestedReviewers: ['hubot', 'mona'], requestedTeams: ['apps', 'core'] };
  assert.deepEqual(pullSnapshot(repository, asked, NOBODY), pullSnapshot(repository, pull, NOBODY));
});

test('people are named as they are called now, whatever an older payload calls them', () => {
  const logins = new Map([[mona.id, 'lisa']]);
  const { columns } = issueSnapshot(repository, issue, logins);
  assert.deepEqual([columns['author'], columns['assignees']], ['lisa', ['hubot', 'lisa']]);
  assert.deepEqual(pullSnapshot(repository, pull, logins).columns['requested_reviewers'], ['hubot', 'lisa']);
  assert.equal(commentSnapshot(repository, comment, logins).columns['author'], 'lisa');
});

test('addresses lead below the repository’s present name', () => {
  assert.equal(issueSnapshot(repository, issue, NOBODY).columns['url'], 'https://github.example/acme/shop/issues/9');
  assert.equal(urlIn(repository, comment.url), 'https://github.example/acme/shop/issues/9#issuecomment-902');
  assert.equal(urlIn(repository, 'not an address'), 'not an address');
});

test('a person whose account is gone leaves no name', () => {
  const { columns } = commentSnapshot(repository, { ...comment, author: null }, NOBODY);
  assert.deepEqual([columns['author'], columns['author_id']], [null, null]);
});

test('a snapshot is of something that is there: it takes tombstones away', () => {
  const { columns } = issueSnapshot(repository, issue, NOBODY);
  assert.deepEqual([columns['gone'], columns['moved_to']], [null, null]);
});
