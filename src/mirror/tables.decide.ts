import type { ItemTable } from './items.model.ts';

/** How each mirrored thing is stored, compared and told. */
export const ISSUES: ItemTable = {
  kind: 'issue',
  table: 'issues',
  scope: 'connection_id',
  key: 'github_id',
  constraint: 'issues_github_unique',
  columns: [
    ...[
      'tenant_id',
      'repository_id',
      'github_repository_id',
      'repository',
      'node_id',
      'number',
      'url',
      'title',
      'body',
    ],
    ...['state', 'state_reason', 'author', 'author_id', 'labels', 'assignees', 'milestone', 'milestone_title', 'type'],
    ...['locked', 'reactions', 'comments', 'created_at', 'updated_at', 'closed_at', 'gone', 'moved_to'],
  ],
  history: [
    ...['title', 'body', 'state', 'state_reason', 'labels', 'assignees', 'milestone', 'type', 'locked', 'comments'],
    ...['closed_at', 'number'],
  ],
  timed: true,
};

export const PULLS: ItemTable = {
  kind: 'pull_request',
  table: 'pull_requests',
  scope: 'repository_id',
  key: 'github_id',
  constraint: 'pull_requests_github_unique',
  columns: [
    ...['tenant_id', 'node_id', 'number', 'url', 'title', 'body', 'state', 'draft', 'author', 'author_id', 'head_ref'],
    ...['head_sha', 'head_repository', 'base_ref', 'base_sha', 'requested_reviewers', 'requested_teams', 'labels'],
    ...['assignees', 'milestone', 'created_at', 'updated_at', 'closed_at', 'merged_at', 'gone'],
  ],
  history: [
    ...['title', 'body', 'state', 'draft', 'head_ref', 'head_sha', 'base_ref', 'requested_reviewers'],
    ...['requested_teams', 'labels', 'assignees', 'milestone', 'closed_at', 'merged_at'],
  ],
  timed: true,
};

export const COMMENTS: ItemTable = {
  kind: 'comment',
  table: 'comments',
  scope: 'repository_id',
  key: 'github_id',
  constraint: 'comments_github_unique',
  columns: ['tenant_id', 'node_id', 'issue_number', 'author', 'author_id', 'body', 'url', 'created_at', 'updated_at'],
  history: ['body'],
  timed: true,
};

export const LABELS: ItemTable = {
  kind: 'label',
  table: 'labels',
  scope: 'repository_id',
  key: 'github_id',
  constraint: 'labels_github_unique',
  columns: ['name', 'color', 'description'],
  history: ['name', 'color', 'description'],
  timed: false,
};

export const MILESTONES: ItemTable = {
  kind: 'milestone',
  table: 'milestones',
  scope: 'repository_id',
  key: 'github_id',
  constraint: 'milestones_github_unique',
  columns: ['number', 'title', 'description', 'state', 'url', 'due_on', 'closed_at', 'updated_at'],
  history: ['title', 'description', 'state', 'due_on', 'closed_at'],
  timed: true,
};

export const BRANCHES: ItemTable = {
  kind: 'branch',
  table: 'branches',
  scope: 'repository_id',
  key: 'name',
  constraint: 'branches_name_unique',
  columns: ['sha', 'protected', 'committed_at'],
  history: ['sha', 'protected'],
  timed: false,
};

export const COLLABORATORS: ItemTable = {
  kind: 'collaborator',
  table: 'collaborators',
  scope: 'repository_id',
  key: 'github_id',
  constraint: 'collaborators_github_unique',
  columns: ['login', 'role', 'email'],
  history: ['login', 'role', 'email'],
  timed: false,
};

export const TEAMS: ItemTable = {
  kind: 'team',
  table: 'teams',
  scope: 'repository_id',
  key: 'github_id',
  constraint: 'teams_github_unique',
  columns: ['slug', 'name', 'permission'],
  history: ['slug', 'name', 'permission'],
  timed: false,
};
