import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startFakeGithub } from '../../test/fakes/github-server.ts';
import { doorTo } from './github-fake.fixture.ts';
import { failureOf, valueOf } from './github.fixture.ts';

test('a comment is written and edited in place, and its text comes back as it was sent', async (t) => {
  const fake = await startFakeGithub(t);
  const { number } = fake.openIssue({ title: 'One' });
  const [github, r] = [doorTo(fake), { fullName: fake.repository }];
  const comment = valueOf(await github.createComment(r, number, 'First 💥'));
  assert.deepEqual([comment.issueNumber, comment.body, comment.author?.login], [number, 'First 💥', 'throughline-bot']);
  const edited = valueOf(await github.changeComment(r, comment.id, 'Second'));
  assert.deepEqual([edited.id, edited.body], [comment.id, 'Second']);
  const page = valueOf(await github.issueCommentPage(r, number));
  assert.deepEqual(
    page.items.map(({ body }) => body),
    ['Second'],
  );
});

test('a comment whose answer is lost is of unknown outcome and was sent once', async (t) => {
  const fake = await startFakeGithub(t);
  const { number } = fake.openIssue({ title: 'One' });
  fake.faults.add({ match: { method: 'POST' }, do: 'commit_then_drop' });
  const result = await doorTo(fake).createComment({ fullName: fake.repository }, number, 'Once');
  assert.equal(failureOf(result).kind, 'outcome_unknown');
  assert.equal(fake.countRequests('POST', /\/comments$/u), 1);
});

test('labels are added to those that are there, and one that is not there counts as taken off', async (t) => {
  const fake = await startFakeGithub(t);
  const { number } = fake.openIssue({ title: 'One', labels: ['by hand'] });
  const [github, r] = [doorTo(fake), { fullName: fake.repository }];
  valueOf(await github.addLabels(r, number, ['sentry: archived']));
  const labels = async () => valueOf(await github.issue(r, number)).issue?.labels.map(({ name }) => name);
  assert.deepEqual(await labels(), ['by hand', 'sentry: archived']);
  assert.equal(valueOf(await github.removeLabel(r, number, 'sentry: archived')), true);
  assert.equal(valueOf(await github.removeLabel(r, number, 'sentry: archived')), false);
  assert.deepEqual(await labels(), ['by hand']);
  assert.equal(failureOf(await github.removeLabel(r, 999, 'by hand')).kind, 'not_found');
});

test('only the named people are taken off an issue', async (t) => {
  const fake = await startFakeGithub(t);
  const { number } = fake.openIssue({ title: 'One' });
  fake.assign(number, ['octo-dev', 'throughline-bot']);
  const issue = await doorTo(fake).removeAssignees({ fullName: fake.repository }, number, ['octo-dev']);
  assert.deepEqual(valueOf(issue).assignees, ['throughline-bot']);
});
