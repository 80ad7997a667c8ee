import { callHub } from './hub-api.client.ts';
import { EXIT } from './commands.ts';
import { told } from './remote-exit.ts';
import type { HubAccess } from './hub-api.client.ts';
import type { RemoteOptions } from './remote-options.ts';

const FINDINGS_SHOWN = 20;

/** `throughline drift`: the one number, each repository's last audit, and what was found. Returns the exit code. */
export async function driftCommand(hub: HubAccess, options: RemoteOptions): Promise<number> {
  const outcome = await callHub(hub, 'drift', {});
  if (outcome.kind !== 'done') return told(outcome);
  const { wrong, found, compared, repositories, findings } = outcome.value;
  const code = wrong === 0 ? EXIT.done : EXIT.failed;
  if (options.json === true) {
    console.log(JSON.stringify(outcome.value));
    return code;
  }
  console.log(
    `${wrong} of ${compared} compared items are wrong now; the last audits found ${found} and repaired them.`,
  );
  for (const one of repositories)
    console.log(
      `${one.repository}  ${one.audited_at === null ? 'not audited yet' : `audited ${one.audited_at}: ${one.found} of ${one.compared} wrong`}`,
    );
  for (const one of findings.slice(0, FINDINGS_SHOWN))
    console.log(
      `${one.found_at}  ${one.repository} ${one.item_kind} ${one.item}: ${one.field} was ${JSON.stringify(one.mirrored)} here, ${JSON.stringify(one.github)} on GitHub`,
    );
  return code;
}
