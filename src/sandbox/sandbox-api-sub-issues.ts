import type { SandboxAnswer, SandboxIssue } from './sandbox.model.ts';
import type { RepositoryCall } from './sandbox-call.ts';
import { created, invalidRequest, notFound, ok, refusal } from './sandbox-answers.ts';
import { mayAtLeast } from './sandbox-access.ts';
import { whyAway, writableIssue } from './sandbox-api-issues.ts';
import { jsonBody, viewerRole } from './sandbox-call.ts';
import { putIssue } from './sandbox-issues.ts';
import { pageByNumber } from './sandbox-pagination.ts';
import { issueShape } from './sandbox-shapes.ts';
import { issueById, sameName, timestamp } from './sandbox-state.ts';

const SUB_ISSUES_MAX = 100;

/** `GET …/issues/{number}/sub_issues`. */
export function listSubIssues(call: RepositoryCall): SandboxAnswer {
  const parent = call.view.byNumber(call.repository, Number(call.params[0]));
  const away = whyAway(call, parent, false);
  if (away !== null || parent === null) return away ?? notFound();
  const address = `${call.context.api}/repositories/${call.repository.id}/issues/${parent.number}/sub_issues`;
  const page = pageByNumber(subIssuesOf(call, parent), call.query, address);
  return ok(
    page.items.map((of) => issueShape(call.context, of)),
    page.headers,
  );
}

/** `POST …/issues/{number}/sub_issues`; answers with the parent. */
export function addSubIssue(call: RepositoryCall): SandboxAnswer {
  const read = jsonBody(call);
  if (!read.ok) return read.answer;
  const found = writableIssue(call);
  if (!found.ok) return found.answer;
  if (!mayAtLeast(call.role, 'triage')) return refusal(403, 'Must have triage access to Repository.');
  const { issue: parent } = found.target;
  const id = read.body['sub_issue_id'];
  if (typeof id !== 'number' || !Number.isInteger(id))
    return invalidRequest("For 'properties/sub_issue_id', the value is not an integer.");
  const sub = issueById(call.world.state, id);
  if (sub === null || sub.issue.gone !== null || viewerRole(call, sub.repository) === null)
    return refusal(404, 'The provided sub-issue does not exist');
  const why = whyNot(call, parent, sub);
  if (why !== null) return refusal(422, `An error occurred while adding the sub-issue to the parent issue. ${why}`);
  putIssue(call.world, sub.repository, { ...sub.issue, parent: parent.id, updatedAt: timestamp(call.world) });
  return created(issueShape(call.context, { repository: call.repository, issue: parent }));
}

function whyNot(
  call: RepositoryCall,
  parent: SandboxIssue,
  { repository, issue }: ReturnType<typeof subIssuesOf>[number],
): string | null {
  if (issue.parent === parent.id)
    return 'Issue may not contain duplicate sub-issues and Sub issue may only have one parent';
  if (issue.parent !== undefined) return 'Sub issue may only have one parent';
  if (issue.id === parent.id || !sameName(repository.owner, call.repository.owner) || issue.pull !== null)
    return 'Sub issue is invalid';
  return subIssuesOf(call, parent).length < SUB_ISSUES_MAX ? null : 'Parent cannot have more than 100 sub-issues';
}

function subIssuesOf(call: RepositoryCall, parent: SandboxIssue) {
  return call.world.state.repositories.flatMap((repository) =>
    repository.issues
      .filter((issue) => issue.parent === parent.id && issue.gone === null)
      .map((issue) => ({ repository, issue })),
  );
}
