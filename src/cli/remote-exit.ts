import { EXIT } from './commands.ts';
import type { HubOutcome } from './hub-api.client.ts';

/** The exit code when the hub did not do what was asked. */
export function exitCodeOf(outcome: Exclude<HubOutcome<unknown>, { kind: 'done' }>): number {
  return outcome.kind === 'refused' ? EXIT.refused : EXIT.failed;
}

/** Says on stderr why the hub did not do what was asked, and gives the exit code. */
export function told(outcome: Exclude<HubOutcome<unknown>, { kind: 'done' }>): number {
  console.error(outcome.message);
  return exitCodeOf(outcome);
}
