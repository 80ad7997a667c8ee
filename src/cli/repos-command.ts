import { callHub } from './hub-api.client.ts';
import { EXIT } from './commands.ts';
import { followRun, runCode, runLine, runTroubles } from './follow-run.ts';
import { told } from './remote-exit.ts';
import type { HubAccess, HubOutcome } from './hub-api.client.ts';
import type { RemoteOptions } from './remote-options.ts';
import type { Repository } from '../contract/mirror.ts';
import type { SyncRun } from '../contract/connections.ts';

export interface RepositoryName {
  owner: string;
  name: string;
}

export interface ListOptions extends RemoteOptions {
  mirrors?: Repository['mirrors'];
}

interface FollowOptions extends RemoteOptions {
  wait: number;
}

export interface TrackOptions extends FollowOptions {
  connection?: string;
}

export interface SyncOptions extends FollowOptions {
  reconcile?: true;
}

const PER_PAGE = 100;

/** `throughline repos list`: one line each. Returns the exit code. */
export async function listCommand(hub: HubAccess, options: ListOptions): Promise<number> {
  const found: Repository[] = [];
  let cursor: string | undefined;
  do {
    const page = await callHub(hub, 'listRepositories', {
      query: { mirrors: options.mirrors, limit: PER_PAGE, cursor },
    });
    if (page.kind !== 'done') return told(page);
    found.push(...page.value.items);
    cursor = page.value.next ?? undefined;
  } while (cursor !== undefined);
  if (options.json === true) console.log(JSON.stringify(found));
  else for (const line of found.map(lineOf)) console.log(line);
  return EXIT.done;
}

/** `throughline repos track`: tracks, follows the first import, and says what it did. Returns the exit code. */
export async function trackCommand(hub: HubAccess, params: RepositoryName, options: TrackOptions): Promise<number> {
  const tracked = await callHub(hub, 'trackRepository', {
    body: {
      full_name: `${params.owner}/${params.name}`,
      ...(options.connection === undefined ? {} : { connection_id: options.connection }),
    },
  });
  if (tracked.kind !== 'done') return told(tracked);
  const run = tracked.value.run ?? (await newestRun(hub, tracked.value.full_name));
  if (run !== null) return follow(hub, { kind: 'done', value: run }, options);
  console.log(options.json === true ? JSON.stringify(tracked.value) : `${tracked.value.full_name} is tracked.`);
  return EXIT.done;
}

/** `throughline repos untrack`. Returns the exit code. */
export async function untrackCommand(hub: HubAccess, params: RepositoryName, options: RemoteOptions): Promise<number> {
  const outcome = await callHub(hub, 'untrackRepository', { params });
  if (outcome.kind !== 'done') return told(outcome);
  const name = `${params.owner}/${params.name}`;
  console.log(options.json === true ? JSON.stringify({ untracked: name }) : `${name} is no longer tracked.`);
  return EXIT.done;
}

/** `throughline repos sync`: starts or joins a run, follows it, and says what it did. Returns the exit code. */
export async function syncCommand(hub: HubAccess, params: RepositoryName, options: SyncOptions): Promise<number> {
  const body = { kind: options.reconcile === true ? ('reconcile' as const) : ('sync' as const) };
  return follow(hub, await callHub(hub, 'syncRepository', { params, body, headers: { prefer: 'wait=0' } }), options);
}

async function follow(hub: HubAccess, started: HubOutcome<SyncRun>, options: FollowOptions): Promise<number> {
  const outcome = started.kind === 'done' ? await followRun(hub, started.value, options.wait) : started;
  if (outcome.kind !== 'done') return told(outcome);
  console.log(options.json === true ? JSON.stringify(outcome.value) : runLine(outcome.value));
  if (options.json !== true) for (const line of runTroubles(outcome.value)) console.error(line);
  return runCode(outcome.value);
}

async function newestRun(hub: HubAccess, repository: string): Promise<SyncRun | null> {
  const page = await callHub(hub, 'listSyncRuns', { query: { repository, limit: 1 } });
  return page.kind === 'done' ? (page.value.items[0] ?? null) : null;
}

function lineOf({ full_name, mirrors, health, counts, synced_at }: Repository): string {
  const open = `${counts.issues_open} open ${counts.issues_open === 1 ? 'issue' : 'issues'}`;
  const synced = synced_at === null ? 'never synced' : `synced ${synced_at}`;
  return [full_name, mirrors === 'all' ? 'tracked' : 'linked only', health.word, open, synced, health.reason].join(
    '  ',
  );
}
