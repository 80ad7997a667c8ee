import { sentrySyncHelp } from '../sentry-sync-settings.ts';
import { tableText } from './help-table.ts';
import type { Command } from 'commander';
import type { SentrySyncOptions } from './sentry-sync.ts';

type SetExitCode = (exitCode: number) => void;

/** Adds `sentry sync`, which needs no hub, and the commands about Sentry that ask a running one. */
export function addSentry(program: Command, env: NodeJS.ProcessEnv, setExitCode: SetExitCode): void {
  const sentry = program.command('sentry').description('Errors of Sentry that become GitHub issues');
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
