import { SingleBar } from 'cli-progress';
import { setTimeout as sleep } from 'node:timers/promises';

import { callHub } from './hub-api.client.ts';
import { EXIT } from './commands.ts';
import type { HubAccess, HubOutcome } from './hub-api.client.ts';
import type { SyncRun } from '../contract/connections.ts';

const POLL_MS = 400;
const RUNS_PER_PAGE = 100;

/** A repository's run once it has ended, or as it is after `waitSeconds`; its progress is shown meanwhile. */
export async function followRun(hub: HubAccess, started: SyncRun, waitSeconds: number): Promise<HubOutcome<SyncRun>> {
  const until = Date.now() + waitSeconds * 1000;
  const show = progress();
  let run = started;
  try {
    while (run.state === 'running' && Date.now() < until) {
      show.update(run);
      await sleep(Math.min(POLL_MS, Math.max(0, until - Date.now())));
      const page = await callHub(hub, 'listSyncRuns', { query: { repository: run.repository, limit: RUNS_PER_PAGE } });
      if (page.kind !== 'done') return page;
      run = page.value.items.find(({ id }) => id === run.id) ?? run;
    }
    return { kind: 'done', value: run };
  } finally {
    show.stop();
  }
}

/** What a run did, in one line. */
export function runLine(run: SyncRun): string {
  const counts = `${run.checked} checked, ${run.updated} updated, ${run.imported} imported, ${run.unchanged} unchanged`;
  const words = {
    running: `still running${run.progress === null ? '' : `, ${run.progress.done} of ${run.progress.total}`}`,
    done: 'done',
    failed: 'failed',
  };
  const drift = run.drift === null ? '' : `, ${run.drift} were wrong`;
  return `${run.repository}: ${run.kind} ${words[run.state]}: ${counts}${drift}; ${run.requests} requests.`;
}

/** What went wrong in a run, a line each. */
export function runTroubles(run: SyncRun): string[] {
  return [
    ...(run.message === null ? [] : [`${run.repository}: ${run.message}`]),
    ...run.errors.map(({ issue, message }) => `${run.repository} ${issue}: ${message}`),
  ];
}

export function runCode(run: SyncRun): number {
  if (run.state === 'failed') return EXIT.refused;
  return run.state === 'done' && run.errors.length === 0 ? EXIT.done : EXIT.failed;
}

/** A bar on a terminal, nothing anywhere else. It goes to stderr and vanishes at the end. */
function progress(): { update(run: SyncRun): void; stop(): void } {
  if (!process.stderr.isTTY) return { update: () => undefined, stop: () => undefined };
  const format = '{bar} {value}/{total} items, {requests} requests, done at {finishes}';
  const bar = new SingleBar({ format, stream: process.stderr, clearOnComplete: true, hideCursor: true });
  let isStarted = false;
  return {
    update(run) {
      const payload = { requests: run.requests, finishes: timeOf(run.finishes_at) };
      const { done, total } = run.progress ?? { done: run.checked, total: 0 };
      if (!isStarted) bar.start(total, done, payload);
      isStarted = true;
      bar.setTotal(total);
      bar.update(done, payload);
    },
    stop: () => bar.stop(),
  };
}

function timeOf(at: string | null): string {
  return at === null ? '…' : new Date(at).toLocaleTimeString();
}
