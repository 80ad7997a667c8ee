import { ARCHIVED_LABEL } from './reflect.model.ts';
import { githubFailed, sentryFailed, unreadAfter } from './reflect-doors.ts';
import { presentIssues } from './reflect-plan.decide.ts';
import { repositoryOf } from './reflect-comments.ts';
import { setSentryIssue } from './reflect-sentry.ts';
import type { ActOutcome, BegunAct, ReflectTurn } from './reflect.model.ts';
import type { GithubResult, IssueChange } from '../../github/github.model.ts';
import type { SentryChange } from '../../sentry/sentry.model.ts';
import type { Undo } from './undo.decide.ts';

/** Sets on one side what was there before an act; no comment is written, since nothing is new in Sentry. */
export async function setBack(turn: ReflectTurn, undo: Undo, begun: BegunAct): Promise<ActOutcome> {
  if (undo.set === 'issues' || undo.set === 'assigned') return setSentryBack(turn, undo, begun);
  const result = await setGithubBack(turn, undo);
  if (!result.ok) return { ok: false, trouble: await githubFailed(turn, result.failure), trace: begun.trace };
  const read = await turn.github.issue(repositoryOf(turn), turn.subject.issue.number);
  if (!read.ok) return { ok: false, trouble: await unreadAfter(turn, read.failure), trace: begun.trace };
  const { issue } = read.value;
  const left =
    issue === null ? {} : { state: issue.state, state_reason: issue.stateReason, assignees: issue.assignees };
  const trace = undo.set === 'label' ? { ...begun.trace, labelled: undo.labelled } : { ...begun.trace, ...left };
  return { ok: true, issue, trace, status: result.status, requestId: result.requestId };
}

async function setGithubBack(
  turn: ReflectTurn,
  undo: Exclude<Undo, { set: 'issues' | 'assigned' }>,
): Promise<GithubResult<unknown>> {
  const { github } = turn;
  const [r, number] = [repositoryOf(turn), turn.subject.issue.number];
  if (undo.set === 'state') return github.changeIssue(r, number, stateChange(undo));
  if (undo.set === 'label')
    return undo.labelled
      ? github.addLabels(r, number, [ARCHIVED_LABEL])
      : github.removeLabel(r, number, ARCHIVED_LABEL);
  const added = undo.add.length === 0 ? null : await github.addAssignees(r, number, undo.add);
  if (added?.ok === false || undo.remove.length === 0) return added ?? github.issue(r, number);
  return github.removeAssignees(r, number, undo.remove);
}

function stateChange({ state, reason }: { state: 'open' | 'closed'; reason: string | null }): IssueChange {
  if (state === 'open') return { state, stateReason: 'reopened' };
  return { state, stateReason: reason === 'not_planned' || reason === 'duplicate' ? reason : 'completed' };
}

async function setSentryBack(
  turn: ReflectTurn,
  undo: Extract<Undo, { set: 'issues' | 'assigned' }>,
  begun: BegunAct,
): Promise<ActOutcome> {
  for (const row of presentIssues(turn.subject)) {
    const former = undo.issues.find(({ id }) => id === row.sentry_id);
    if (former === undefined) continue;
    const wanted = undo.set === 'assigned' ? { assignedTo: former.assigned ?? '' } : statusChange(former);
    const isSo = undo.set === 'assigned' ? former.assigned === row.assigned_to : former.status === row.status;
    const failure = isSo || wanted === null ? null : await setSentryIssue(turn, row, wanted);
    if (failure !== null) return { ok: false, trouble: await sentryFailed(turn, failure), trace: begun.trace };
  }
  const [first] = undo.issues;
  const trace = {
    ...begun.trace,
    ...(undo.set === 'assigned' ? { assigned: first?.assigned ?? null } : { status: first?.status }),
  };
  return { ok: true, issue: null, trace, status: 200, requestId: null };
}

function statusChange({ status, substatus }: { status: string; substatus: string | null }): SentryChange | null {
  if (status === 'resolved' || status === 'unresolved') return { status };
  if (status !== 'ignored') return null;
  return { status, substatus: substatus === 'archived_forever' ? substatus : 'archived_until_escalating' };
}
