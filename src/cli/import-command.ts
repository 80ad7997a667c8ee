import { callHub } from './hub-api.client.ts';
import { EXIT } from './commands.ts';
import { followRun } from './follow-run.ts';
import { told } from './remote-exit.ts';
import type { HubAccess, HubOutcome } from './hub-api.client.ts';
import type { ImportAnswer } from '../contract/mirror-queries.ts';
import type { RemoteOptions } from './remote-options.ts';
import type { RepositoryName } from './repos-command.ts';

export interface ImportOptions extends RemoteOptions {
  pulls?: true;
  all?: true;
  force?: true;
  wait: number;
}

/** `throughline import`: imports by number, or follows the run that imports all. Returns the exit code. */
export async function importCommand(
  hub: HubAccess,
  params: RepositoryName,
  numbers: number[],
  options: ImportOptions,
): Promise<number> {
  const asked = await callHub(hub, 'importItems', {
    params,
    headers: { prefer: 'wait=0' },
    body: {
      kind: options.pulls === true ? 'pulls' : 'issues',
      ...(options.all === true ? { all: true as const } : { numbers }),
      force_update: options.force === true,
    },
  });
  const outcome = asked.kind === 'done' ? await ended(hub, asked.value, options.wait) : asked;
  if (outcome.kind !== 'done') return told(outcome);
  const { imported, updated, skipped, errors, run } = outcome.value;
  const running = run?.state === 'running' ? ', still running' : '';
  const line = `${imported} imported, ${updated} updated, ${skipped} skipped, ${errors.length} failed${running}.`;
  console.log(options.json === true ? JSON.stringify(outcome.value) : line);
  if (options.json !== true) {
    for (const { item, message } of errors) console.error(`${item}: ${message}`);
    if (run !== null && run.message !== null) console.error(run.message);
  }
  return codeFor(outcome.value);
}

async function ended(hub: HubAccess, answer: ImportAnswer, waitSeconds: number): Promise<HubOutcome<ImportAnswer>> {
  if (answer.run === null) return { kind: 'done', value: answer };
  const followed = await followRun(hub, answer.run, waitSeconds);
  if (followed.kind !== 'done') return followed;
  const run = followed.value;
  const errors = run.errors.map(({ issue, message }) => ({ item: issue, message }));
  return {
    kind: 'done',
    value: { imported: run.imported, updated: run.updated, skipped: run.unchanged, errors, run },
  };
}

function codeFor({ errors, run }: ImportAnswer): number {
  if (run?.state === 'failed') return EXIT.refused;
  return errors.length === 0 && run?.state !== 'running' ? EXIT.done : EXIT.failed;
}
