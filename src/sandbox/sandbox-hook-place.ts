import type { SandboxHappening, SandboxRepository, ShapeContext } from './sandbox.model.ts';
import type { SandboxHookTarget, SandboxWebhook } from './sandbox-webhooks.model.ts';
import type { ApiCall, RepositoryCall } from './sandbox-call.ts';
import { pushHappening } from './sandbox-branches.ts';
import { organizationShape, repositoryShape, repositoryUrl, userShape } from './sandbox-shapes-people.ts';
import { findBranch, findOrganization, findUser } from './sandbox-state.ts';

/** What hooks can be made on: a repository or an organization. */
export interface HookPlace {
  noun: 'repository' | 'organization';
  target: SandboxHookTarget;
  /** Its address by name, and the one that outlives a rename. */
  address: string;
  stable: string;
  hooks(): SandboxWebhook[];
  /** The last push again; null where there is none. */
  lastPush(): SandboxHappening | null;
  repository: SandboxRepository | null;
  organization: string | null;
}

/** Events a hook can hear. */
export const HOOK_EVENTS: readonly string[] = [
  '*',
  'branch_protection_rule',
  'check_run',
  'check_suite',
  'commit_comment',
  'create',
  'delete',
  'deployment',
  'discussion',
  'discussion_comment',
  'fork',
  'issue_comment',
  'issue_dependencies',
  'issues',
  'label',
  'member',
  'membership',
  'meta',
  'milestone',
  'organization',
  'public',
  'pull_request',
  'pull_request_review',
  'pull_request_review_comment',
  'pull_request_review_thread',
  'push',
  'release',
  'repository',
  'star',
  'status',
  'sub_issues',
  'team',
  'team_add',
  'watch',
  'workflow_run',
];

export function repositoryPlace({ context, repository, viewer }: RepositoryCall): HookPlace {
  return {
    noun: 'repository',
    target: { type: 'repository', id: repository.id },
    address: repositoryUrl(context, repository),
    stable: `${context.api}/repositories/${repository.id}`,
    hooks: () => repository.hooks,
    lastPush: () => {
      const branch = findBranch(repository, repository.defaultBranch);
      if (branch === null) return null;
      const before = repository.commits[branch.sha]?.parent ?? branch.sha;
      const pushed = { name: branch.name, before, after: branch.sha };
      return pushHappening({ repository, actor: viewer?.login ?? repository.owner }, pushed);
    },
    repository,
    organization: null,
  };
}

/** The place of an organization; null when there is none of this login. */
export function organizationPlace({ context, world }: ApiCall, login: string): HookPlace | null {
  const organization = findOrganization(world.state, login);
  const user = findUser(world.state, login);
  if (organization === null || user === null) return null;
  return {
    noun: 'organization',
    target: { type: 'organization', id: user.id },
    address: `${context.api}/orgs/${user.login}`,
    stable: `${context.api}/organizations/${user.id}`,
    hooks: () => organization.hooks,
    lastPush: () => null,
    repository: null,
    organization: user.login,
  };
}

/** Something that concerns only a hook itself, such as a ping. */
export function tellPlace(
  place: HookPlace,
  told: { event: string; action: string | null; actor: string; more: object },
): SandboxHappening {
  const { event, action, actor, more } = told;
  const { repository, organization } = place;
  const payload = (context: ShapeContext): object => ({
    ...(action === null ? {} : { action }),
    ...more,
    ...(repository === null ? {} : { repository: repositoryShape(context, repository, null) }),
    ...(organization === null ? {} : { organization: organizationShape(context, organization) }),
    sender: userShape(context, actor),
  });
  return { event, action, repository, organization, payload };
}
