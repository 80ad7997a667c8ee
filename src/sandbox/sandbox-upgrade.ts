import type { SandboxIssue, SandboxPull, SandboxRepository, SandboxState } from './sandbox.model.ts';
import { addFirstCommit, takeId } from './sandbox-state.ts';

/** A state as 0.1 saved it: without branches, teams, organizations and hooks, and with less in some records. */
interface StateOfVersion1 extends Omit<SandboxState, 'version'> {
  version: 1;
}

/** Brings a saved state up to date. What an older version did not know gets what GitHub would show for it. */
export function upgradeState(saved: SandboxState | StateOfVersion1): SandboxState {
  if (saved.version === 2) return saved;
  const state: SandboxState = { ...saved, version: 2, organizations: {}, teams: [] };
  for (const token of Object.values(state.tokens)) Object.assign(token, { permissions: null, repositories: null });
  for (const repository of state.repositories) upgradeRepository(state, repository);
  return state;
}

function upgradeRepository(state: SandboxState, repository: SandboxRepository): void {
  Object.assign(repository, {
    hasPulls: true,
    defaultBranch: 'main',
    reviews: {},
    branches: [],
    commits: {},
    activities: [],
    hooks: [],
    pushedAt: repository.updatedAt,
  });
  addFirstCommit(state, repository, repository.createdAt);
  for (const milestone of repository.milestones) milestone.closedAt = null;
  repository.issues = repository.issues.map((issue) => upgradeIssue(state, repository, issue));
}

function upgradeIssue(state: SandboxState, repository: SandboxRepository, issue: SandboxIssue): SandboxIssue {
  const pull = issue.pull === null ? null : upgradePull(state, repository, issue.pull);
  return { ...issue, lockReason: null, pinned: false, pull };
}

function upgradePull(state: SandboxState, repository: SandboxRepository, pull: SandboxPull): SandboxPull {
  const sha = repository.branches[0]?.sha ?? '';
  return {
    ...pull,
    id: takeId(state),
    headSha: sha,
    baseSha: sha,
    headGone: false,
    mergedBy: null,
    mergeCommitSha: null,
    mergeableState: 'clean',
    requestedReviewers: [],
    requestedTeams: [],
  };
}
