import { ARCHIVED_LABEL } from './reflect.model.ts';
import { assertNever } from '../../lib/assert-never.ts';
import { findComment, repositoryOf, sayOnce } from './reflect-comments.ts';
import { githubFailed, unreadAfter } from './reflect-doors.ts';
import { newsOf } from './reflect-words.decide.ts';
import { numbersLines, numbersMarker, refreshComment } from './refresh-comment.decide.ts';
import { priorityLabel } from '../content/priority.decide.ts';
import { trendOfCase } from './reflect-plan.decide.ts';
import type { ActOutcome, BegunAct, GithubAct, ReflectTurn } from './reflect.model.ts';
import type { ErrorNumbers } from './refresh-comment.decide.ts';
import type { GithubResult, IssueChange } from '../../github/github.model.ts';
import type { ReflectPlan } from './reflect-plan.decide.ts';

/** Does one act on GitHub. Every one is safe to find done already: states and labels are set, comments are looked for. */
export async function actOnGithub(
  turn: ReflectTurn,
  plan: ReflectPlan,
  begun: BegunAct & { act: GithubAct },
): Promise<ActOutcome> {
  switch (begun.act) {
    case 'close':
      return tellAndSet(turn, plan, begun, { state: 'closed', stateReason: 'completed' });
    case 'close_not_planned':
      return tellAndSet(turn, plan, begun, { state: 'closed', stateReason: 'not_planned' });
    case 'close_duplicate':
      return tellAndSet(turn, plan, begun, duplicateOf(turn));
    case 'reopen':
      return tellAndSet(turn, plan, begun, { state: 'open', stateReason: 'reopened' });
    case 'comment':
      return tell(turn, plan, begun);
    case 'label_archived':
      return afterwards(turn, begun, await turn.github.addLabels(repositoryOf(turn), numberOf(turn), [ARCHIVED_LABEL]));
    case 'unlabel_archived':
      return afterwards(turn, begun, await turn.github.removeLabel(repositoryOf(turn), numberOf(turn), ARCHIVED_LABEL));
    case 'assign_github':
      return assign(turn, plan, begun);
    case 'refresh':
      return refresh(turn, plan, begun);
    default:
      return assertNever(begun.act);
  }
}

function numberOf({ subject }: ReflectTurn): number {
  return subject.issue.number;
}

async function tell(turn: ReflectTurn, plan: ReflectPlan, begun: BegunAct): Promise<ActOutcome> {
  const { subject, ctx } = turn;
  const { told } = begun.trace;
  const numbers = told === undefined ? [] : numbersLines(told, trendOfCase(subject, ctx.now()));
  const said = await sayOnce(turn, begun, newsOf(subject, plan.sides, begun.marker, numbers));
  if (!said.ok) return said;
  return { ok: true, issue: null, trace: { ...begun.trace, comment: said.comment }, status: null, requestId: null };
}

// The comment first: whoever sees the state change sees why.
async function tellAndSet(
  turn: ReflectTurn,
  plan: ReflectPlan,
  begun: BegunAct,
  change: IssueChange,
): Promise<ActOutcome> {
  const told = await tell(turn, plan, begun);
  if (!told.ok) return told;
  const set = await turn.github.changeIssue(repositoryOf(turn), numberOf(turn), change);
  if (!set.ok) return { ok: false, trouble: await githubFailed(turn, set.failure), trace: told.trace };
  const { state, stateReason } = set.value;
  const trace = { ...told.trace, state, state_reason: stateReason };
  return { ok: true, issue: set.value, trace, status: set.status, requestId: set.requestId };
}

function duplicateOf({ subject: { survivor, issue } }: ReflectTurn): IssueChange {
  const isHere = survivor !== null && survivor.repository === issue.repository;
  return { state: 'closed', stateReason: 'duplicate', ...(isHere && { duplicateIssueId: survivor.githubId }) };
}

