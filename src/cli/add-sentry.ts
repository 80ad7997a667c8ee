import { InvalidArgumentError, Option } from 'commander';

import { access, KEY_HELP, remote, seconds } from './remote-options.ts';
import { ERROR_STATES } from '../contract/errors.ts';
import { sentrySyncHelp } from '../sentry-sync-settings.ts';
import { tableText } from './help-table.ts';
import { whole } from '../settings.ts';
import type { Command } from 'commander';
import type { DryRunOptions, ErrorsOptions, RunOptions } from './sentry-commands.ts';
import type { RemoteOptions } from './remote-options.ts';
import type { SentrySyncOptions } from './sentry-sync.ts';
import type { UndoOptions } from './sentry-undo.ts';

const WAIT_SECONDS_MAX = 3600;
const DAYS_MAX = 90;
const ERRORS_MAX = 10_000;
const CODES = `${KEY_HELP}
Exit codes: 0 done, 1 partly or not yet, or the hub was not reached, 2 the call is wrong, 3 the hub or Sentry refused.`;

type SetExitCode = (exitCode: number) => void;

/** Adds `sentry sync`, which needs no hub, and the commands about Sentry that ask a running one. */
export function addSentry(program: Command, env: NodeJS.ProcessEnv, setExitCode: SetExitCode): void {
  const sentry = program.command('sentry').description('Errors of Sentry that become GitHub issues');
  addSync(sentry, env, setExitCode);
  addLists(sentry, env, setExitCode);
  addRuns(sentry, env, setExitCode);
  addUndo(sentry, env, setExitCode);
}

function addSync(sentry: Command, env: NodeJS.ProcessEnv, setExitCode: SetExitCode): void {
  sentry
    .command('sync')
    .description('File new errors once, without a hub or a database: for cron, systemd, containers and GitHub Actions')
    .option('--dry-run', 'say what would be filed, and file nothing; as DRY_RUN=true')
    .option('--json', 'print what became of each error as JSON')
    .addHelpText(
      'after',
      () => `\nEnvironment:\n${tableText(sentrySyncHelp())}

Exit codes: 0 all is done, 1 partly: something waits, or failed for a while, or its outcome is not known yet; 2 the settings are
wrong, 3 Sentry or GitHub refused.`,
    )
    .action(async (options: SentrySyncOptions) => {
      const { sentrySyncCommand } = await import('./sentry-sync.ts');
      setExitCode(await sentrySyncCommand(env, options));
    });
}

function addLists(sentry: Command, env: NodeJS.ProcessEnv, setExitCode: SetExitCode): void {
  remote(sentry.command('connections').description('Sentry connections of a running hub, each with its health'))
    .addHelpText('after', CODES)
    .action(async (options: RemoteOptions, command: Command) => {
      const { connectionsCommand } = await import('./sentry-commands.ts');
      setExitCode(await connectionsCommand(access(options, env, command), options));
    });
  remote(sentry.command('rules').description('Rules of a running hub in their order, each with its health'))
    .addHelpText('after', CODES)
    .action(async (options: RemoteOptions, command: Command) => {
      const { rulesCommand } = await import('./sentry-commands.ts');
      setExitCode(await rulesCommand(access(options, env, command), options));
    });
  remote(sentry.command('errors').description('Errors that a running hub knows, both sides of each'))
    .addOption(new Option('--state <state>', 'only those').choices([...ERROR_STATES, 'conflict']))
    .option('--query <words>', 'words in the title, a short id, or #number')
    .option('--limit <n>', 'at most so many, the latest first', (text) => numberUpTo(text, ERRORS_MAX), 50)
    .addHelpText('after', CODES)
    .action(async (options: ErrorsOptions, command: Command) => {
      const { errorsCommand } = await import('./sentry-commands.ts');
      setExitCode(await errorsCommand(access(options, env, command), options));
    });
}

function addRuns(sentry: Command, env: NodeJS.ProcessEnv, setExitCode: SetExitCode): void {
  remote(sentry.command('run').description('Look for errors that a rule takes now, and follow it'))
    .argument('<rule>', 'its name or id')
    .option('--wait <seconds>', 'how long to follow', seconds(WAIT_SECONDS_MAX), 30)
    .addHelpText('after', CODES)
    .action(async (rule: string, options: RunOptions, command: Command) => {
      const { runCommand } = await import('./sentry-commands.ts');
      setExitCode(await runCommand(access(options, env, command), rule, options));
    });
  remote(sentry.command('dry-run').description('What a rule would have filed, where, and why not; nothing is sent'))
    .argument('<rule>', 'its name or id')
    .option('--days <n>', 'how many days back', (text) => numberUpTo(text, DAYS_MAX), 14)
    .addHelpText('after', CODES)
    .action(async (rule: string, options: DryRunOptions, command: Command) => {
      const { dryRunCommand } = await import('./sentry-commands.ts');
      setExitCode(await dryRunCommand(access(options, env, command), rule, options));
    });
}

function addUndo(sentry: Command, env: NodeJS.ProcessEnv, setExitCode: SetExitCode): void {
  remote(sentry.command('undo').description('What the hub wrote to both sides, and with --yes: take it back'))
    .option('--rule <rule>', 'what this rule did; its name or id')
    .option('--run <id>', 'what was done from this run on, up to the next one')
    .option('--since <time>', 'since then: 14:00, 90m, 2h, 3d, or 2026-11-21T14:00Z')
    .option('--until <time>', 'up to then; default: now')
    .option('--yes', 'take back what is shown without this')
    .option('--wait <seconds>', 'how long to follow', seconds(WAIT_SECONDS_MAX), 300)
    .addHelpText(
      'after',
      `
What somebody changed since is left alone, and told. Comments, links and numbers stay. A rule that is on goes on: switch it
off first where it would do the same again.
${CODES}`,
    )
    .action(async (options: UndoOptions, command: Command) => {
      const { undoCommand } = await import('./sentry-undo.ts');
      setExitCode(await undoCommand(access(options, env, command), options));
    });
  remote(sentry.command('undo-stop').description('Stop what "sentry undo" takes back; what is set back stays so'))
    .argument('<id>', 'its id, which "sentry undo" prints')
    .addHelpText('after', CODES)
    .action(async (id: string, options: RemoteOptions, command: Command) => {
      const { undoStopCommand } = await import('./sentry-undo.ts');
      setExitCode(await undoStopCommand(access(options, env, command), id, options));
    });
}

function numberUpTo(text: string, max: number): number {
  try {
    return whole(1, max)(text);
  } catch {
    throw new InvalidArgumentError(`Give a number from 1 to ${max}.`);
  }
}
