import { callHub } from './hub-api.client.ts';
import { EXIT } from './commands.ts';
import { exitCodeOf, told } from './remote-exit.ts';
import type { Delivery } from '../contract/deliveries.ts';
import type { HubAccess, HubOutcome } from './hub-api.client.ts';
import type { RemoteOptions } from './remote-options.ts';

export interface ListOptions extends RemoteOptions {
  state?: Delivery['state'];
  event?: string;
  repository?: string;
  limit: number;
}

export interface ReplayOptions extends RemoteOptions {
  failed?: true;
}

const PER_PAGE = 100;

/** `throughline deliveries list`: one line each. Returns the exit code. */
export async function listCommand(hub: HubAccess, options: ListOptions): Promise<number> {
  const { state, event, repository, limit } = options;
  const page = await callHub(hub, 'listDeliveries', { query: { state, event, repository, limit } });
  if (page.kind !== 'done') return told(page);
  if (options.json === true) console.log(JSON.stringify(page.value.items));
  else for (const delivery of page.value.items) console.log(lineOf(delivery));
  return EXIT.done;
}

/** `throughline deliveries replay`: those named, or all that have failed. Returns the exit code. */
export async function replayCommand(hub: HubAccess, ids: readonly string[], options: ReplayOptions): Promise<number> {
  const chosen = options.failed === true ? await failedIds(hub) : { kind: 'done' as const, value: ids };
  if (chosen.kind !== 'done') return told(chosen);
  const replayed: Delivery[] = [];
  let code: number = EXIT.done;
  for (const id of chosen.value) {
    const outcome = await callHub(hub, 'replayDelivery', { params: { id } });
    if (outcome.kind === 'done') {
      replayed.push(outcome.value);
      continue;
    }
    console.error(`${id}: ${outcome.message}`);
    code = chosen.value.length === 1 ? exitCodeOf(outcome) : EXIT.failed;
    // what follows would fare the same
    if (outcome.kind !== 'refused') break;
  }
  if (options.json === true) console.log(JSON.stringify(replayed));
  else console.log(`${replayed.length} of ${chosen.value.length} are applied again.`);
  return code;
}

async function failedIds(hub: HubAccess): Promise<HubOutcome<string[]>> {
  const ids: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await callHub(hub, 'listDeliveries', { query: { state: 'failed', limit: PER_PAGE, cursor } });
    if (page.kind !== 'done') return page;
    ids.push(...page.value.items.map(({ id }) => id));
    cursor = page.value.next ?? undefined;
  } while (cursor !== undefined);
  return { kind: 'done', value: ids.toReversed() };
}

function lineOf({ id, received_at, state, event, action, repository, message }: Delivery): string {
  const what = action === null ? event : `${event}.${action}`;
  return [id, received_at, state.padEnd(8), what, repository ?? '-', message ?? ''].join('  ').trimEnd();
}
