import type { SandboxLimits, SandboxRepository, SandboxRole, ShapeContext } from './sandbox.model.ts';
import { mayAtLeast } from './sandbox-access.ts';
import { openCount } from './sandbox-index.ts';
import { findUser, fullNameOf } from './sandbox-state.ts';

/** The JSON of something that has an address. */
export type Shape = Record<string, unknown> & { url: string };

/** A global id in GitHub's new form: opaque, only its prefix can be read. */
export function nodeId(prefix: string, id: number): string {
  return `${prefix}_kwDO${Buffer.from(String(id)).toString('base64url')}`;
}

export function repositoryUrl(context: Pick<ShapeContext, 'api'>, repository: SandboxRepository): string {
  return `${context.api}/repos/${fullNameOf(repository)}`;
}

export function userShape(context: ShapeContext, login: string): Shape {
  const user = findUser(context.state, login);
  const id = user?.id ?? 10_137;
  const url = `${context.api}/users/${login}`;
  return {
    login: user?.login ?? login,
    id,
    node_id: nodeId('U', id),
    avatar_url: `${context.web}/avatars/${login}`,
    gravatar_id: '',
    url,
    html_url: `${context.web}/${login}`,
    followers_url: `${url}/followers`,
    following_url: `${url}/following{/other_user}`,
    gists_url: `${url}/gists{/gist_id}`,
    starred_url: `${url}/starred{/owner}{/repo}`,
    subscriptions_url: `${url}/subscriptions`,
    organizations_url: `${url}/orgs`,
    repos_url: `${url}/repos`,
    events_url: `${url}/events{/privacy}`,
    received_events_url: `${url}/received_events`,
    type: user?.type ?? 'User',
    user_view_type: 'public',
    site_admin: false,
  };
}

/** `GET /user`: the one who holds the token. */
export function viewerShape(context: ShapeContext, login: string): object {
  const user = findUser(context.state, login);
  return {
    ...userShape(context, login),
    name: user?.name ?? login,
    company: null,
    blog: '',
    location: null,
    email: null,
    hireable: null,
    bio: null,
    public_repos: 0,
    public_gists: 0,
    followers: 0,
    following: 0,
    created_at: user?.createdAt ?? '2020-01-01T00:00:00Z',
    updated_at: user?.createdAt ?? '2020-01-01T00:00:00Z',
    private_gists: 0,
    total_private_repos: 0,
    owned_private_repos: 0,
    disk_usage: 0,
    collaborators: 0,
    two_factor_authentication: true,
  };
}

const REPOSITORY_LINKS: readonly string[] = [
  'archive:{archive_format}{/ref}',
  'assignees:{/user}',
  'blobs:git/blobs{/sha}',
  'branches:{/branch}',
  'collaborators:{/collaborator}',
  'comments:{/number}',
  'commits:{/sha}',
  'compare:{base}...{head}',
  'contents:{+path}',
  'contributors:',
  'deployments:',
  'downloads:',
  'events:',
  'forks:',
  'git_commits:git/commits{/sha}',
  'git_refs:git/refs{/sha}',
  'git_tags:git/tags{/sha}',
  'hooks:',
  'issue_comment:issues/comments{/number}',
  'issue_events:issues/events{/number}',
  'issues:{/number}',
  'keys:{/key_id}',
  'labels:{/name}',
  'languages:',
  'merges:',
  'milestones:{/number}',
  'notifications:{?since,all,participating}',
  'pulls:{/number}',
  'releases:{/id}',
  'stargazers:',
  'statuses:{sha}',
  'subscribers:',
  'subscription:',
  'tags:',
  'teams:',
  'trees:git/trees{/sha}',
];

function repositoryLinks(root: string): Record<string, string> {
  const links = REPOSITORY_LINKS.map((entry) => {
    const [name = '', rest = ''] = entry.split(':');
    const tail =
      rest.includes('/') && !rest.startsWith('{')
        ? rest
        : `${name}${rest.startsWith('{/') || rest === '' ? '' : '/'}${rest}`;
    return [`${name}_url`, `${root}/${tail}`] as const;
  });
  return Object.fromEntries(links);
}

