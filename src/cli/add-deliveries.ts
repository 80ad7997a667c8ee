import { InvalidArgumentError, Option } from 'commander';

import { access, KEY_HELP, remote } from './remote-options.ts';
import { DELIVERY_STATES } from '../contract/deliveries.ts';
import type { Command } from 'commander';
import type { ListOptions, ReplayOptions } from './deliveries-command.ts';

const LIMIT_MAX = 100;

/** Adds `deliveries list` and `deliveries replay`. */
export function addDeliveries(program: Command, env: NodeJS.ProcessEnv, setExitCode: (exitCode: number) => void): void {
  const deliveries = program
    .command('deliveries')
    .description("Look at GitHub's webhook deliveries on a running hub, and apply them again");
  remote(deliveries.command('list').description('List what GitHub sent, newest first'))
    .addOption(new Option('--state <state>', 'only those in this state').choices(DELIVERY_STATES))
    .option('--event <event>', 'only this event, as issues')
    .option('--repository <owner/name>', 'only of this repository')
    .option('--limit <number>', `how many, 1 to ${LIMIT_MAX}`, limit, 20)
    .addHelpText('after', `${KEY_HELP}\nExit codes: 0 done, 1 the hub was not reached, 2 the call is wrong, 3 refused.`)
    .action(async (options: ListOptions, command: Command) => {
      const { listCommand } = await import('./deliveries-command.ts');
      setExitCode(await listCommand(access(options, env, command), options));
    });
  remote(deliveries.command('replay').description('Apply deliveries again, now'))
    .argument('[ids...]', 'ids, as "deliveries list" prints them')
    .option('--failed', 'all that have failed')
    .addHelpText(
      'after',
      `${KEY_HELP}
Exit codes: 0 all are applied again, 1 not all, or the hub was not reached, 2 the call is wrong, 3 the hub refused.`,
    )
    .action(async (ids: string[], options: ReplayOptions, command: Command) => {
      if ((ids.length === 0) === (options.failed === undefined))
        command.error('error: Give the ids of deliveries, or --failed for all that have failed.');
      const { replayCommand, replayFailedCommand } = await import('./deliveries-command.ts');
      const hub = access(options, env, command);
      setExitCode(options.failed ? await replayFailedCommand(hub, options) : await replayCommand(hub, ids, options));
    });
}

function limit(text: string): number {
  const value = Number(text);
  if (!/^\d+$/u.test(text) || value < 1 || value > LIMIT_MAX)
    throw new InvalidArgumentError(`Give a whole number, 1 to ${LIMIT_MAX}.`);
  return value;
}
