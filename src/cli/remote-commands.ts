import { Option } from 'commander';

import { access, KEY_HELP, remote, seconds } from './remote-options.ts';
import { addDeliveries } from './add-deliveries.ts';
import { addRepositories } from './add-repositories.ts';
import { addSentry } from './add-sentry.ts';
import { SEVERITIES } from '../contract/reports.ts';
import type { Command } from 'commander';
import type { ReportOptions } from './report-command.ts';
import type { SyncOptions } from './sync-command.ts';

/** Longest that the hub itself waits (`Prefer: wait`). */
const REPORT_WAIT_SECONDS_MAX = 30;
const SYNC_WAIT_SECONDS_MAX = 24 * 3600;

/** Adds `report`, `sync`, `deliveries`, `repos`, `import`, `drift`, `sentry` and `doctor`; each tells its exit code by `setExitCode`. */
export function addRemoteCommands(
  program: Command,
  env: NodeJS.ProcessEnv,
  setExitCode: (exitCode: number) => void,
): void {
  addReport(program, env, setExitCode);
  addSync(program, env, setExitCode);
  addDeliveries(program, env, setExitCode);
  addRepositories(program, env, setExitCode);
  addSentry(program, env, setExitCode);
  program
    .command('doctor')
    .description('Check this machine, the settings, the database and every connection, and say what to do')
    .option('--json', 'print the findings as a JSON array')
    .addHelpText('after', '\nExit codes: 0 nothing is wrong, 1 something is, 2 the settings cannot be read.')
    .action(async (options: { json?: true }) => {
      const { doctorCommand } = await import('./doctor.ts');
      setExitCode(await doctorCommand(env, options.json === true));
    });
}

function addReport(program: Command, env: NodeJS.ProcessEnv, setExitCode: (exitCode: number) => void): void {
  remote(program.command('report').description('Report a problem to a running hub'))
    .requiredOption('--title <text>', 'one line that says what is wrong')
    .addOption(new Option('--description <text>', 'what happened, in Markdown').conflicts('descriptionFile'))
    .option('--description-file <file>', 'read the description from a file; "-": from standard input')
    .argument('[-]', 'read the description from standard input')
    .option('--tag <tag>', 'becomes a label; may be given several times', collect, [])
    .addOption(new Option('--severity <severity>', 'how bad it is').choices(SEVERITIES))
    .option('--reporter-id <id>', 'whose report it is: the id in your own app')
    .option('--reporter-email <email>', 'e-mail of the reporter')
    .option('--reporter-name <name>', 'name of the reporter')
    .option('--wait <seconds>', 'how long to wait for GitHub', seconds(REPORT_WAIT_SECONDS_MAX), 5)
    .option('--idempotency-key <key>', 'the same key gives the same report, for a day')
    .addHelpText(
      'after',
      `${KEY_HELP}
Exit codes: 0 it is on GitHub (with --wait 0: the hub has it), 1 it is kept but not on GitHub yet, or the hub was not reached,
2 the call is wrong, 3 the hub or GitHub refused it.`,
    )
    .action(async (dash: string | undefined, options: ReportOptions, command: Command) => {
      const fault = reportFault(dash, options);
      if (fault !== null) command.error(`error: ${fault}`);
      const { reportCommand } = await import('./report-command.ts');
      setExitCode(await reportCommand(access(options, env, command), options, dash === '-'));
    });
}

function addSync(program: Command, env: NodeJS.ProcessEnv, setExitCode: (exitCode: number) => void): void {
  remote(program.command('sync').description('Sync a running hub from GitHub now, and follow it'))
    .option('--connection <id>', 'one connection; default: all that are switched on')
    .option('--wait <seconds>', 'how long to follow', seconds(SYNC_WAIT_SECONDS_MAX), 30)
    .addHelpText(
      'after',
      `${KEY_HELP}
Exit codes: 0 all is synced, 1 partly or not yet, or the hub was not reached, 2 the call is wrong, 3 the hub or GitHub refused.`,
    )
    .action(async (options: SyncOptions, command: Command) => {
      const { syncCommand } = await import('./sync-command.ts');
      setExitCode(await syncCommand(access(options, env, command), options));
    });
}

function reportFault(dash: string | undefined, options: ReportOptions): string | null {
  if (dash !== undefined && dash !== '-')
    return `"${dash}" is one word too many. Put the title in quotes: --title "Two words".`;
  if (dash === '-' && (options.description ?? options.descriptionFile) !== undefined)
    return 'Give the description once: by option, or by "-" from standard input.';
  if (options.reporterId === undefined && (options.reporterEmail ?? options.reporterName) !== undefined)
    return '--reporter-email and --reporter-name need --reporter-id.';
  return null;
}

function collect(value: string, before: string[]): string[] {
  return [...before, value];
}