/** An organization as lists and payloads show it. */
export function organizationShape(context: ShapeContext, login: string): Shape {
  const user = findUser(context.state, login);
  const id = user?.id ?? 0;
  const url = `${context.api}/orgs/${login}`;
  return {
    login: user?.login ?? login,
    id,
    node_id: nodeId('O', id),
    url,
    repos_url: `${url}/repos`,
    events_url: `${url}/events`,
    hooks_url: `${url}/hooks`,
    issues_url: `${url}/issues`,
    members_url: `${url}/members{/member}`,
    public_members_url: `${url}/public_members{/member}`,
    avatar_url: `${context.web}/avatars/${login}`,
    description: null,
  };
}

/** The JSON of one repository; `permissions` are those of the reader, null leaves them out as webhooks do. */
export function repositoryShape(context: ShapeContext, repository: SandboxRepository, role: SandboxRole | null): Shape {
  const url = repositoryUrl(context, repository);
  const html = `${context.web}/${fullNameOf(repository)}`;
  const openIssues = openCount(repository);
  return {
    id: repository.id,
    node_id: nodeId('R', repository.id),
    name: repository.name,
    full_name: fullNameOf(repository),
    private: repository.visibility === 'private',
    owner: userShape(context, repository.owner),
    html_url: html,
    description: repository.description,
    fork: false,
    url,
    ...repositoryLinks(url),
    created_at: repository.createdAt,
    updated_at: repository.updatedAt,
    pushed_at: repository.pushedAt,
    ...cloneAddresses(html),
    homepage: null,
    ...emptyCounts(),
    language: 'TypeScript',
    has_issues: repository.hasIssues,
    has_pull_requests: repository.hasPulls,
    has_projects: true,
    ...(context.modern ? {} : { has_downloads: true }),
    has_wiki: true,
    has_pages: false,
    has_discussions: false,
    archived: repository.archived,
    disabled: false,
    open_issues_count: openIssues,
    open_issues: openIssues,
    license: null,
    allow_forking: true,
    is_template: false,
    topics: [],
    visibility: repository.visibility,
    default_branch: repository.defaultBranch,
    ...(role === null ? {} : { permissions: permissionsShape(role) }),
  };
}

/** What a role may, as GitHub writes it. */
export function permissionsShape(role: SandboxRole): object {
  return {
    admin: mayAtLeast(role, 'admin'),
    maintain: mayAtLeast(role, 'maintain'),
    push: mayAtLeast(role, 'push'),
    triage: mayAtLeast(role, 'triage'),
    pull: true,
  };
}

function cloneAddresses(html: string): object {
  return {
    git_url: `${html.replace('http:', 'git:')}.git`,
    ssh_url: `${html.replace('http:', 'ssh:')}.git`,
    clone_url: `${html}.git`,
    svn_url: html,
    mirror_url: null,
  };
}

function emptyCounts(): object {
  return {
    size: 0,
    stargazers_count: 0,
    watchers_count: 0,
    watchers: 0,
    forks_count: 0,
    forks: 0,
    network_count: 0,
    subscribers_count: 0,
  };
}

/** One bucket of the rate limit as counted for one user. */
export interface Budget {
  limit: number;
  used: number;
  resetAtMs: number;
}

export function rateLimitShape(modern: boolean, budgets: Record<keyof SandboxLimits, Budget>): object {
  const shape = (budget: Budget): object => ({
    limit: budget.limit,
    used: budget.used,
    remaining: Math.max(0, budget.limit - budget.used),
    reset: Math.ceil(budget.resetAtMs / 1000),
  });
  const core = shape(budgets.core);
  const resources = { core, search: shape(budgets.search) };
  return modern ? { resources } : { resources, rate: core };
}