// GitHub answers these with a part only: the issue is read as it is now.
async function afterwards(turn: ReflectTurn, begun: BegunAct, result: GithubResult<unknown>): Promise<ActOutcome> {
  if (!result.ok) return { ok: false, trouble: await githubFailed(turn, result.failure), trace: begun.trace };
  const read = await turn.github.issue(repositoryOf(turn), numberOf(turn));
  if (!read.ok) return { ok: false, trouble: await unreadAfter(turn, read.failure), trace: begun.trace };
  const { status, requestId } = result;
  const labelled = begun.act === 'label_archived';
  const trace = begun.act === 'refresh' ? begun.trace : { ...begun.trace, labelled };
  return { ok: true, issue: read.value.issue, trace, status, requestId };
}

async function assign(turn: ReflectTurn, { assignees }: ReflectPlan, begun: BegunAct): Promise<ActOutcome> {
  const { github } = turn;
  const [r, number] = [repositoryOf(turn), numberOf(turn)];
  const steps = [
    async () => (assignees.add.length === 0 ? null : github.addAssignees(r, number, assignees.add)),
    async () => (assignees.remove.length === 0 ? null : github.removeAssignees(r, number, assignees.remove)),
  ];
  let outcome: ActOutcome = { ok: true, issue: null, trace: begun.trace, status: null, requestId: null };
  for (const step of steps) {
    const result = await step();
    if (result === null) continue;
    if (!result.ok) return { ok: false, trouble: await githubFailed(turn, result.failure), trace: begun.trace };
    const { value: issue, status, requestId } = result;
    outcome = { ok: true, issue, trace: { ...begun.trace, assignees: issue.assignees }, status, requestId };
  }
  return outcome;
}

/**
 * The one comment with the numbers, edited in place, and the priority's label. A comment that somebody deleted is written anew,
 * unless another one tells the same.
 */
async function refresh(turn: ReflectTurn, { numbers }: ReflectPlan, begun: BegunAct): Promise<ActOutcome> {
  if (numbers === null) throw new Error('there is nothing to tell');
  const { subject, github, ctx } = turn;
  const { now, onlyEdit } = numbers;
  const text = refreshComment(subject.error.id, now, trendOfCase(subject, ctx.now()));
  const written = await writtenBefore(turn, begun);
  if (written.kind === 'failed')
    return { ok: false, trouble: await githubFailed(turn, written.failure), trace: begun.trace };
  const edited = written.kind === 'found' ? await github.changeComment(repositoryOf(turn), written.id, text) : null;
  if (edited?.ok === true) return relabel(turn, now, { ...begun, trace: { ...begun.trace, comment: edited.value.id } });
  if (edited !== null && edited.failure.kind !== 'not_found')
    return { ok: false, trouble: await githubFailed(turn, edited.failure), trace: begun.trace };
  if (onlyEdit) return relabel(turn, now, begun);
  const said = await sayOnce(turn, { ...begun, marker: numbersMarker(subject.error.id) }, text);
  if (!said.ok) return said;
  return relabel(turn, now, { ...begun, trace: { ...begun.trace, comment: said.comment } });
}

// A hub that lost its database finds the comment it wrote before.
async function writtenBefore(turn: ReflectTurn, { isNew }: BegunAct): ReturnType<typeof findComment> {
  const { id, comment_id: known } = turn.subject.error;
  if (known !== null) return { kind: 'found', id: known };
  return isNew ? findComment(turn, numbersMarker(id)) : { kind: 'absent' };
}

// A person's own choice of a priority stays: only the label that was put on here before gives way.
async function relabel(turn: ReflectTurn, numbers: ErrorNumbers, begun: BegunAct): Promise<ActOutcome> {
  const { subject, github } = turn;
  const told = subject.error.agreed_numbers as ErrorNumbers | null;
  const [before, now] = [
    told === null ? null : priorityLabel(told.labelled ?? told.priority),
    priorityLabel(numbers.priority),
  ];
  const bears = subject.issue.labels.some(({ name }) => name.toLowerCase() === before);
  if (before === null || before === now || !bears)
    return { ok: true, issue: null, trace: begun.trace, status: null, requestId: null };
  const added = await github.addLabels(repositoryOf(turn), numberOf(turn), [now]);
  if (!added.ok) return { ok: false, trouble: await githubFailed(turn, added.failure), trace: begun.trace };
  return afterwards(turn, begun, await github.removeLabel(repositoryOf(turn), numberOf(turn), before));
}
