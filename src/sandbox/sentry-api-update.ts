import type { SandboxAnswer } from './sandbox.model.ts';
import type { JsonObject } from './sandbox-call.ts';
import type { SandboxSentryIssue } from './sentry-world.model.ts';
import type { SentryCall } from './sentry-call.ts';
import { isJsonObject } from './sandbox-call.ts';
import { atIssue } from './sentry-api-issue.ts';
import { scopeOf } from './sentry-api-list.ts';
import { json, onIssue, said } from './sentry-call.ts';
import { assign, mergeIssues, setPriority, setStatus } from './sentry-issue-acts.ts';
import { detailIssue } from './sentry-shapes.ts';
import { assigneeOf, livingIssue, projectOf } from './sentry-state.ts';

const STATUS_WORDS = ['resolved', 'unresolved', 'ignored', 'muted', 'resolvedInNextRelease'];
const PRIORITIES = ['low', 'medium', 'high'];
const WINDOW_MINUTES_MAX = 10_080;

/** PUT of one issue: only what is given changes; the answer is the issue. */
export function putIssue(call: SentryCall): SandboxAnswer {
  return onIssue(atIssue(call), (_, issue) => {
    const refused = refuseChange(call, [issue]);
    if (refused !== null) return refused;
    change(call, issue);
    return json(detailIssue(call.world.state, call.web, issue, { expand: [], collapse: [] }));
  })(call);
}

/** PUT of many: the answer is what was changed, 204 when no issue matched. */
export function putIssues(call: SentryCall): SandboxAnswer {
  const { world, query, body } = call;
  const scope = scopeOf(call);
  if ('status' in scope) return scope;
  if (!query.has('id')) return said(400, 'The sandbox changes only issues that are named by id');
  const issues = query
    .getAll('id')
    .map((id) => livingIssue(world.state, id))
    .filter((issue) => issue !== null)
    .filter((issue) => scope.projects === null || scope.projects.has(issue.projectId));
  if (issues.length === 0) return { status: 204, text: '' };
  const refused = refuseChange(call, issues);
  if (refused !== null) return refused;
  if (body['merge'] === true || body['merge'] === 1) return merge(call, [...new Set(issues)]);
  for (const issue of issues) change(call, issue);
  return json(changed(call, issues));
}

function merge({ world, actor }: SentryCall, issues: SandboxSentryIssue[]): SandboxAnswer {
  if (new Set(issues.map(({ projectId }) => projectId)).size > 1)
    return said(400, 'Merging across multiple projects is not supported');
  if (issues.length < 2) return said(400, 'Please select at least two issues to merge');
  const { parent, children } = mergeIssues(world, issues, actor);
  return json({ merge: { parent: parent.id, children: children.map(({ id }) => id) } });
}

function refuseChange({ world, body }: SentryCall, issues: SandboxSentryIssue[]): SandboxAnswer | null {
  const { status, assignedTo, priority } = body;
  const choice = (value: unknown): [string] => [`${JSON.stringify(value)} is not a valid choice.`];
  if (status !== undefined && !(STATUS_WORDS as unknown[]).includes(status))
    return { status: 400, body: { status: choice(status) } };
  if (priority !== undefined && !(PRIORITIES as unknown[]).includes(priority))
    return { status: 400, body: { priority: choice(priority) } };
  const named = typeof assignedTo === 'string' ? assignedTo : '';
  if (named !== '' && assigneeOf(world.state, named) === null)
    return { status: 400, body: { assignedTo: ['Unknown actor input'] } };
  return refuseDetails(world, detailsIn(body), issues);
}

function refuseDetails(
  world: SentryCall['world'],
  details: JsonObject,
  issues: SandboxSentryIssue[],
): SandboxAnswer | null {
  for (const name of ['ignoreWindow', 'ignoreUserWindow'])
    if (Number(details[name] ?? 0) > WINDOW_MINUTES_MAX)
      return {
        status: 400,
        body: { statusDetails: { [name]: ['Ensure this value is less than or equal to 10080.'] } },
      };
  if (details['inNextRelease'] !== true && details['inRelease'] === undefined) return null;
  const projects = new Set(issues.map((issue) => projectOf(world.state, issue)));
  if (projects.size > 1) return said(400, 'Cannot set resolved in next release for multiple projects.');
  const hasReleases = [...projects].every(({ releases }) => releases.length > 0);
  return hasReleases
    ? null
    : {
        status: 400,
        body: {
          statusDetails: {
            inNextRelease: ["No release data present in the system to form a basis for 'Next Release'"],
          },
        },
      };
}

function detailsIn(body: JsonObject): JsonObject {
  const given = isJsonObject(body['statusDetails']) ? body['statusDetails'] : {};
  return body['status'] === 'resolvedInNextRelease' ? { ...given, inNextRelease: true } : { ...given };
}

function change({ world, body, actor }: SentryCall, issue: SandboxSentryIssue): void {
  const { status, assignedTo, priority, substatus } = body;
  if (typeof status === 'string') {
    const wanted = STATUS_OF[status] ?? 'unresolved';
    const more = typeof substatus === 'string' ? { substatus } : {};
    setStatus(world, issue, { status: wanted, statusDetails: detailsIn(body), ...more }, actor);
  }
  if (typeof assignedTo === 'string' || assignedTo === null) assign(world, issue, assignedTo ?? '', actor);
  if (priority === 'low' || priority === 'medium' || priority === 'high') setPriority(world, issue, priority, actor);
}

const STATUS_OF: Record<string, SandboxSentryIssue['status']> = {
  resolved: 'resolved',
  resolvedInNextRelease: 'resolved',
  unresolved: 'unresolved',
  ignored: 'ignored',
  muted: 'ignored',
};

function changed({ world, body }: SentryCall, [issue]: SandboxSentryIssue[]): object {
  const details = detailsIn(body);
  return {
    ...(body['status'] === undefined ? {} : { status: issue?.status, statusDetails: details }),
    ...(body['status'] === 'ignored' ? { substatus: issue?.substatus } : {}),
    ...(typeof body['assignedTo'] === 'string' ? { assignedTo: assigneeOf(world.state, body['assignedTo']) } : {}),
    ...(body['priority'] === undefined ? {} : { priority: body['priority'] }),
  };
}
