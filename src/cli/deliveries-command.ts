import { callHub } from './hub-api.client.ts';
import { EXIT } from './commands.ts';
import { exitCodeOf, told } from './remote-exit.ts';
import type { Delivery } from '../contract/deliveries.ts';
import type { HubAccess } from './hub-api.client.ts';
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

/** `throughline deliveries list`: one line each. Returns the exit code. */
export async function listCommand(hub: HubAccess, options: ListOptions): Promise<number> {
  const { state, event, repository, limit } = options;
  const page = await callHub(hub, 'listDeliveries', { query: { state, event, repository, limit } });
  if (page.kind !== 'done') return told(page);
  if (options.json === true) console.log(JSON.stringify(page.value.items));
  else for (const delivery of page.value.items) console.log(lineOf(delivery));
  return EXIT.done;
}

/** `throughline deliveries replay --failed`: all that have failed, by one request. Returns the exit code. */
export async function replayFailedCommand(hub: HubAccess, options: ReplayOptions): Promise<number> {
  const outcome = await callHub(hub, 'replayFailedDeliveries', { body: {} });
  if (outcome.kind !== 'done') return told(outcome);
  const { replayed } = outcome.value;
  if (options.json === true) console.log(JSON.stringify(outcome.value));
  else console.log(replayed === 0 ? 'None has failed.' : `${replayed} of ${replayed} are applied again.`);
  return EXIT.done;
}

/** `throughline deliveries replay` of those named. Returns the exit code. */
export async function replayCommand(hub: HubAccess, ids: readonly string[], options: ReplayOptions): Promise<number> {
  const replayed: Delivery[] = [];
  let code: number = EXIT.done;
  for (const id of ids) {
    const outcome = await callHub(hub, 'replayDelivery', { params: { id } });
    if (outcome.kind === 'done') {
      replayed.push(outcome.value);
      continue;
    }
    console.error(`${id}: ${outcome.message}`);
    code = ids.length === 1 ? exitCodeOf(outcome) : EXIT.failed;
    // what follows would fare the same
    if (outcome.kind !== 'refused') break;
  }
  if (options.json === true) console.log(JSON.stringify(replayed));
  else console.log(`${replayed.length} of ${ids.length} are applied again.`);
  return code;
}

function lineOf({ id, received_at, state, event, action, repository, message }: Delivery): string {
  const what = action === null ? event : `${event}.${action}`;
  return [id, received_at, state.padEnd(8), what, repository ?? '-', message ?? ''].join('  ').trimEnd();
}
