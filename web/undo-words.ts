import type { UndoItem, UndoRun } from '../src/contract/undo.ts';

import { countText, numberText } from './ui/format.ts';
import type { StateView } from './ui/mark.model.ts';

const ITEMS: Record<UndoItem['state'], StateView> = {
  waiting: { word: 'Waiting', tone: 'amber', shape: 'clock' },
  done: { word: 'Set back', tone: 'plum', shape: 'check' },
  left: { word: 'Left alone', tone: 'quiet', shape: 'slash' },
  failed: { word: 'Not done', tone: 'red', shape: 'stop' },
  stopped: { word: 'Stopped', tone: 'quiet', shape: 'off' },
};
const PLANNED: StateView = { word: 'To set back', tone: 'accent', shape: 'arrow' };

/** What became of an item; `planned`: what would become of it. */
export function undoItemState(state: UndoItem['state'], planned: boolean): StateView {
  return planned && state === 'waiting' ? PLANNED : ITEMS[state];
}

const RUNS: Record<UndoRun['state'], StateView> = {
  running: { word: 'Running', tone: 'accent', shape: 'waiting' },
  done: { word: 'Done', tone: 'plum', shape: 'check' },
  stopped: { word: 'Stopped', tone: 'quiet', shape: 'off' },
};

export function undoRunState({ state }: Pick<UndoRun, 'state'>): StateView {
  return RUNS[state];
}

/** "12 set back, 3 left alone, 1 not done". */
export function undoTotals({ totals }: Pick<UndoRun, 'totals'>): string {
  const { done, waiting, left, failed, stopped } = totals;
  return [
    `${numberText(done)} set back`,
    ...(waiting > 0 ? [`${numberText(waiting)} waiting`] : []),
    ...(left > 0 ? [`${numberText(left)} left alone`] : []),
    ...(failed > 0 ? [`${numberText(failed)} not done`] : []),
    ...(stopped > 0 ? [`${numberText(stopped)} stopped`] : []),
  ].join(', ');
}

/** What stays, whatever is taken back. */
export function undoStays(told: number): string | null {
  if (told === 0) return null;
  const only = told === 1 ? 'act only told something and stays' : 'acts only told something and stay';
  return `${numberText(told)} ${only}: comments, links, numbers, new issues.`;
}

/** What one click does. */
export function undoQuestion(waiting: number): string {
  return `Set ${countText(waiting, 'thing')} back?`;
}

/** A time as the field of a form holds it, on this machine's clock: 2026-11-21T14:00. */
export function fieldOfInstant(at: string | undefined): string {
  const date = at === undefined ? null : new Date(at);
  if (date === null || Number.isNaN(date.getTime())) return '';
  return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

/** The time that a field holds; undefined for an empty one. */
export function instantOfField(text: string): string | undefined {
  const date = text === '' ? null : new Date(text);
  return date === null || Number.isNaN(date.getTime()) ? undefined : date.toISOString();
}
