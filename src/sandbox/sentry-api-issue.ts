import type { SandboxAnswer } from './sandbox.model.ts';
import type { SentryCall } from './sentry-call.ts';
import { json, notThere, onIssue, said } from './sentry-call.ts';
import { detailIssue } from './sentry-shapes.ts';
import { removeIssue } from './sentry-issue-acts.ts';
import { issueByShortId, livingIssue, projectOf, shortIdOf } from './sentry-state.ts';

/** The parameter that names the issue: after the organization, or alone in the old paths. */
export function atIssue({ path }: Pick<SentryCall, 'path'>): number {
  return path.startsWith('/organizations/') ? 1 : 0;
}

/** A merged issue's number answers with the survivor, without a redirect. */
export function getIssue(call: SentryCall): SandboxAnswer {
  const { world, web, query } = call;
  const options = { expand: query.getAll('expand'), collapse: query.getAll('collapse') };
  return onIssue(atIssue(call), (_, issue) => json(detailIssue(world.state, web, issue, options)))(call);
}

export function deleteIssue(call: SentryCall): SandboxAnswer {
  return onIssue(atIssue(call), (_, issue) => {
    removeIssue(call.world, issue);
    return { status: 202, text: '' };
  })(call);
}

/** Without ids it means everything that is found: the sandbox refuses that, since nobody can mean it. */
export function deleteIssues({ world, query }: SentryCall): SandboxAnswer {
  if (!query.has('id')) return said(400, 'The sandbox deletes only issues that are named by id');
  const issues = query.getAll('id').map((id) => livingIssue(world.state, id));
  for (const issue of issues) if (issue !== null) removeIssue(world, issue);
  return { status: 204, text: '' };
}

export function getShortId({ world, web, params }: SentryCall): SandboxAnswer {
  const { state } = world;
  const issue = issueByShortId(state, params[1] ?? '');
  if (issue === null) return notThere();
  return json({
    organizationSlug: state.organization.slug,
    projectSlug: projectOf(state, issue).slug,
    groupId: issue.id,
    group: detailIssue(state, web, issue, { expand: [], collapse: ['stats', 'tags', 'release'] }),
    shortId: shortIdOf(state, issue),
  });
}
