import { setTimeout as sleep } from 'node:timers/promises';

import { callHub } from './hub-api.client.ts';
import { EXIT } from './commands.ts';
import { followRun, runTroubles } from './follow-run.ts';
import { told } from './remote-exit.ts';
import type { Drift } from '../contract/drift.ts';
import type { HubAccess, HubOutcome } from './hub-api.client.ts';
import type { RemoteOptions } from './remote-options.ts';
import type { Repository } from '../contract/mirror.ts';
import type { SyncRun } from '../contract/connections.ts';

export interface DriftOptions extends RemoteOptions {
  /** How many items of each tracked repository are compared first. */
  sample?: number;
  wait: number;
}

const FINDINGS_SHOWN = 20;
const AGAIN_MS = 500;

/**
 * `throughline drift`: the one number, each repository's newest audits, and what was found; with `--sample` it has some items of
 * each tracked repository compared before. Returns the exit code.
 */
export async function driftCommand(hub: HubAccess, options: DriftOptions): Promise<number> {
  const sampled = options.sample === undefined ? EXIT.done : await sampleAll(hub, options.sample, options.wait);
  if (sampled === EXIT.refused) return sampled;
  const outcome = await callHub(hub, 'drift', {});
  if (outcome.kind !== 'done') return told(outcome);
  console.log(options.json === true ? JSON.stringify(outcome.value) : linesOf(outcome.value).join('\n'));
  return outcome.value.wrong === 0 ? sampled : EXIT.failed;
}

function linesOf({ found, compared, wrong, repositories, findings }: Drift): string[] {
  return [
    compared === 0
      ? 'Nothing was compared with GitHub yet.'
      : `${found} of ${compared} items that the newest audits compared were wrong (${percent(found, compared)}); ${wrong} of them still are.`,
    ...repositories.map(({ repository, audits }) => `${repository}  ${auditWords(audits)}`),
    ...findings
      .slice(0, FINDINGS_SHOWN)
      .map(
        (one) =>
          `${one.found_at}  ${one.repository} ${one.item_kind} ${one.item}: ${one.field} was ${JSON.stringify(one.mirrored)} here, ${JSON.stringify(one.github)} on GitHub (${one.audit})`,
      ),
  ];
}

function percent(part: number, whole: number): string {
  return `${Number(((100 * part) / whole).toFixed(2))} %`;
}

function auditWords(audits: Drift['repositories'][number]['audits']): string {
  if (audits.length === 0) return 'not audited yet';
  return audits
    .map(
      ({ audit, at, compared, found }) =>
        `${audit === 'full' ? 'in full' : 'by sample'} ${at}: ${found} of ${compared} wrong`,
    )
    .join('; ');
}

async function sampleAll(hub: HubAccess, size: number, waitSeconds: number): Promise<number> {
  const until = Date.now() + waitSeconds * 1000;
  const tracked = await trackedRepositories(hub);
  if (tracked.kind !== 'done') return told(tracked);
  let code: number = EXIT.done;
  for (const { full_name: fullName } of tracked.value) {
    const outcome = await sampleOne(hub, fullName, size, until);
    if (outcome.kind !== 'done') return told(outcome);
    if (outcome.value.state === 'done') continue;
    code = EXIT.failed;
    const troubles = runTroubles(outcome.value);
    console.error(troubles.length > 0 ? troubles.join('\n') : `${fullName}: still being compared.`);
  }
  return code;
}

// Another run of the repository may be under way: it is waited for, and the sample asked for again.
async function sampleOne(hub: HubAccess, fullName: string, size: number, until: number): Promise<HubOutcome<SyncRun>> {
  const [owner = '', name = ''] = fullName.split('/');
  for (;;) {
    const body = { kind: 'sample', size } as const;
    const started = await callHub(hub, 'syncRepository', {
      params: { owner, name },
      body,
      headers: { prefer: 'wait=0' },
    });
    if (started.kind !== 'done') return started;
    const run = await followRun(hub, started.value, Math.max(0, (until - Date.now()) / 1000));
    if (run.kind !== 'done' || run.value.kind === 'sample' || Date.now() >= until) return run;
    await sleep(AGAIN_MS);
  }
}

async function trackedRepositories(hub: HubAccess): Promise<HubOutcome<Repository[]>> {
  const found: Repository[] = [];
  let cursor: string | undefined;
  do {
    const query = { mirrors: 'all', ...(cursor === undefined ? {} : { cursor }) } as const;
    const page = await callHub(hub, 'listRepositories', { query });
    if (page.kind !== 'done') return page;
    found.push(...page.value.items.filter(({ paused }) => !paused));
    cursor = page.value.next ?? undefined;
  } while (cursor !== undefined);
  return { kind: 'done', value: found };
}
