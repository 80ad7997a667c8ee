export interface SandboxUser {
  id: number;
  login: string;
  name: string;
  type: 'User' | 'Bot' | 'Organization';
  createdAt: string;
}

export interface SandboxReview {
  readonly id: number;
  readonly author: string;
  readonly state: 'APPROVED' | 'CHANGES_REQUESTED' | 'COMMENTED' | 'DISMISSED';
  readonly body: string;
  readonly commitSha: string;
  readonly submittedAt: string;
}

export const SANDBOX_LOCK_REASONS = ['off-topic', 'too heated', 'resolved', 'spam'] as const;
export type SandboxLockReason = (typeof SANDBOX_LOCK_REASONS)[number];

export interface SandboxLabel {
  id: number;
  name: string;
  color: string;
  description: string | null;
  default: boolean;
}

export interface SandboxMilestone {
  id: number;
  number: number;
  title: string;
  description: string | null;
  state: 'open' | 'closed';
  creator: string;
  dueOn: string | null;
  createdAt: string;
  updatedAt: string;
  closedAt: string | null;
}

export interface SandboxBranch {
  name: string;
  sha: string;
  /** Committer date of its head. */
  committedAt: string;
  protected: boolean;
}

/** There is no git here: a commit is what the lists tell about it. */
export interface SandboxCommit {
  message: string;
  author: string;
  authoredAt: string;
  committedAt: string;
  parent: string | null;
}

export interface SandboxActivity {
  id: number;
  activityType: 'push' | 'force_push' | 'branch_creation' | 'branch_deletion' | 'pr_merge' | 'merge_queue_merge';
  actor: string;
  /** refs/heads/… */
  ref: string;
  before: string;
  after: string;
  timestamp: string;
}

/** One line of an issue's history, for the page. */
export interface SandboxEvent {
  event:
    | 'closed'
    | 'reopened'
    | 'labeled'
    | 'unlabeled'
    | 'assigned'
    | 'unassigned'
    | 'renamed'
    | 'converted_to_discussion';
  actor: string;
  detail: string;
  createdAt: string;
}
