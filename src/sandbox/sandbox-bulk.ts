import type { SandboxComment, SandboxIssue, SandboxPull, SandboxRepository, SandboxWorld } from './sandbox.model.ts';
import { peopleOf } from './sandbox-access.ts';
import { forgetIndex } from './sandbox-index.ts';
import { findBranch, takeId } from './sandbox-state.ts';

export interface BulkOptions {
  /** Shares of 0..1. */
  pulls?: number;
  closed?: number;
  /** How many of them have one comment. */
  commented?: number;
  /** The first is created here, the last just before `until` (default: the world's time). */
  from?: Date;
  until?: Date;
}

const DAY_MS = 24 * 3_600_000;
const BODY =
  'Many have this. It was first seen after the last release, and again today.\n\nSteps: open the page, wait.';
const COMMENT = 'I see this too.';
/** Golden ratio: spreads whatever number of issues evenly, and the same each time. */
const SPREAD = 0.618_033_988_75;

/**
 * Fills a repository with many issues at once, for lists that shall be big: no events, no journal, texts shared in memory.
 * 200,000 take a second or two. They are spread evenly in time, and each second one was updated later than it was created.
 */
export function addIssues(
  world: SandboxWorld,
  repository: SandboxRepository,
  count: number,
  options: BulkOptions = {},
): void {
  const untilMs = (options.until ?? world.now()).getTime();
  const fromMs = (options.from ?? new Date(untilMs - 365 * DAY_MS)).getTime();
  const people = peopleOf(world.state, repository);
  const labels = repository.labels.map(({ name }) => [name]);
  for (let index = 0; index < count; index += 1) {
    const createdMs = fromMs + ((untilMs - fromMs) * index) / count;
    const share = (index * SPREAD) % 1;
    const updatedMs = index % 2 === 0 ? createdMs : createdMs + (untilMs - createdMs) * share;
    const author = people[index % people.length] ?? repository.owner;
    const made = { index, share, author, createdAt: seconds(createdMs), updatedAt: seconds(updatedMs) };
    const issue = bulkIssue(world, repository, { ...made, labels: labels[index % labels.length] ?? [] }, options);
    repository.issues.push(issue);
    if (issue.comments > 0) repository.comments[issue.number] = [bulkComment(world, issue)];
  }
  forgetIndex(repository);
}

interface Made {
  index: number;
  share: number;
  author: string;
  createdAt: string;
  updatedAt: string;
  labels: readonly string[];
}

function bulkIssue(world: SandboxWorld, repository: SandboxRepository, made: Made, options: BulkOptions): SandboxIssue {
  const number = repository.issues.length + 1;
  const isPull = made.share < (options.pulls ?? 0);
  const isClosed = (made.share * 7) % 1 < (options.closed ?? 0.5);
  return {
    id: takeId(world.state),
    number,
    title: `Issue ${number} of many`,
    body: BODY,
    author: made.author,
    state: isClosed ? 'closed' : 'open',
    stateReason: isClosed && !isPull ? 'completed' : null,
    labels: made.labels,
    assignees: [],
    milestone: null,
    type: null,
    locked: false,
    lockReason: null,
    pinned: false,
    comments: (made.share * 11) % 1 < (options.commented ?? 0) ? 1 : 0,
    createdAt: made.createdAt,
    updatedAt: made.updatedAt,
    closedAt: isClosed ? made.updatedAt : null,
    closedBy: isClosed ? made.author : null,
    duplicateOf: null,
    pull: isPull ? bulkPull(world, repository, number) : null,
    gone: null,
  };
}

function bulkPull(world: SandboxWorld, repository: SandboxRepository, number: number): SandboxPull {
  const base = findBranch(repository, repository.defaultBranch);
  const sha = base?.sha ?? '';
  return {
    id: takeId(world.state),
    head: `change-${number}`,
    base: repository.defaultBranch,
    headSha: sha,
    baseSha: sha,
    headGone: false,
    draft: false,
    mergedAt: null,
    mergedBy: null,
    mergeCommitSha: null,
    mergeableState: 'clean',
    requestedReviewers: [],
    requestedTeams: [],
  };
}

function bulkComment(world: SandboxWorld, { author, updatedAt }: SandboxIssue): SandboxComment {
  return { id: takeId(world.state), body: COMMENT, author, createdAt: updatedAt, updatedAt };
}

function seconds(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}
