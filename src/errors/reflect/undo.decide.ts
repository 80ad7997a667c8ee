import { isDeepStrictEqual } from 'node:util';

import { assignedNow, isLabelled, presentIssues } from './reflect-plan.decide.ts';
import { sentrySideOf } from './sides.decide.ts';
import { STANDS } from './reflect-carry.decide.ts';
import type { ActTrace, ErrorCase, GithubAct, SentryAct } from './reflect.model.ts';
import type { Row } from '../../db/db.model.ts';

interface FormerIssue {
  id: string;
  status: string;
  substatus: string | null;
  assigned: string | null;
}

/** What is kept of what was there before an act. */
export type UndoBefore = {
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

/** An act as far as it is needed to take it back. */
export type UndoAct = Pick<Row<'reflections'>, 'id' | 'act' | 'before' | 'after'>;
/** What acts that are taken back together set: what was there before the first of them, what the last one left. */
export type UndoSpan = Omit<UndoAct, 'id'>;
/** How both sides stand. */
export type UndoSubject = Pick<ErrorCase, 'issue' | 'sentryIssues'>;

/** How an act is taken back; null when its side is not as the act left it. */
export function decideUndo(reflection: UndoSpan, subject: UndoSubject): Undo | null {
  // only this capability writes the columns
  const before = reflection.before as UndoBefore;
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
  { state = 'open', state_reason: reason = null }: UndoBefore,
  left: ActTrace,
  { issue }: UndoSubject,
): Undo | null {
  if (issue.gone !== null || issue.state !== left['state'] || issue.state_reason !== left['state_reason']) return null;
  const closes = reason === 'not_planned' ? 'close_not_planned' : reason === 'duplicate' ? 'close_duplicate' : 'close';
  return { act: state === 'open' ? 'reopen' : closes, set: 'state', state, reason };
}

function undoAssignees(former: string[], left: ActTrace, { issue }: UndoSubject): Undo | null {
  const set = left['assignees'] as string[] | undefined;
  if (set === undefined || !isDeepStrictEqual([...set].toSorted(), [...issue.assignees].toSorted())) return null;
  return {
    act: 'assign_github',
    set: 'assignees',
    add: former.filter((login) => !set.includes(login)),
    remove: set.filter((login) => !former.includes(login)),
  };
}

/** The status that an act left in Sentry: the word that sets it is not always the one that is read then. */
export function leftStatus(left: ActTrace): string {
  const status = String(left['status']);
  return status === 'resolvedInNextRelease' ? 'resolved' : status;
}

function undoSentry(act: string, former: FormerIssue[], left: ActTrace, subject: UndoSubject): Undo | null {
  if (act === 'assign_sentry')
    return assignedNow(subject).sentry === left['assigned'] ? { act, set: 'assigned', issues: former } : null;
  const present = presentIssues(subject);
  const isAsLeft = present.length > 0 && present.every((row) => row.status === leftStatus(left));
  if (!isAsLeft || former.length === 0) return null;
  const side = sentrySideOf(former.map((one) => ({ ...one, statusDetails: {}, gone: null })));
  const stood = side === null ? 'live' : STANDS[side];
  const back = stood === 'solved' ? 'resolve' : stood === 'archived' ? 'archive' : 'unresolve';
  return { act: back, set: 'issues', issues: former };
}

/** Whether a side stands as it was before an act, whoever set it so. */
export function standsAsBefore({ act, before: kept }: UndoSpan, subject: UndoSubject): boolean {
  const { issue } = subject;
  const before = kept as UndoBefore;
  if (before.state !== undefined)
    return (
      issue.gone === null &&
      issue.state === before.state &&
      (before.state === 'open' || issue.state_reason === before.state_reason)
    );
  if (before.labelled !== undefined) return isLabelled(subject) === before.labelled;
  if (before.assignees !== undefined)
    return isDeepStrictEqual([...before.assignees].toSorted(), [...issue.assignees].toSorted());
  const present = presentIssues(subject).map((row) => ({
    row,
    former: before.issues?.find(({ id }) => id === row.sentry_id),
  }));
  const isSo = ({ row, former }: (typeof present)[number]) =>
    former === undefined ||
    (act === 'assign_sentry' ? row.assigned_to === former.assigned : row.status === former.status);
  return present.length > 0 && present.every(isSo);
}
