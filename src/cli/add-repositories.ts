import { InvalidArgumentError, Option } from 'commander';

import { access, KEY_HELP, remote, seconds } from './remote-options.ts';
import { MIRRORS, SAMPLE_MAX } from '../contract/mirror.ts';
import type { Command } from 'commander';
import type { DriftOptions } from './drift-command.ts';
import type { ListOptions, RepositoryName, SyncOptions, TrackOptions } from './repos-command.ts';
import type { ImportOptions } from './import-command.ts';
import type { RemoteOptions } from './remote-options.ts';

const WAIT_SECONDS_MAX = 24 * 3600;
const NUMBERS_MAX = 100;
const RUN_CODES = `${KEY_HELP}
Exit codes: 0 done, 1 partly or not yet, or the hub was not reached, 2 the call is wrong, 3 the hub or GitHub refused.`;

type SetExitCode = (exitCode: number) => void;

/** Adds `repos list|track|untrack|sync`, `import` and `drift`. */
export function addRepositories(program: Command, env: NodeJS.ProcessEnv, setExitCode: SetExitCode): void {
  const repos = program.command('repos').description('Mirrored repositories of a running hub');
  addList(repos, env, setExitCode);
  addTrack(repos, env, setExitCode);
  addUntrack(repos, env, setExitCode);
  addSync(repos, env, setExitCode);
  addImport(program, env, setExitCode);
  addDrift(program, env, setExitCode);
}

function addList(repos: Command, env: NodeJS.ProcessEnv, setExitCode: SetExitCode): void {
  remote(repos.command('list').description('List them, each with its health in one word and the reason'))
    .addOption(new Option('--mirrors <what>', 'linked: only linked issues; all: tracked').choices(MIRRORS))
    .addHelpText('after', RUN_CODES)
    .action(async (options: ListOptions, command: Command) => {
      const { listCommand } = await import('./repos-command.ts');
      setExitCode(await listCommand(access(options, env, command), options));
    });
}

function addTrack(repos: Command, env: NodeJS.ProcessEnv, setExitCode: SetExitCode): void {
  remote(repos.command('track').description('Mirror a repository as a whole, and follow its first import'))
    .argument('<owner/name>', 'the repository', repositoryName)
    .option('--connection <id>', 'whose credential reads it; default: the first that is switched on')
    .option('--wait <seconds>', 'how long to follow the import', seconds(WAIT_SECONDS_MAX), 30)
    .addHelpText('after', RUN_CODES)
    .action(async (name: RepositoryName, options: TrackOptions, command: Command) => {
      const { trackCommand } = await import('./repos-command.ts');
      setExitCode(await trackCommand(access(options, env, command), name, options));
    });
}

function addUntrack(repos: Command, env: NodeJS.ProcessEnv, setExitCode: SetExitCode): void {
  remote(
    repos.command('untrack').description('Stop mirroring a repository; linked issues are kept, the rest is deleted'),
  )
    .argument('<owner/name>', 'the repository', repositoryName)
    .addHelpText('after', RUN_CODES)
    .action(async (name: RepositoryName, options: RemoteOptions, command: Command) => {
      const { untrackCommand } = await import('./repos-command.ts');
      setExitCode(await untrackCommand(access(options, env, command), name, options));
    });
}

function addSync(repos: Command, env: NodeJS.ProcessEnv, setExitCode: SetExitCode): void {
  remote(repos.command('sync').description('Sync one repository now, and follow it'))
    .argument('<owner/name>', 'the repository', repositoryName)
    .option('--reconcile', 'compare everything with GitHub and repair it')
    .option('--wait <seconds>', 'how long to follow', seconds(WAIT_SECONDS_MAX), 30)
    .addHelpText('after', RUN_CODES)
    .action(async (name: RepositoryName, options: SyncOptions, command: Command) => {
      const { syncCommand } = await import('./repos-command.ts');
      setExitCode(await syncCommand(access(options, env, command), name, options));
    });
}

function addImport(program: Command, env: NodeJS.ProcessEnv, setExitCode: SetExitCode): void {
  remote(program.command('import').description('Import issues or pull requests of a repository into a running hub'))
    .argument('<owner/name>', 'the repository', repositoryName)
    .argument('[numbers...]', `numbers, at most ${NUMBERS_MAX}`, itemNumber)
    .option('--pulls', 'pull requests; default: issues')
    .option('--all', 'all of the repository, which must be tracked')
    .option('--force', 'read those that are here already once more')
    .option('--wait <seconds>', 'with --all: how long to follow', seconds(WAIT_SECONDS_MAX), 30)
    .addHelpText('after', RUN_CODES)
    .action(async (name: RepositoryName, numbers: number[] | undefined, options: ImportOptions, command: Command) => {
      const given = numbers ?? [];
      if ((given.length === 0) === (options.all === undefined))
        command.error('error: Give numbers, or --all for all of the repository.');
      if (given.length > NUMBERS_MAX) command.error(`error: Give at most ${NUMBERS_MAX} numbers at a time.`);
      const { importCommand } = await import('./import-command.ts');
      setExitCode(await importCommand(access(options, env, command), name, given, options));
    });
}

function addDrift(program: Command, env: NodeJS.ProcessEnv, setExitCode: SetExitCode): void {
  remote(program.command('drift').description('How many mirrored items were found to differ from GitHub'))
    .option('--sample <n>', 'compare so many items of each tracked repository now, drawn at random', sampleSize)
    .option('--wait <seconds>', 'with --sample: how long to follow', seconds(WAIT_SECONDS_MAX), 60)
    .addHelpText(
      'after',
      `${KEY_HELP}\nExit codes: 0 nothing is wrong now, 1 something is, a sample did not end, or the hub was not reached, 2 the call is wrong, 3 refused.`,
    )
    .action(async (options: DriftOptions, command: Command) => {
      const { driftCommand } = await import('./drift-command.ts');
      setExitCode(await driftCommand(access(options, env, command), options));
    });
}

function repositoryName(text: string): RepositoryName {
  const [, owner, name] = /^([\w-]+)\/([\w.-]+)$/u.exec(text) ?? [];
  if (owner === undefined || name === undefined) throw new InvalidArgumentError('Write it as owner/name.');
  return { owner, name };
}

function sampleSize(text: string): number {
  const size = /^[1-9]\d{0,3}$/u.test(text) ? Number(text) : 0;
  if (size === 0 || size > SAMPLE_MAX) throw new InvalidArgumentError(`Write a number from 1 to ${SAMPLE_MAX}.`);
  return size;
}

function itemNumber(text: string, before: number[] | undefined): number[] {
  const digits = /^#?([1-9]\d{0,8})$/u.exec(text)?.[1];
  if (digits === undefined) throw new InvalidArgumentError('Give numbers, as 12 or #12.');
  return [...(before ?? []), Number(digits)];
}
