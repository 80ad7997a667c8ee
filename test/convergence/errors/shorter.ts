import { without } from '../shorter.ts';
import type { ErrorHistory, ErrorStep } from './history.ts';

/** Histories with a little less in them, whatever most likely does not matter first. */
export function* shorterErrors(history: ErrorHistory): Generator<ErrorHistory> {
  for (const steps of without(history.steps)) yield { ...history, steps };
  for (const [index, step] of history.steps.entries())
    for (const less of simpler(step)) yield { ...history, steps: history.steps.with(index, less) };
  const { settings } = history;
  if (settings.onRegressed !== 'reopen') yield { ...history, settings: { ...settings, onRegressed: 'reopen' } };
  if (settings.onArchived !== 'label') yield { ...history, settings: { ...settings, onArchived: 'label' } };
  if (settings.newPerHour !== 25) yield { ...history, settings: { ...settings, newPerHour: 25 } };
  if (!settings.backLink) yield { ...history, settings: { ...settings, backLink: true } };
  if (history.leftovers !== 'never') yield { ...history, leftovers: 'never' };
}

function* simpler(step: ErrorStep): Generator<ErrorStep> {
  switch (step.do) {
    case 'acts':
      for (const acts of without(step.acts)) if (acts.length > 0) yield { ...step, acts };
      for (const [index, act] of step.acts.entries())
        if (act.wait > 0) yield { ...step, acts: step.acts.with(index, { ...act, wait: 0 }) };
      return;
    case 'arrive':
    case 'drop':
      for (const picks of without(step.picks)) if (picks.length > 0) yield { ...step, picks };
      if (step.do === 'arrive' && step.twice) yield { ...step, twice: false };
      return;
    case 'look':
      for (const during of without(step.during)) yield { ...step, during };
      for (const weather of without(step.weather)) yield { ...step, weather };
      if (step.dies !== null) yield { ...step, dies: null };
      if (step.together) yield { ...step, together: false };
      for (const jobs of without(step.jobs)) if (jobs.length > 0) yield { ...step, jobs };
      return;
    default:
  }
}
