import type { SandboxHappening, SandboxIssue, SandboxRepository, SandboxWorld, ShapeContext } from './sandbox.model.ts';
import { fullPullShape } from './sandbox-shapes-pulls.ts';
import { issueShape } from './sandbox-shapes.ts';
import { organizationShape, repositoryShape, userShape } from './sandbox-shapes-people.ts';
import { findOrganization } from './sandbox-state.ts';

/** What happened in a repository, and who did it. `more` are the members of the payload that the event alone has. */
export interface Told {
  event: string;
  action: string | null;
  repository: SandboxRepository;
  actor: string;
  more?: (context: ShapeContext) => object;
}

/** Tells the hooks of a repository and of its organization. */
export function tell(world: SandboxWorld, told: Told): void {
  world.emit(happeningOf(told));
}

/** What the hooks of a repository are told. */
export function happeningOf({ event, action, repository, actor, more }: Told): SandboxHappening {
  const payload = (context: ShapeContext): object => ({
    ...(action === null ? {} : { action }),
    ...more?.(context),
    repository: repositoryShape(context, repository, null),
    ...organizationMember(context, repository.owner),
    sender: userShape(context, actor),
  });
  return { event, action, repository, organization: null, payload };
}

/** Tells the hooks of an organization of what has no repository: its teams. */
export function tellOrganization(world: SandboxWorld, told: Omit<Told, 'repository'> & { organization: string }): void {
  const { event, action, organization, actor, more } = told;
  world.emit({
    event,
    action,
    repository: null,
    organization,
    payload: (context) => ({
      action,
      ...more?.(context),
      ...organizationMember(context, organization),
      sender: userShape(context, actor),
    }),
  });
}

function organizationMember(context: ShapeContext, login: string): object {
  return findOrganization(context.state, login) === null ? {} : { organization: organizationShape(context, login) };
}

/** An issue as it is after something was done to it, and by whom. */
export interface ToldIssue {
  repository: SandboxRepository;
  issue: SandboxIssue;
  actor: string;
}

/** Tells of an issue (event `issues`) or of a pull request (event `pull_request`). */
export function tellIssue(
  world: SandboxWorld,
  { repository, issue, actor }: ToldIssue,
  action: string,
  more: (context: ShapeContext) => object = () => ({}),
): void {
  const { pull } = issue;
  tell(world, {
    event: pull === null ? 'issues' : 'pull_request',
    action,
    repository,
    actor,
    more: (context) =>
      pull === null
        ? { issue: issueShape(context, { repository, issue }), ...more(context) }
        : {
            number: issue.number,
            pull_request: fullPullShape(context, { repository, issue }, pull),
            ...more(context),
          },
  });
}
