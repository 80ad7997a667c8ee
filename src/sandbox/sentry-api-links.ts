import type { SandboxAnswer } from './sandbox.model.ts';
import type { SentryCall } from './sentry-call.ts';
import { atIssue } from './sentry-api-issue.ts';
import { json, notThere, onIssue, said } from './sentry-call.ts';
import { linkExternal } from './sentry-issue-acts.ts';
import { externalIssue } from './sentry-shapes.ts';
import { livingIssue } from './sentry-state.ts';

export function listLinks(call: SentryCall): SandboxAnswer {
  return onIssue(atIssue(call), (_, issue) => json(issue.external.map((link) => externalIssue(issue, link))))(call);
}

export function listInstallations({ world }: SentryCall): SandboxAnswer {
  const { apps, organization } = world.state;
  return json(
    apps.map(({ uuid, slug, number, installation }) => ({
      app: { uuid, slug, sentryAppId: number },
      organization: { slug: organization.slug, id: Number(organization.id) },
      uuid: installation,
      status: 'installed',
      code: null,
    })),
  );
}

export function listIntegrations({ query }: SentryCall): SandboxAnswer {
  const github = {
    id: '17',
    name: 'acme',
    domainName: 'github.com/acme',
    status: 'active',
    provider: { key: 'github' },
  };
  return json([null, 'github'].includes(query.get('providerKey')) ? [github] : []);
}

/** Makes the integration's one link on an issue, or changes it; only with that integration's own token. */
export function createLink({ world, params, body, actor, token }: SentryCall): SandboxAnswer {
  const app = world.state.apps.find(({ installation }) => installation === params[0]);
  if (app === undefined) return notThere();
  if (actor.kind !== 'app' || token.appId !== app.uuid)
    return said(403, 'You do not have permission to perform this action.');
  const { issueId, webUrl, project, identifier } = body;
  for (const [name, value] of Object.entries({ issueId, webUrl, project, identifier }))
    if (value === undefined) return { status: 400, body: { [name]: ['This field is required.'] } };
  const issue = livingIssue(world.state, String(issueId));
  if (issue === null) return said(404, 'Could not find the corresponding issue for the given issueId');
  const displayName = `${String(project)}#${String(identifier)}`;
  return json(
    externalIssue(issue, linkExternal(world, issue, { appId: app.uuid, webUrl: String(webUrl), displayName })),
  );
}

export function deleteLink({ world, params }: SentryCall): SandboxAnswer {
  for (const issue of world.state.issues) {
    const at = issue.external.findIndex(({ id }) => id === params[1]);
    if (at === -1) continue;
    issue.external.splice(at, 1);
    world.touched();
    return { status: 204, text: '' };
  }
  return notThere();
}
