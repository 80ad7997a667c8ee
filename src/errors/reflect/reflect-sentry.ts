import { askingNow } from '../read/seen.store.ts';
import { keepSentry, sentryFailed } from './reflect-doors.ts';
import { assignedNow, presentIssues, sentrySideOfRows } from './reflect-plan.decide.ts';
import { selectSentryIssuesOf } from '../errors.store.ts';
import { STANDS } from './reflect-carry.decide.ts';
import type { ActOutcome, BegunAct, ReflectTurn, SentryAct } from './reflect.model.ts';
import type { ReflectPlan } from './reflect-plan.decide.ts';
import type { SentryChange, SentryFailure } from '../../sentry/sentry.model.ts';
import type { SentryIssueRow } from '../rows.model.ts';

type StateAct = Exclude<SentryAct, 'assign_sentry' | 'link'>;

const CHANGES: Record<StateAct, SentryChange> = {
  resolve: { status: 'resolved' },
  resolve_in_next_release: { status: 'resolvedInNextRelease' },
  unresolve: { status: 'unresolved' },
  archive: { status: 'ignored', substatus: 'archived_until_escalating' },
};
/** How an error's Sentry issue stands after the act; one that stands so is left alone. */
const STANDS_AFTER: Record<StateAct, 'live' | 'solved' | 'archived'> = {
  resolve: 'solved',
  resolve_in_next_release: 'solved',
  unresolve: 'live',
  archive: 'archived',
};

/** Does one act in Sentry, on each of the error's issues that is not so already. */
export async function actOnSentry(
  turn: ReflectTurn,
  plan: ReflectPlan,
  begun: BegunAct & { act: SentryAct },
): Promise<ActOutcome> {
  const refused = missingScope(turn);
  if (refused !== null) return { ok: false, trouble: await sentryFailed(turn, refused), trace: begun.trace };
  const { act } = begun;
  if (act === 'link') return showLinks(turn, plan, begun);
  if (act === 'assign_sentry') return assign(turn, plan, begun);
  for (const row of presentIssues(turn.subject).filter((one) => standsOf(one) !== STANDS_AFTER[act])) {
    const failure = await setSentryIssue(turn, row, CHANGES[act]);
    if (failure !== null) return { ok: false, trouble: await sentryFailed(turn, failure), trace: begun.trace };
  }
  const trace = { ...begun.trace, status: CHANGES[act].status };
  return { ok: true, issue: null, trace, status: 200, requestId: null };
}

function standsOf(row: SentryIssueRow) {
  const side = sentrySideOfRows([row]);
  return side === null ? 'gone' : STANDS[side];
}

/** Nothing is asked of a server that surely refuses it. */
function missingScope({ subject }: ReflectTurn): SentryFailure | null {
  const scopes = subject.sentryConnection.abilities?.scopes ?? null;
  if (scopes === null || scopes.some((scope) => scope === 'event:write' || scope === 'event:admin')) return null;
  const message =
    'The Sentry token may read but not change issues: give it event:write, or switch off in the rule what goes to Sentry.';
  return { kind: 'forbidden', missingScopes: ['event:write'], message, status: null };
}

/** Sets one Sentry issue and keeps how it stands then. A server without releases takes the plain word. */
export async function setSentryIssue(
  turn: ReflectTurn,
  row: SentryIssueRow,
  wanted: SentryChange,
): Promise<SentryFailure | null> {
  const { sentry, ctx } = turn;
  let answer = await sentry.change(row.sentry_id, wanted);
  if (!answer.ok && answer.failure.kind === 'invalid' && wanted.status === 'resolvedInNextRelease')
    answer = await sentry.change(row.sentry_id, { status: 'resolved' });
  if (!answer.ok) return answer.failure;
  const askedAt = await askingNow(ctx.sql);
  const read = answer.value === null ? await sentry.issue(row.sentry_id) : { ...answer, value: answer.value };
  if (!read.ok) return read.failure;
  await keepSentry(turn, [read.value], askedAt);
  return null;
}

async function assign(turn: ReflectTurn, { assignees }: ReflectPlan, begun: BegunAct): Promise<ActOutcome> {
  for (const row of presentIssues(turn.subject)) {
    const failure = await setSentryIssue(turn, row, { assignedTo: assignees.sentry ?? '' });
    if (failure !== null) return { ok: false, trouble: await sentryFailed(turn, failure), trace: begun.trace };
  }
  // a person may be named by an e-mail address, and Sentry tells by which id it knows them
  const rows = await selectSentryIssuesOf(turn.ctx.sql, turn.subject.error.id);
  const assigned = assignedNow({ ...turn.subject, sentryIssues: rows }).sentry;
  return { ok: true, issue: null, trace: { ...begun.trace, assigned }, status: 200, requestId: null };
}

async function showLinks(turn: ReflectTurn, plan: ReflectPlan, begun: BegunAct): Promise<ActOutcome> {
  const { issue, shown } = turn.subject;
  const ids = shown?.url === issue.url ? [...shown.ids] : [];
  for (const id of plan.toShow) {
    const { url, repository, number } = issue;
    const answer = await turn.sentry.link(id, { url, repository, number });
    if (!answer.ok) return { ok: false, trouble: await sentryFailed(turn, answer.failure), trace: begun.trace };
    ids.push(id);
  }
  return { ok: true, issue: null, trace: { ...begun.trace, url: issue.url, ids }, status: 200, requestId: null };
}
