import type { Row } from '../../db/db.model.ts';
import type { UndoAct } from '../reflect/undo.decide.ts';

/** Which acts are meant: all that is given must hold. */
export interface UndoScope {
  tenantId: string;
  ruleId: string | null;
  sentryConnectionId: string | null;
  /** By when they were done. */
  since: Date | null;
  until: Date;
  /** The same as a sentence. */
  words: string;
}

/** An act as far as a bulk undo needs to know it. */
export type WrittenAct = UndoAct & Pick<Row<'reflections'>, 'error_id' | 'side' | 'finished_at'>;

/** Acts of one error on one thing that are taken back by one write, the latest first; `earlier`: those before somebody else's change. */
export interface UndoChain {
  errorId: string;
  side: 'github' | 'sentry';
  thing: UndoThing;
  acts: WrittenAct[];
  earlier: number;
}

/** What an act changes. */
export const UNDO_THINGS = ['issue_state', 'label', 'assignees', 'sentry_state', 'sentry_assignee'] as const;
export type UndoThing = (typeof UNDO_THINGS)[number];

/** What would become of a chain now: how its thing stands, what is set; `why` where it is left alone, or something is to be said. */
export interface UndoVerdict {
  state: 'waiting' | 'left';
  stood: string;
  sets: string;
  why: string | null;
}

export type UndoRunRow = Row<'undo_runs'>;
export type UndoItemRow = Row<'undo_items'>;
