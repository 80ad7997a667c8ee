import type { SandboxAnswer } from './sandbox.model.ts';
import type { IssueEdit, IssueTarget } from './sandbox-issues.ts';
import type { RepositoryCall } from './sandbox-call.ts';
import { invalidRequest, notFound, ok, refusal, validationFailed } from './sandbox-answers.ts';
import { whyAway, writableIssue } from './sandbox-api-issues.ts';
import { isStringList, jsonBody } from './sandbox-call.ts';
import { editIssue } from './sandbox-issues.ts';
import { isAssignable, mayAtLeast } from './sandbox-access.ts';
import { sameName } from './sandbox-state.ts';
import { issueShape, labelsOf } from './sandbox-shapes.ts';
import { labelListErrors, labelNames } from './sandbox-validate.ts';

/** `POST …/assignees` adds; who cannot be assigned is left out without a word, as is everything without push access. */
export function addAssignees(call: RepositoryCall): SandboxAnswer {
  return changeAssignees(call, 201, (now, named) => [
    ...now,
    ...named.filter((login) => isAssignable(call.world.state, call.repository, login)),
  ]);
}

/** `DELETE …/assignees` takes away whom the body names. */
export function removeAssignees(call: RepositoryCall): SandboxAnswer {
  return changeAssignees(call, 200, (now, named) =>
    now.filter((login) => !named.some((name) => sameName(name, login))),
  );
}

function changeAssignees(
  call: RepositoryCall,
  status: number,
  change: (now: readonly string[], named: string[]) => string[],
): SandboxAnswer {
  const read = jsonBody(call);
  if (!read.ok) return read.answer;
  const found = writableIssue(call);
  if (!found.ok) return found.answer;
  const named = read.body['assignees'] ?? [];
  if (!isStringList(named)) return invalidRequest("For 'properties/assignees', the value is not an array.");
  const edit: IssueEdit = mayAtLeast(call.role, 'triage')
    ? { assignees: change(found.target.issue.assignees, named) }
    : {};
  const issue = editIssue(call.world, found.target, edit);
  return { status, body: issueShape(call.context, { repository: call.repository, issue }) };
}

/** `GET …/issues/{number}/labels`. */
export function listIssueLabels(call: RepositoryCall): SandboxAnswer {
  const issue = call.view.byNumber(call.repository, Number(call.params[0]));
  const away = whyAway(call, issue, false);
  if (away !== null || issue === null) return away ?? notFound();
  return ok(labelsOf(call.context, { repository: call.repository, issue }));
}

/** `POST …/labels` adds to what is there. */
export function addIssueLabels(call: RepositoryCall): SandboxAnswer {
  return changeLabels(call, (now, named) => [...now, ...named]);
}

/** `PUT …/labels` replaces all. */
export function setIssueLabels(call: RepositoryCall): SandboxAnswer {
  return changeLabels(call, (_now, named) => named);
}

function changeLabels(
  call: RepositoryCall,
  change: (now: readonly string[], named: string[]) => string[],
): SandboxAnswer {
  const found = triagedIssue(call);
  if (!found.ok) return found.answer;
  // The body may be the bare list or an object with `labels`.
  const list = call.text.trimStart().startsWith('[') ? { ...call, text: `{"labels":${call.text}}` } : call;
  const read = jsonBody(list);
  if (!read.ok) return read.answer;
  const named = labelNames(read.body['labels'] ?? []);
  if (named === null) return invalidRequest("For 'properties/labels', the value is not an array.");
  const labels = change(found.target.issue.labels, named);
  const errors = labelListErrors(labels);
  if (errors.length > 0) return validationFailed(errors);
  const issue = editIssue(call.world, found.target, { labels });
  return ok(labelsOf(call.context, { repository: call.repository, issue }));
}

/** `DELETE …/labels/{name}`: 404 when the issue does not carry it. */
export function removeIssueLabel(call: RepositoryCall): SandboxAnswer {
  const found = triagedIssue(call);
  if (!found.ok) return found.answer;
  const name = call.params[1] ?? '';
  const { labels } = found.target.issue;
  if (!labels.some((label) => sameName(label, name))) return refusal(404, 'Label does not exist');
  const issue = editIssue(call.world, found.target, { labels: labels.filter((label) => !sameName(label, name)) });
  return ok(labelsOf(call.context, { repository: call.repository, issue }));
}

function triagedIssue(call: RepositoryCall): { ok: true; target: IssueTarget } | { ok: false; answer: SandboxAnswer } {
  const found = writableIssue(call);
  if (found.ok && !mayAtLeast(call.role, 'triage')) {
    return { ok: false, answer: refusal(403, 'You must have triage access to the repository to change its labels.') };
  }
  return found;
}
