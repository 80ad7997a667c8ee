import assert from 'node:assert/strict';
import { test } from 'node:test';
import { call } from './github-call.ts';
import { hooked, SECRET, startReceiver } from './github-receiver.ts';
import { answerFaults } from './github-schemas.ts';
import { startFakeGithub } from './github-server.ts';

test('each thing that people do is told in the shape that GitHub publishes', async (t) => {
  const { fake, receiver } = await hooked(t);
  fake.setRole('lena', 'push');
  fake.setRole('lena', 'maintain');
  fake.createLabel('fresh');
  fake.editLabel('fresh', { name: 'stale' });
  fake.createMilestone('4.13');
  fake.editMilestone(1, { title: '4.14' });
  fake.editMilestone(1, { state: 'closed' });
  fake.editMilestone(1, { state: 'open' });
  fake.openIssue({ title: 'A', labels: ['stale', 'bug'], assignees: ['lena'], milestone: 1, type: 'Bug' });
  fake.editTitle(1, 'B');
  fake.editBody(1, 'text');
  fake.unlabel(1, 'bug');
  fake.assign(1, []);
  fake.setMilestone(1, null);
  fake.setType(1, null);
  const { id } = fake.comment(1, 'one');
  fake.editComment(1, id, 'two');
  fake.deleteComment(1, id);
  fake.closeIssue(1, 'not_planned');
  fake.reopen(1);
  fake.lock(1, 'resolved');
  fake.unlock(1);
  fake.pin(1);
  fake.pin(1, false);
  fake.deleteMilestone(1);
  fake.deleteLabel('stale');
  fake.deleteIssue(1);
  await fake.deliveriesSettled();
  assert.deepEqual(
    receiver.events(),
    words(`
      member.added member.edited label.created label.edited milestone.created milestone.edited
      milestone.closed milestone.opened issues.opened issues.labeled issues.labeled issues.assigned
      issues.milestoned issues.typed issues.edited issues.edited issues.unlabeled issues.unassigned
      issues.demilestoned issues.untyped issue_comment.created issue_comment.edited issue_comment.deleted
      issues.closed issues.reopened issues.locked issues.unlocked issues.pinned issues.unpinned
      milestone.deleted label.deleted issues.deleted
    `),
  );
  assert.deepEqual(receiver.faults(), []);
});

test('pull requests, branches and reviews are told too', async (t) => {
  const { fake, receiver } = await hooked(t);
  fake.setRole('lena', 'push');
  const team = fake.createTeam('acme', 'Platform');
  fake.addTeamRepository(team, 'push');
  receiver.received.length = 0;
  fake.createBranch('fix');
  fake.createBranch('next');
  fake.openPullRequest({ title: 'A', labels: ['bug'], pull: { head: 'fix', base: 'main', draft: true } });
  fake.push('fix');
  fake.changeBase(1, 'next');
  fake.setDraft(1, false);
  fake.setDraft(1, true);
  fake.requestReviewers(1, { reviewers: ['lena'], teams: ['platform'] });
  fake.removeReviewers(1, { reviewers: ['lena'], teams: ['platform'] });
  const review = fake.as('lena').review(1, 'APPROVED');
  fake.editReview(1, review.id, 'more words');
  fake.dismissReview(1, review.id);
  fake.lock(1);
  fake.unlock(1);
  fake.assign(1, ['lena']);
  fake.assign(1, []);
  fake.editTitle(1, 'B');
  fake.comment(1, 'said here');
  fake.closeIssue(1);
  fake.reopen(1);
  fake.merge(1);
  fake.deleteBranch('fix');
  await fake.deliveriesSettled();
  const [first, second] = receiver.events();
  assert.deepEqual([first, second], ['member.added', 'team_add']);
  assert.deepEqual(
    receiver.events().slice(2),
    words(`
      create push create push pull_request.opened pull_request.labeled push pull_request.synchronize
      pull_request.edited pull_request.ready_for_review pull_request.converted_to_draft
      pull_request.review_requested pull_request.review_requested pull_request.review_request_removed
      pull_request.review_request_removed pull_request_review.submitted pull_request_review.edited
      pull_request_review.dismissed pull_request.locked pull_request.unlocked pull_request.assigned
      pull_request.unassigned pull_request.edited issue_comment.created pull_request.closed
      pull_request.reopened pull_request.closed push delete push
    `),
  );
  assert.deepEqual(receiver.faults(), []);
});

test('a repository is renamed, archived, hidden and shown under the same hook', async (t) => {
  const { fake, receiver } = await hooked(t);
  fake.addRepository('acme/other');
  fake.openIssue({ title: 'A', labels: ['bug'] });
  fake.transferIssue(1, 'acme/other');
  fake.as('throughline-bot').transferIssue(1, 'acme/webshop', 'acme/other');
  fake.renameRepository('acme/shop');
  fake.editRepository({ description: 'new' });
  fake.archive();
  fake.archive(false);
  fake.setVisibility('private');
  fake.setVisibility('public');
  fake.renameRepository('lena/shop');
  fake.deleteRepository();
  await fake.deliveriesSettled();
  assert.deepEqual(
    receiver.events(),
    words(`
      issues.opened issues.labeled issues.transferred issues.opened repository.renamed repository.edited
      repository.archived repository.unarchived repository.privatized repository.publicized public
      repository.transferred repository.deleted
    `),
  );
  assert.ok(Object(receiver.received[3]?.payload?.['changes']).old_issue);
  assert.deepEqual(receiver.faults(), []);
});

test('the hooks of an organization hear its repositories and its teams', async (t) => {
  const fake = await startFakeGithub(t);
  const receiver = await startReceiver(t);
  fake.addOrganization('acme', { 'throughline-bot': 'admin' });
  fake.addToken('org', { login: 'throughline-bot', scopes: ['repo', 'admin:org_hook'] });
  const config = { url: receiver.url, content_type: 'json', secret: SECRET };
  const body = { name: 'web', events: ['*'], config };
  assert.equal((await call(fake, 'POST /orgs/acme/hooks', { body })).status, 404);
  const made = await call(fake, 'POST /orgs/acme/hooks', { token: 'org', body });
  assert.deepEqual(answerFaults('POST /orgs/{org}/hooks', made.status, made.body), []);
  const team = fake.createTeam('acme', 'Platform');
  fake.addTeamRepository(team, 'push');
  fake.removeTeamRepository(team);
  fake.deleteTeam(team);
  fake.addRepository('acme/other');
  fake.openIssue({ title: 'A' }, 'acme/other');
  await fake.deliveriesSettled();
  assert.deepEqual(
    receiver.events(),
    words(`
      ping team.created team.added_to_repository team_add team.removed_from_repository team.deleted
      repository.created issues.opened
    `),
  );
  assert.equal(receiver.received[0]?.headers['x-github-hook-installation-target-type'], 'organization');
  assert.deepEqual(receiver.faults(), []);
  const { list } = await call(fake, `GET /orgs/acme/hooks/${Number(made.body['id'])}/deliveries`, { token: 'org' });
  assert.deepEqual(answerFaults('GET /orgs/{org}/hooks/{hook_id}/deliveries', 200, list), []);
});

/** Words between spaces and line ends. */
function words(text: string): string[] {
  return text.trim().split(/\s+/u);
}
