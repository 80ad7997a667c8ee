import type { SandboxAnswer, SandboxIssue, SandboxRole, SandboxStateReason } from './sandbox.model.ts';
import type { IssueEdit, IssueTarget } from './sandbox-issues.ts';
import type { JsonObject, RepositoryCall } from './sandbox-call.ts';
import type { IssueFields } from './sandbox-validate.ts';
import { created, invalidRequest, moved, notFound, ok, refusal, validationFailed } from './sandbox-answers.ts';
import { jsonBody, viewerRole } from './sandbox-call.ts';
import { editIssue, openIssue } from './sandbox-issues.ts';
import { mayAtLeast } from './sandbox-access.ts';
import { findLabel, issueById, issueByNumber, sameName } from './sandbox-state.ts';
import { issueShape } from './sandbox-shapes.ts';
import { readIssueFields, refuseIssueFields } from './sandbox-validate.ts';

/** `POST /repos/{owner}/{repo}/issues`. */
export function createIssue(call: RepositoryCall): SandboxAnswer {
  const read = jsonBody(call);
  if (!read.ok) return read.answer;
  if (call.repository.archived) return archived();
  if (!call.repository.hasIssues) return refusal(410, 'Issues has been disabled in this repository.');
  const fields = readIssueFields(read.body);
  if ('status' in fields) return fields;
  if (fields.title === undefined) return invalidRequest('"title" wasn\'t supplied.');
  const allowed = allowedFields(call, fields, 'push');
  const refused = refuseIssueFields(call.world.state, call.repository, allowed);
  if (refused !== null) return refused;
  const draft = { ...allowed, title: fields.title, author: call.viewer?.login ?? 'ghost' };
  const issue = openIssue(call.world, call.repository, draft);
  return created(issueShape(call.context, { repository: call.repository, issue }));
}

/**
 * Labels, assignees, milestone and type are silently dropped for whoever lacks the role. Only who can push makes labels on
 * the fly; with triage, unknown ones are dropped.
 */
function allowedFields(call: RepositoryCall, fields: IssueFields, needed: SandboxRole): IssueFields {
  if (mayAtLeast(call.role, 'push')) return fields;
  const { labels, assignees: _assignees, milestone: _milestone, type: _type, ...rest } = fields;
  if (!mayAtLeast(call.role, needed)) return rest;
  return labels === undefined
    ? fields
    : { ...fields, labels: labels.filter((name) => findLabel(call.repository, name) !== null) };
}

/** `GET /repos/{owner}/{repo}/issues/{number}`. */
export function getIssue(call: RepositoryCall): SandboxAnswer {
  const issue = call.view.byNumber(call.repository, Number(call.params[0]));
  const away = whyAway(call, issue, true);
  if (away !== null) return away;
  return issue === null ? notFound() : ok(issueShape(call.context, { repository: call.repository, issue }));
}

/**
 * Why an issue cannot be shown: 404, 410 for a deleted one or with issues switched off, 301 to its new place for a transferred one
 * (`redirect`; what lies below its old number is just 404).
 */
export function whyAway(call: RepositoryCall, issue: SandboxIssue | null, redirect: boolean): SandboxAnswer | null {
  if (issue === null) return notFound();
  if (issue.gone === 'deleted') return refusal(410, 'This issue was deleted');
  if (issue.gone !== null) {
    const { repositoryId, number } = issue.gone;
    const into = call.world.state.repositories.find(({ id }) => id === repositoryId);
    const readable = into !== undefined && viewerRole(call, into) !== null;
    if (!redirect || !readable) return notFound();
    return moved(call.method, `${call.context.api}/repositories/${repositoryId}/issues/${number}`);
  }
  if (!call.repository.hasIssues && issue.pull === null) return refusal(410, 'Issues are disabled for this repo');
  return null;
}

/** The issue a write is about, or the refusal. Writes always see the truth, however old the lists are. */
export function writableIssue(
  call: RepositoryCall,
): { ok: true; target: IssueTarget } | { ok: false; answer: SandboxAnswer } {
  const issue = issueByNumber(call.repository, Number(call.params[0]));
  const away = whyAway(call, issue, call.method === 'PATCH');
  if (away !== null) return { ok: false, answer: away };
  if (issue === null) return { ok: false, answer: notFound() };
  if (call.repository.archived) return { ok: false, answer: archived() };
  return { ok: true, target: { repository: call.repository, issue, actor: call.viewer?.login ?? 'ghost' } };
}

/** `PATCH /repos/{owner}/{repo}/issues/{number}`. */
export function updateIssue(call: RepositoryCall): SandboxAnswer {
  const read = jsonBody(call);
  if (!read.ok) return read.answer;
  const found = writableIssue(call);
  if (!found.ok) return found.answer;
  const { target } = found;
  if (!mayAtLeast(call.role, 'triage') && !sameName(target.issue.author, target.actor)) {
    return refusal(403, 'Must have admin rights to Repository.');
  }
  const fields = readIssueFields(read.body);
  if ('status' in fields) return fields;
  const allowed = allowedFields(call, fields, 'triage');
  const change = stateChange(call, target.issue, read.body);
  if ('status' in change) return change;
  const refused = refuseIssueFields(call.world.state, call.repository, allowed);
  if (refused !== null) return refused;
  const issue = editIssue(call.world, target, { ...allowed, ...change });
  return ok(issueShape(call.context, { repository: call.repository, issue }));
}

const STATE_REASONS: readonly SandboxStateReason[] = ['completed', 'not_planned', 'duplicate', 'reopened'];

function stateChange(call: RepositoryCall, issue: SandboxIssue, body: JsonObject): IssueEdit | SandboxAnswer {
  const { state, state_reason: reason, duplicate_issue_id: duplicateId } = body;
  if (state !== undefined && state !== 'open' && state !== 'closed') {
    return validationFailed([{ value: state, resource: 'Issue', field: 'state', code: 'invalid' }]);
  }
  const known = STATE_REASONS.find((candidate) => candidate === reason);
  if (reason !== undefined && reason !== null && known === undefined) {
    return validationFailed([{ value: reason, resource: 'Issue', field: 'state_reason', code: 'invalid' }]);
  }
  const edit: IssueEdit = {
    ...(state === undefined ? {} : { state }),
    ...(known === undefined ? {} : { stateReason: known }),
  };
  if (known !== 'duplicate' || duplicateId === undefined || duplicateId === null) return edit;
  const original = issueById(call.world.state, Number(duplicateId));
  const usable = original !== null && original.issue.id !== issue.id && viewerRole(call, original.repository) !== null;
  if (!usable)
    return validationFailed([{ value: duplicateId, resource: 'Issue', field: 'duplicate_issue_id', code: 'invalid' }]);
  return { ...edit, duplicateOf: original.issue.id };
}

function archived(): SandboxAnswer {
  return refusal(403, 'Repository was archived so is read-only.');
}
