import type { SandboxRepository, SandboxRole, SandboxTeam, ShapeContext } from './sandbox.model.ts';
import type { SandboxActivity, SandboxBranch, SandboxCommit } from './sandbox-records.model.ts';
import type { Shape } from './sandbox-shapes-people.ts';
import { nodeId, organizationShape, permissionsShape, repositoryUrl, userShape } from './sandbox-shapes-people.ts';
import { findUser, fullNameOf } from './sandbox-state.ts';

/** A branch as the list shows it: no date. */
export function branchShape(context: ShapeContext, repository: SandboxRepository, branch: SandboxBranch): object {
  const root = repositoryUrl(context, repository);
  return {
    name: branch.name,
    commit: { sha: branch.sha, url: `${root}/commits/${branch.sha}` },
    protected: branch.protected,
  };
}

/** One branch, with its whole commit. */
export function branchWithProtection(
  context: ShapeContext,
  repository: SandboxRepository,
  branch: SandboxBranch,
): object {
  const root = repositoryUrl(context, repository);
  const self = `${root}/branches/${encodeURIComponent(branch.name)}`;
  return {
    name: branch.name,
    commit: commitShape(context, repository, branch.sha),
    _links: { html: `${context.web}/${fullNameOf(repository)}/tree/${branch.name}`, self },
    protected: branch.protected,
    protection: {
      enabled: branch.protected,
      required_status_checks: { enforcement_level: 'off', contexts: [], checks: [] },
    },
    protection_url: `${self}/protection`,
  };
}

export function refShape(context: ShapeContext, repository: SandboxRepository, branch: SandboxBranch): object {
  const root = repositoryUrl(context, repository);
  return {
    ref: `refs/heads/${branch.name}`,
    node_id: nodeId('REF', repository.id) + Buffer.from(branch.name).toString('base64url'),
    url: `${root}/git/refs/heads/${branch.name}`,
    object: { sha: branch.sha, type: 'commit', url: `${root}/git/commits/${branch.sha}` },
  };
}

/** A commit as `GET /commits` lists it. */
export function commitShape(context: ShapeContext, repository: SandboxRepository, sha: string): Shape {
  const root = repositoryUrl(context, repository);
  const url = `${root}/commits/${sha}`;
  const html = `${context.web}/${fullNameOf(repository)}/commit/${sha}`;
  const commit = commitOf(repository, sha);
  const who = findUser(context.state, commit.author) === null ? null : userShape(context, commit.author);
  return {
    sha,
    node_id: `${nodeId('C', repository.id)}${sha.slice(0, 12)}`,
    commit: {
      author: signature(context, commit, commit.authoredAt),
      committer: signature(context, commit, commit.committedAt),
      message: commit.message,
      tree: { sha, url: `${root}/git/trees/${sha}` },
      url: `${root}/git/commits/${sha}`,
      comment_count: 0,
      verification: { verified: false, reason: 'unsigned', signature: null, payload: null, verified_at: null },
    },
    url,
    html_url: html,
    comments_url: `${url}/comments`,
    author: who,
    committer: who,
    parents:
      commit.parent === null
        ? []
        : [
            {
              sha: commit.parent,
              url: `${root}/commits/${commit.parent}`,
              html_url: `${context.web}/${fullNameOf(repository)}/commit/${commit.parent}`,
            },
          ],
  };
}

/** The commit of this sha; one that nobody wrote is as old as the repository. */
export function commitOf(repository: SandboxRepository, sha: string): SandboxCommit {
  const { owner, createdAt } = repository;
  const unknown = { message: '', author: owner, authoredAt: createdAt, committedAt: createdAt, parent: null };
  return repository.commits[sha] ?? unknown;
}

function signature(context: ShapeContext, commit: SandboxCommit, date: string): object {
  const name = findUser(context.state, commit.author)?.name ?? commit.author;
  return { name, email: `${commit.author}@users.noreply.github.com`, date };
}

export function activityShape(context: ShapeContext, activity: SandboxActivity): object {
  return {
    id: activity.id,
    node_id: nodeId('PSH', activity.id),
    before: activity.before,
    after: activity.after,
    ref: activity.ref,
    timestamp: activity.timestamp,
    activity_type: activity.activityType,
    actor: findUser(context.state, activity.actor) === null ? null : userShape(context, activity.actor),
  };
}

/** How a role is spelled where GitHub says `permission`: pull and push, not read and write. */
export function permissionWord(role: SandboxRole): string {
  return role === 'read' ? 'pull' : role;
}

/** How a role is spelled in `role_name`. */
export function roleName(role: SandboxRole): string {
  return role === 'push' ? 'write' : role;
}

/** A team; `role` is its role in the repository it is listed for. */
export function teamShape(context: ShapeContext, team: SandboxTeam, role: SandboxRole = 'read'): Shape {
  const organization = findUser(context.state, team.organization)?.id ?? 0;
  const url = `${context.api}/organizations/${organization}/team/${team.id}`;
  return {
    id: team.id,
    node_id: nodeId('T', team.id),
    name: team.name,
    slug: team.slug,
    description: team.description,
    privacy: 'closed',
    notification_setting: 'notifications_enabled',
    url,
    html_url: `${context.web}/orgs/${team.organization}/teams/${team.slug}`,
    members_url: `${url}/members{/member}`,
    repositories_url: `${url}/repos`,
    permission: permissionWord(role),
    permissions: permissionsShape(role),
    type: 'organization',
    organization_id: organization,
    parent: null,
  };
}

/** `GET /orgs/{org}`. */
export function fullOrganizationShape(context: ShapeContext, login: string): object {
  const user = findUser(context.state, login);
  const at = user?.createdAt ?? '2020-01-01T00:00:00Z';
  const repositories = context.state.repositories.filter((repository) => repository.owner === user?.login);
  return {
    ...organizationShape(context, login),
    name: user?.name ?? login,
    has_organization_projects: true,
    has_repository_projects: true,
    public_repos: repositories.filter(({ visibility }) => visibility === 'public').length,
    public_gists: 0,
    followers: 0,
    following: 0,
    html_url: `${context.web}/${login}`,
    type: 'Organization',
    created_at: at,
    updated_at: at,
    archived_at: null,
  };
}
