import type { ItemTable } from './items.model.ts';

const words = (text: string): string[] => text.trim().split(/\s+/u);

/** How each mirrored thing is stored, compared and told. */
export const ISSUES: ItemTable = {
  kind: 'issue',
  table: 'issues',
  scope: 'connection_id',
  key: 'github_id',
  constraint: 'issues_github_unique',
  columns: words(`
    tenant_id repository_id github_repository_id repository node_id number url title body state state_reason
    author author_id labels assignees milestone milestone_title type locked reactions comments created_at
    updated_at closed_at gone moved_to`),
  history: words('title body state state_reason labels assignees milestone type locked comments closed_at number'),
  timed: true,
};

export const PULLS: ItemTable = {
  kind: 'pull_request',
  table: 'pull_requests',
  scope: 'repository_id',
  key: 'github_id',
  constraint: 'pull_requests_github_unique',
  columns: words(`
    tenant_id node_id number url title body state draft author author_id head_ref head_sha head_repository
    base_ref base_sha requested_reviewers requested_teams labels assignees milestone created_at updated_at
    closed_at merged_at gone`),
  history: words(`
    title body state draft head_ref head_sha base_ref requested_reviewers requested_teams labels assignees
    milestone closed_at merged_at`),
  timed: true,
};

export const COMMENTS: ItemTable = {
  kind: 'comment',
  table: 'comments',
  scope: 'repository_id',
  key: 'github_id',
  constraint: 'comments_github_unique',
  columns: words('tenant_id node_id issue_number author author_id body url created_at updated_at'),
  history: words('body'),
  timed: true,
};

export const LABELS: ItemTable = {
  kind: 'label',
  table: 'labels',
  scope: 'repository_id',
  key: 'github_id',
  constraint: 'labels_github_unique',
  columns: words('name color description'),
  history: words('name color description'),
  timed: false,
};

export const MILESTONES: ItemTable = {
  kind: 'milestone',
  table: 'milestones',
  scope: 'repository_id',
  key: 'github_id',
  constraint: 'milestones_github_unique',
  columns: words('number title description state url due_on closed_at updated_at'),
  history: words('title description state due_on closed_at'),
  timed: true,
};

export const BRANCHES: ItemTable = {
  kind: 'branch',
  table: 'branches',
  scope: 'repository_id',
  key: 'name',
  constraint: 'branches_name_unique',
  columns: words('sha protected committed_at'),
  history: words('sha protected'),
  timed: false,
};

export const COLLABORATORS: ItemTable = {
  kind: 'collaborator',
  table: 'collaborators',
  scope: 'repository_id',
  key: 'github_id',
  constraint: 'collaborators_github_unique',
  columns: words('login role email'),
  history: words('login role email'),
  timed: false,
};

export const TEAMS: ItemTable = {
  kind: 'team',
  table: 'teams',
  scope: 'repository_id',
  key: 'github_id',
  constraint: 'teams_github_unique',
  columns: words('slug name permission'),
  history: words('slug name permission'),
  timed: false,
};
