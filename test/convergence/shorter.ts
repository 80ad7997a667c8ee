import type { Act, History, Step } from './history.ts';

/**
 * Histories with a little less in them, whatever most likely does not matter first. fast-check would begin with the values and take
 * hours: what makes these histories long is their number of acts.
 */
export function* shorter(history: History): Generator<History> {
  for (const steps of without(history.steps)) yield { ...history, steps };
  for (const before of without(history.before)) yield { ...history, before };
  for (const [index, step] of history.steps.entries())
    for (const less of simpler(step)) yield { ...history, steps: history.steps.with(index, less) };
  for (const [index, act] of history.before.entries())
    if (act.wait > 0) yield { ...history, before: history.before.with(index, { ...act, wait: 0 }) };
  if (history.skewMs !== 0) yield { ...history, skewMs: 0 };
  if (history.killed !== 'connections') yield { ...history, killed: 'connections' };
  if (history.leftovers !== 'never') yield { ...history, leftovers: 'never' };
  if (history.pageSize !== 100) yield { ...history, pageSize: 100 };
}

/** The items less a half of them, then less a quarter, … then less each one. */
export function* without<T>(items: readonly T[]): Generator<T[]> {
  for (let size = Math.ceil(items.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2))
    for (let at = 0; at < items.length; at += size) yield items.toSpliced(at, size);
}

function* simpler(step: Step): Generator<Step> {
  switch (step.do) {
    case 'acts':
      for (const acts of without(step.acts)) if (acts.length > 0) yield { ...step, acts };
      yield* quieter(step.acts, (acts) => ({ ...step, acts }));
      return;
    case 'arrive':
    case 'lose':
      for (const picks of without(step.picks)) if (picks.length > 0) yield { ...step, picks };
      if (step.do === 'arrive' && step.twice) yield { ...step, twice: false };
      return;
    case 'work':
      for (const during of without(step.during)) yield { ...step, during };
      if (step.dies !== null) yield { ...step, dies: null };
      return;
    default:
  }
}

function* quieter(acts: Act[], step: (acts: Act[]) => Step): Generator<Step> {
  for (const [index, act] of acts.entries()) if (act.wait > 0) yield step(acts.with(index, { ...act, wait: 0 }));
}
