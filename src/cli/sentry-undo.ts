import { setTimeout as sleep } from 'node:timers/promises';

import { callHub } from './hub-api.client.ts';
import { columns } from './columns.ts';
import { EXIT } from './commands.ts';
import { instantMeant } from './sentry-since.ts';
import { ruleNamed } from './sentry-commands.ts';
import { told } from './remote-exit.ts';
import type { HubAccess, HubOutcome } from './hub-api.client.ts';
import type { RemoteOptions } from './remote-options.ts';
import type { UndoItem, UndoPreview, UndoRequest, UndoRun } from '../contract/undo.ts';

export interface UndoOptions extends RemoteOptions {
  rule?: string;
  run?: string;
  since?: string;
  until?: string;
  yes?: true;
  wait: number;
}

const POLL_MS = 500;
const PER_PAGE = 100;
const TITLE_LENGTH = 60;

/** `throughline sentry undo`: what would be taken back; with `--yes` it is, and followed. Returns the exit code. */
export async function undoCommand(hub: HubAccess, options: UndoOptions): Promise<number> {
  const asked = await requestOf(hub, options);
  if (typeof asked === 'string') return wrong(asked);
  if (asked.kind !== 'done') return told(asked);
  if (options.yes === true) return begin(hub, asked.value, options);
  const shown = await callHub(hub, 'previewUndo', { body: asked.value });
  if (shown.kind !== 'done') return told(shown);
  if (options.json === true) console.log(JSON.stringify(shown.value));
  else for (const line of previewLines(shown.value)) console.log(line);
  return EXIT.done;
}

/** `throughline sentry undo-stop`: what was set back stays so, the rest is left as it is. Returns the exit code. */
export async function undoStopCommand(hub: HubAccess, id: string, options: RemoteOptions): Promise<number> {
  const stopped = await callHub(hub, 'stopUndo', { params: { id } });
  if (stopped.kind !== 'done') return told(stopped);
  console.log(options.json === true ? JSON.stringify(stopped.value) : totalsLine(stopped.value));
  return EXIT.done;
}

async function requestOf(hub: HubAccess, options: UndoOptions): Promise<HubOutcome<UndoRequest> | string> {
  const { run, since: sinceText, until: untilText } = options;
  const now = new Date();
  const [since, until] = [meant(sinceText, now), meant(untilText, now)];
  if (since === null || until === null)
    return 'Give a time as 14:00, how long ago as 90m, 2h or 3d, or a date and time as 2026-11-21T14:00Z.';
  if (options.rule === undefined && run === undefined && since === undefined)
    return 'Say what to take back: --rule, --run or --since.';
  const rule = options.rule === undefined ? null : await ruleNamed(hub, options.rule);
  if (rule !== null && rule.kind !== 'done') return rule;
  const value = {
    ...(rule !== null && { rule: rule.value.id }),
    ...(run !== undefined && { run }),
    ...(since !== undefined && { since: since.toISOString() }),
    ...(until !== undefined && { until: until.toISOString() }),
  };
  return { kind: 'done', value };
}

function meant(text: string | undefined, now: Date): Date | null | undefined {
  return text === undefined ? undefined : instantMeant(text, now);
}

function wrong(message: string): number {
  console.error(message);
  return EXIT.usage;
}

async function begin(hub: HubAccess, asked: UndoRequest, options: UndoOptions): Promise<number> {
  const started = await callHub(hub, 'startUndo', { body: asked });
  if (started.kind !== 'done') return told(started);
  const outcome = await follow(hub, started.value, options);
  if (outcome.kind !== 'done') return told(outcome);
  const run = outcome.value;
  if (options.json === true) console.log(JSON.stringify(run));
  else {
    const left = await notDone(hub, run);
    if (left.kind !== 'done') return told(left);
    if (left.value.length > 0) for (const line of itemLines(left.value)) console.log(line);
    console.log(totalsLine(run));
    if (run.state === 'running')
      console.log(`It goes on by itself. "throughline sentry undo-stop ${run.id}" stops it.`);
  }
  const { left, failed } = run.totals;
  return run.state === 'done' && left + failed === 0 ? EXIT.done : EXIT.failed;
}

/** Until it has ended, or the time is over; how far it is goes to stderr. */
async function follow(hub: HubAccess, started: UndoRun, { wait, json }: UndoOptions): Promise<HubOutcome<UndoRun>> {
  const until = Date.now() + wait * 1000;
  let run = started;
  let said = '';
  while (run.state === 'running' && Date.now() < until) {
    await sleep(Math.min(POLL_MS, Math.max(0, until - Date.now())));
    const next = await callHub(hub, 'getUndo', { params: { id: run.id } });
    if (next.kind !== 'done') return next;
    run = next.value;
    const line = totalsLine(run);
    if (json !== true && run.state === 'running' && line !== said) console.error(line);
    said = line;
  }
  return { kind: 'done', value: run };
}

async function notDone(hub: HubAccess, { id }: UndoRun): Promise<HubOutcome<UndoItem[]>> {
  const found: UndoItem[] = [];
  for (const state of ['left', 'failed'] as const) {
    let cursor: string | undefined;
    do {
      const page = await callHub(hub, 'listUndoItems', { params: { id }, query: { state, limit: PER_PAGE, cursor } });
      if (page.kind !== 'done') return page;
      found.push(...page.value.items);
      cursor = page.value.next ?? undefined;
    } while (cursor !== undefined);
  }
  return { kind: 'done', value: found };
}

function previewLines({ words, items, totals, complete }: UndoPreview): string[] {
  const { waiting, left, told: stay } = totals;
  return [
    `${words}:`,
    ...(items.length === 0 ? [] : itemLines(items)),
    ...(complete ? [] : ['There are more than are shown.']),
    `${waiting} would be set back, ${left} left alone; ${stay} only told something and stay.`,
    ...(waiting === 0 ? [] : ['Nothing was changed. Add --yes to take it back.']),
  ];
}

const STATE_WORDS: Record<UndoItem['state'], string> = {
  waiting: 'set back',
  done: 'set back',
  left: 'left alone',
  failed: 'not done',
  stopped: 'stopped',
};

function itemLines(items: readonly UndoItem[]): string[] {
  return columns(
    ['', 'issue', 'what', 'now', 'back to', 'error', 'why'],
    items.map(({ state, error, what, stood, sets, why }) => [
      STATE_WORDS[state],
      error.github === null ? '-' : `${error.github.repository}#${error.github.number}`,
      what,
      stood,
      sets,
      error.title.replaceAll(/\s+/gu, ' ').slice(0, TITLE_LENGTH),
      why ?? '',
    ]),
  );
}

function totalsLine({ state, totals }: UndoRun): string {
  const { done, waiting, left, failed, stopped } = totals;
  const rest = [
    ...(waiting > 0 ? [`${waiting} waiting`] : []),
    `${left} left alone`,
    ...(failed > 0 ? [`${failed} not done`] : []),
    ...(stopped > 0 ? [`${stopped} stopped`] : []),
  ];
  return `${state}: ${done} set back, ${rest.join(', ')}.`;
}
