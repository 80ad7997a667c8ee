import { isDeepStrictEqual } from 'node:util';

import { assignedNow, isLabelled, presentIssues } from './reflect-plan.decide.ts';
import { sentrySideOf } from './sides.decide.ts';
import { STANDS } from './reflect-carry.decide.ts';
import type { ActTrace, ErrorCase, GithubAct, SentryAct } from './reflect.model.ts';
import type { Row } from '../db/db.model.ts';

interface FormerIssue {
  id: string;
  status: string;
  substatus: string | null;
  assigned: string | null;
}

/** What is kept of what was there before an act. */
type Before = {
  state?: 'open' | 'closed';
  state_reason?: string | null;
  labelled?: boolean;
  assignees?: string[];
  issues?: FormerIssue[];
};

/** How an act is taken back: the act that it is shown as, and what is set. */
export type Undo =
  | { act: GithubAct; set: 'state'; state: 'open' | 'closed'; reason: string | null }
  | { act: GithubAct; set: 'label'; labelled: boolean }
  | { act: GithubAct; set: 'assignees'; add: string[]; remove: string[] }
  | { act: SentryAct; set: 'issues'; issues: FormerIssue[] }
  | { act: SentryAct; set: 'assigned'; issues: FormerIssue[] };

/** How an act is taken back; null when its side is not as the act left it. */
export function decideUndo(
  reflection: Pick<Row<'reflections'>, 'act' | 'before' | 'after'>,
  subject: ErrorCase,
): Undo | null {
  // only this capability writes the columns
  const before = reflection.before as Before;
  const left = reflection.after as ActTrace;
  if (before.state !== undefined) return undoState(before, left, subject);
  if (before.labelled !== undefined)
    return isLabelled(subject) === left['labelled']
      ? { act: before.labelled ? 'label_archived' : 'unlabel_archived', set: 'label', labelled: before.labelled }
      : null;
  if (before.assignees !== undefined) return undoAssignees(before.assignees, left, subject);
  return undoSentry(reflection.act, before.issues ?? [], left, subject);
}

function undoState(
  { state = 'open', state_reason: reason = null }: Before,
  left: ActTrace,
  { issue }: ErrorCase,
): Undo | null {
  if (issue.gone !== null || issue.state !== left['state'] || issue.state_reason !== left['state_reason']) return null;
  const closes = reason === 'not_planned' ? 'close_not_planned' : reason === 'duplicate' ? 'close_duplicate' : 'close';
  return { act: state === 'open' ? 'reopen' : closes, set: 'state', state, reason };
}

function undoAssignees(former: string[], left: ActTrace, { issue }: ErrorCase): Undo | null {
  const set = left['assignees'] as string[] | undefined;
  if (set === undefined || !isDeepStrictEqual([...set].toSorted(), [...issue.assignees].toSorted())) return null;
  return {
    act: 'assign_github',
    set: 'assignees',
    add: former.filter((login) => !set.includes(login)),
    remove: set.filter((login) => !former.includes(login)),
  };
}

const STATUS_LEFT: Record<string, string> = { resolvedInNextRelease: 'resolved' };

function undoSentry(act: string, former: FormerIssue[], left: ActTrace, subject: ErrorCase): Undo | null {
  if (act === 'assign_sentry')
    return assignedNow(subject).sentry === left['assigned'] ? { act, set: 'assigned', issues: former } : null;
  const status = String(left['status']);
  const isAsLeft = presentIssues(subject).every((row) => row.status === (STATUS_LEFT[status] ?? status));
  if (!isAsLeft || former.length === 0) return null;
  const side = sentrySideOf(former.map((one) => ({ ...one, statusDetails: {}, gone: null })));
  const stood = side === null ? 'live' : STANDS[side];
  const back = stood === 'solved' ? 'resolve' : stood === 'archived' ? 'archive' : 'unresolve';
  return { act: back, set: 'issues', issues: former };
}
