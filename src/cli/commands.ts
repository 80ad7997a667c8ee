import { Command, CommanderError } from 'commander';

import { ConfigProblem, helpTable, readConfig } from '../config.ts';
import { DatabaseProblem } from '../db/db.model.ts';
import { tableText } from './help-table.ts';

/** Exit codes: 0 done, 1 partly or not done, 2 the configuration or the call is wrong, 3 a remote refused. */
export const EXIT = { done: 0, failed: 1, usage: 2, refused: 3 } as const;

/** Runs one command and returns the exit code; long-running ones return when they are stopped. */
export async function run(argv: string[], env: NodeJS.ProcessEnv, startedAt: number): Promise<number> {
  let code: number = EXIT.done;
  const program = new Command('throughline')
    .description('One line from the place where a problem is reported to the GitHub issue where it is fixed, and back.')
    .addHelpText('after', () => `\nEnvironment:\n${tableText(helpTable())}`)
    .exitOverride();
  program
    .command('serve')
    .description('Serve the pages and the API, file reports, sync by schedule')
    .action(async () => (await import('./serve.ts')).serveCommand(readConfig(env), startedAt));
  program
    .command('worker')
    .description('File and sync only, beside any number of others on one PostgreSQL (DATABASE_URL)')
    .action(async () => (await import('./serve.ts')).workerCommand(readConfig(env), startedAt));
  program
    .command('demo')
    .description('Try everything without an account: a hub and a GitHub of its own on this machine')
    .action(async () => (await import('./demo.ts')).demoCommand(env, startedAt));
  const { addRemoteCommands } = await import('./remote-commands.ts');
  addRemoteCommands(program, env, (exitCode) => (code = exitCode));
  try {
    await program.parseAsync(argv);
    return code;
  } catch (error) {
    return explain(error);
  }
}

function explain(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
  if (error instanceof ConfigProblem || error instanceof DatabaseProblem) {
    console.error(error.message);
    return EXIT.usage;
  }
  if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE') {
    console.error('The port is taken by another program: set PORT to a free one, or stop the other.');
    return EXIT.usage;
  }
  console.error(error instanceof Error ? error.stack : String(error));
  return EXIT.failed;
}
