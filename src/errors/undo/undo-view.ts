import { maskSecrets } from '../../filing/filing.ts';
import { THING_WORDS } from './undo-words.decide.ts';
import type { SideRows } from './undo-rows.store.ts';
import type { UndoChain, UndoItemRow, UndoRunRow, UndoVerdict } from './undo.model.ts';
import type { UndoItem, UndoRun } from '../../contract/undo.ts';

/** An item as a preview shows it. */
export function plannedItem(chain: UndoChain, verdict: UndoVerdict, sides: SideRows): UndoItem {
  return {
    id: chain.acts[0]?.id ?? '',
    error: errorView(chain.errorId, sides),
    side: chain.side,
    what: THING_WORDS[chain.thing],
    stood: verdict.stood,
    sets: verdict.sets,
    acts: chain.acts.length,
    state: verdict.state,
    why: verdict.why,
    at: chain.acts[0]?.finished_at?.toISOString() ?? null,
  };
}

/** An item with what became of it. */
export function itemOfRow(row: UndoItemRow, sides: SideRows): UndoItem {
  const { id, side, what, stood, sets, state, message, finished_at: at } = row;
  const error = errorView(row.error_id, sides);
  return {
    id,
    error,
    side,
    what,
    stood,
    sets,
    acts: row.acts.length,
    state,
    why: message,
    at: at?.toISOString() ?? null,
  };
}

function errorView(errorId: string, { errors, issues, sentryIssues }: SideRows): UndoItem['error'] {
  const [first] = sentryIssues.get(errorId) ?? [];
  const issue = issues.get(errorId);
  return {
    id: first?.id ?? null,
    title: maskSecrets(first?.title ?? errors.get(errorId)?.title ?? ''),
    github: issue === undefined ? null : { repository: issue.repository, number: issue.number, url: issue.url },
  };
}

/** A bulk undo with its counts by state. */
export function runView(row: UndoRunRow, counts: readonly { state: UndoItemRow['state']; count: number }[]): UndoRun {
  const of = (state: UndoItemRow['state']) => counts.find((one) => one.state === state)?.count ?? 0;
  return {
    id: row.id,
    words: row.words,
    by: row.actor_name,
    state: row.state,
    created_at: row.created_at.toISOString(),
    finished_at: row.finished_at?.toISOString() ?? null,
    totals: {
      waiting: of('waiting'),
      done: of('done'),
      left: of('left'),
      failed: of('failed'),
      stopped: of('stopped'),
      told: row.told,
    },
  };
}
