import type { SandboxPull } from '../../src/sandbox/sandbox.model.ts';
import type { SandboxReview } from '../../src/sandbox/sandbox-records.model.ts';
import type { Asking, IssueIn } from './github-graphql-asking.ts';
import type { Node, PageArgs } from './github-graphql-connection.ts';
import type { Mergeability } from '../../src/sandbox/sandbox-shapes-pulls.ts';
import { mergeabilityOf } from '../../src/sandbox/sandbox-mergeable.ts';
import { nodeId } from '../../src/sandbox/sandbox-shapes-people.ts';
import { sameName } from '../../src/sandbox/sandbox-state.ts';
import { listConnection } from './github-graphql-connection.ts';
import { commonNode } from './github-graphql-issues.ts';
import { actor, teamNode } from './github-graphql-people.ts';

export function pullNode(asking: Asking, of: IssueIn, pull: SandboxPull): Node {
  const { issue } = of;
  return {
    __typename: 'PullRequest',
    ...commonNode(asking, of),
    databaseId: pull.id,
    fullDatabaseId: String(pull.id),
    state: pull.mergedAt === null ? issue.state.toUpperCase() : 'MERGED',
    isDraft: pull.draft,
    merged: pull.mergedAt !== null,
    mergedAt: pull.mergedAt,
    mergedBy: () => actor(asking, pull.mergedBy),
    mergeCommit: pull.mergeCommitSha === null ? null : { __typename: 'Commit', oid: pull.mergeCommitSha },
    headRefName: pull.head,
    headRefOid: pull.headSha,
    baseRefName: pull.base,
    baseRefOid: pull.baseSha,
    isCrossRepository: false,
    totalCommentsCount: issue.comments,
    ...mergeFields(of, pull),
    ...reviewFields(asking, of, pull),
    closingIssuesReferences: (args: PageArgs) => listConnection([], (none) => none, args),
  };
}

// Both fields are one question: the first who asks gets UNKNOWN, over REST or here.
function mergeFields({ repository, issue }: IssueIn, pull: SandboxPull): Node {
  let known: Mergeability | null = null;
  const learned = (): Mergeability => (known ??= mergeabilityOf(repository, issue, pull));
  return {
    mergeStateStatus: () => learned().state.toUpperCase(),
    mergeable() {
      const { mergeable } = learned();
      if (mergeable === null) return 'UNKNOWN';
      return mergeable ? 'MERGEABLE' : 'CONFLICTING';
    },
  };
}

function reviewFields(asking: Asking, { repository, issue }: IssueIn, pull: SandboxPull): Node {
  const reviews = repository.reviews[issue.number] ?? [];
  const latest = latestReviews(reviews);
  return {
    reviewRequests: (args: PageArgs) => listConnection(requested(asking, repository.owner, pull), asIs, args),
    reviews: (args: PageArgs) => listConnection(reviews, (review) => reviewNode(asking, review), args),
    latestReviews: (args: PageArgs) => listConnection(latest, (review) => reviewNode(asking, review), args),
    reviewDecision: decisionOf(latest, pull),
  };
}

function asIs(node: Node): Node {
  return node;
}

function requested(asking: Asking, owner: string, pull: SandboxPull): Node[] {
  const teams = asking.world.state.teams.filter(
    (team) => sameName(team.organization, owner) && pull.requestedTeams.includes(team.slug),
  );
  const reviewers: Node[] = [
    ...pull.requestedReviewers.map((login) => actor(asking, login)).filter((person) => person !== null),
    ...teams.map((team) => teamNode(asking, team)),
  ];
  return reviewers.map((requestedReviewer) => ({
    __typename: 'ReviewRequest',
    id: `RR_${String(pull.id)}_${String(requestedReviewer['id'])}`,
    asCodeOwner: false,
    requestedReviewer,
  }));
}

/** The last word of each reviewer; a mere comment does not take back an approval. */
function latestReviews(reviews: readonly SandboxReview[]): SandboxReview[] {
  const last = new Map<string, SandboxReview>();
  for (const review of reviews) {
    if (review.state !== 'COMMENTED' || !last.has(review.author)) last.set(review.author, review);
  }
  return [...last.values()];
}

function decisionOf(latest: readonly SandboxReview[], pull: SandboxPull): string | null {
  if (latest.some((review) => review.state === 'CHANGES_REQUESTED')) return 'CHANGES_REQUESTED';
  if (latest.some((review) => review.state === 'APPROVED')) return 'APPROVED';
  return pull.mergeableState === 'blocked' ? 'REVIEW_REQUIRED' : null;
}

function reviewNode(asking: Asking, review: SandboxReview): Node {
  return {
    __typename: 'PullRequestReview',
    id: nodeId('PRR', review.id),
    databaseId: review.id,
    fullDatabaseId: String(review.id),
    state: review.state,
    body: review.body,
    submittedAt: review.submittedAt,
    commit: { __typename: 'Commit', oid: review.commitSha },
    author: () => actor(asking, review.author),
  };
}
