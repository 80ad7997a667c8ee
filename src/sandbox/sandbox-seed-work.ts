import type { SandboxRepository, SandboxWorld } from './sandbox.model.ts';
import type { IssueTarget } from './sandbox-issues.ts';
import { createBranch, protectBranch, pushCommit } from './sandbox-branches.ts';
import { openIssue } from './sandbox-issues.ts';
import { addTeamRepository, createTeam } from './sandbox-people.ts';
import { mergePull, requestReviewers, submitReview } from './sandbox-pulls.ts';
import { issueByNumber } from './sandbox-state.ts';

/** The world as it was this many hours ago. */
export type HoursAgo = (hours: number) => SandboxWorld;

const BRANCHES: readonly [name: string, actor: string, hoursAgo: number, message: string][] = [
  ['release/4.11', 'octo-dev', 980, 'Release 4.11'],
  ['spike/react-native', 'lena-frontend', 720, 'Try the cart in React Native'],
  ['fix/basket-rounding', 'sam-backend', 330, 'Round the basket total once'],
  ['release/4.12', 'octo-dev', 240, 'Release 4.12'],
  ['fix/focus-after-drawer', 'lena-frontend', 15, 'Give the focus back to the cart button'],
  ['feature/delivery-time', 'sam-backend', 9, 'Ask the warehouse for its delivery time'],
];

/** Who works on what in the demo's repository: a team, branches of different age, and the reviews of pull requests. */
export function seedWork(at: HoursAgo, repository: SandboxRepository): void {
  const organization = repository.owner;
  const team = createTeam(at(1400), { organization, actor: 'octo-dev' }, 'Checkout', ['sam-backend', 'priya-qa']);
  addTeamRepository(at(1400), team, { repository, actor: 'octo-dev' }, 'push');
  protectBranch(repository, repository.defaultBranch, true);
  for (const [name, actor, hours, message] of BRANCHES) {
    createBranch(at(hours), { repository, actor }, name);
    pushCommit(at(hours), { repository, actor }, { branch: name, message });
  }
}

/** Pull requests that came after the issues; what else happened to the first one of the seed. */
export function seedPulls(at: HoursAgo, repository: SandboxRepository, rounding: number): void {
  const target = (number: number, actor: string): IssueTarget => ({
    repository,
    issue: issueByNumber(repository, number) ?? missing(number),
    actor,
  });
  requestReviewers(at(329), target(rounding, 'sam-backend'), { reviewers: ['octo-dev'], teams: ['checkout'] });
  submitReview(at(324), target(rounding, 'octo-dev'), { state: 'CHANGES_REQUESTED', body: 'A test, please.' });
  const focus = openIssue(at(15), repository, {
    title: 'Give the focus back when the cart drawer closes',
    body: 'Closes #5.',
    author: 'lena-frontend',
    labels: ['accessibility'],
    pull: { head: 'fix/focus-after-drawer', base: 'main' },
  });
  requestReviewers(at(14), target(focus.number, 'lena-frontend'), { reviewers: ['sam-backend'] });
  submitReview(at(11), target(focus.number, 'sam-backend'), { state: 'APPROVED' });
  mergePull(at(10), target(focus.number, 'lena-frontend'));
  openIssue(at(9), repository, {
    title: 'Show the delivery time on the product page',
    body: 'The warehouse answers in 40 ms. Not finished: what to show when it does not answer at all.',
    author: 'sam-backend',
    labels: ['enhancement'],
    assignees: ['sam-backend'],
    pull: { head: 'feature/delivery-time', base: 'main', draft: true },
  });
}

function missing(number: number): never {
  throw new Error(`the seed lost pull request #${number}`);
}
