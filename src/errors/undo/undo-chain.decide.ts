import { isDeepStrictEqual } from 'node:util';

import { leftStatus } from '../reflect/undo.decide.ts';
import type { ActTrace } from '../reflect/reflect.model.ts';
import type { UndoBefore } from '../reflect/undo.decide.ts';
import type { UndoChain, UndoThing, WrittenAct } from './undo.model.ts';

/**
 * Acts, the latest first, by error and by what they change: what follows on each other is taken back by one write, to where it
 * stood before the first. Where somebody else changed it between two acts the chain ends: what that person set is set again.
 */
export function chainsOf(acts: readonly WrittenAct[]): UndoChain[] {
  const groups = Map.groupBy(acts, (act) => `${act.error_id} ${thingOf(act)}`);
  return [...groups.values()].flatMap((group) => {
    const [latest] = group;
    if (latest === undefined) return [];
    const together = linked(group);
    const earlier = group.length - together.length;
    return [{ errorId: latest.error_id, side: latest.side, thing: thingOf(latest), acts: together, earlier }];
  });
}

/** What an act changes, by what is kept of what was there before. */
export function thingOf({ act, before: kept }: Pick<WrittenAct, 'act' | 'before'>): UndoThing {
  const before = kept as UndoBefore;
  if (before.state !== undefined) return 'issue_state';
  if (before.labelled !== undefined) return 'label';
  if (before.assignees !== undefined) return 'assignees';
  return act === 'assign_sentry' ? 'sentry_assignee' : 'sentry_state';
}

function linked(acts: readonly WrittenAct[]): WrittenAct[] {
  const broken = acts.findIndex((act, index) => {
    const earlier = acts[index + 1];
    return earlier !== undefined && !followsOn(act, earlier);
  });
  return broken === -1 ? [...acts] : acts.slice(0, broken + 1);
}

/** Whether an act found its thing as an earlier one had left it. */
function followsOn(act: WrittenAct, earlier: WrittenAct): boolean {
  const before = act.before as UndoBefore;
  const left = earlier.after as ActTrace;
  switch (thingOf(act)) {
    case 'issue_state':
      return before.state === left['state'] && before.state_reason === left['state_reason'];
    case 'label':
      return before.labelled === left['labelled'];
    case 'assignees':
      return isDeepStrictEqual(sorted(before.assignees), sorted(left['assignees']));
    case 'sentry_assignee':
      return (before.issues ?? []).every(({ assigned }) => assigned === left['assigned']);
    default:
      return (before.issues ?? []).every(({ status }) => status === leftStatus(left));
  }
}

function sorted(logins: unknown): unknown[] {
  return Array.isArray(logins) ? logins.map(String).toSorted() : [];
}
