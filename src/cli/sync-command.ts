import { SingleBar } from 'cli-progress';
import { setTimeout as sleep } from 'node:timers/promises';

import { callHub } from './hub-api.client.ts';
import { EXIT } from './commands.ts';
import { exitCodeOf } from './remote-exit.ts';
import type { HubAccess, HubOutcome } from './hub-api.client.ts';
import type { RemoteOptions } from './remote-options.ts';
import type { SyncRun } from '../contract/connections.ts';

export interface SyncOptions extends RemoteOptions {
  connection?: string;
  wait: number;
}

const POLL_MS = 400;
const RUNS_PER_PAGE = 100;

/** `throughline sync`: starts the runs, follows them, and says in one line what they did. Returns the exit code. */
export async function syncCommand(hub: HubAccess, options: SyncOptions): Promise<number> {
  const started = await callHub(hub, 'sync', {
    headers: { prefer: 'wait=0' },
    body: options.connection === undefined ? {} : { connection_id: options.connection },
  });
  const outcome = started.kind === 'done' ? await follow(hub, started.value.runs, options.wait) : started;
  if (outcome.kind !== 'done') {
    console.error(outcome.message);
    return exitCodeOf(outcome);
  }
  const runs = outcome.value;
  console.log(options.json === true ? JSON.stringify({ runs }) : summaryOf(runs));
  if (options.json !== true) for (const line of troublesOf(runs)) console.error(line);
  return codeFor(runs);
}

async function follow(hub: HubAccess, started: SyncRun[], waitSeconds: number): Promise<HubOutcome<SyncRun[]>> {
  const until = Date.now() + waitSeconds * 1000;
  const show = progress(started.length);
  let runs = started;
  try {
    while (runs.some((run) => run.state === 'running') && Date.now() < until) {
      show.update(runs);
      await sleep(Math.min(POLL_MS, Math.max(0, until - Date.now())));
      const page = await callHub(hub, 'listSyncRuns', { query: { limit: RUNS_PER_PAGE } });
      if (page.kind !== 'done') return page;
      runs = runs.map((run) => page.value.items.find(({ id }) => id === run.id) ?? run);
    }
    return { kind: 'done', value: runs };
  } finally {
    show.stop();
  }
}

/** A bar on a terminal, nothing anywhere else. It goes to stderr and vanishes at the end. */
function progress(total: number): { update(runs: SyncRun[]): void; stop(): void } {
  if (!process.stderr.isTTY || total === 0) return { update: () => undefined, stop: () => undefined };
  const format = '{bar} {value}/{total} synced, {checked} issues looked at, {requests} requests';
  const bar = new SingleBar({ format, stream: process.stderr, clearOnComplete: true, hideCursor: true });
  bar.start(total, 0, { checked: 0, requests: 0 });
  return {
    update: (runs) =>
      bar.update(runs.filter((run) => run.state !== 'running').length, {
        checked: sum(runs, 'checked'),
        requests: sum(runs, 'requests'),
      }),
    stop: () => bar.stop(),
  };
}

function summaryOf(runs: SyncRun[]): string {
  if (runs.length === 0)
    return 'There is nothing to sync: no connection is switched on. Connect a repository under Settings.';
  const ended = (state: SyncRun['state']) => runs.filter((run) => run.state === state).length;
  const states = [
    `${ended('done')} of ${runs.length} ${runs.length === 1 ? 'connection' : 'connections'} synced`,
    ...(ended('failed') > 0 ? [`${ended('failed')} failed`] : []),
    ...(ended('running') > 0 ? [`${ended('running')} still running`] : []),
  ];
  const counts = (['checked', 'updated', 'imported', 'unchanged'] as const).map((key) => `${sum(runs, key)} ${key}`);
  return `${states.join(', ')}: ${counts.join(', ')}.`;
}

function troublesOf(runs: SyncRun[]): string[] {
  return runs.flatMap((run) => [
    ...(run.message === null ? [] : [`${run.repository}: ${run.message}`]),
    ...run.errors.map(({ issue, message }) => `${run.repository} ${issue}: ${message}`),
  ]);
}

function codeFor(runs: SyncRun[]): number {
  if (runs.length > 0 && runs.every((run) => run.state === 'failed')) return EXIT.refused;
  const clean = runs.length > 0 && runs.every((run) => run.state === 'done' && run.errors.length === 0);
  return clean ? EXIT.done : EXIT.failed;
}

function sum(runs: SyncRun[], key: 'checked' | 'updated' | 'imported' | 'unchanged' | 'requests'): number {
  return runs.reduce((total, run) => total + run[key], 0);
}
