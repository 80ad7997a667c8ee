import { execFile } from 'node:child_process';
import { join } from 'node:path';

import { bareEnvironment } from '../../test/support/bare-environment.ts';

const PROGRAM = join(import.meta.dirname, 'cli.ts');

/** How a command ended. */
export interface Ended {
  code: number;
  stdout: string;
  stderr: string;
}

/** Runs the real program in a process of its own, with nothing of this environment but what a process needs. */
export async function throughline(args: string[], env: Record<string, string> = {}, stdin = ''): Promise<Ended> {
  return program(process.execPath, [PROGRAM, ...args], env, stdin);
}

export async function program(
  file: string,
  args: string[],
  env: Record<string, string> = {},
  stdin = '',
): Promise<Ended> {
  return new Promise((resolve) => {
    const child = execFile(file, args, { env: { ...bareEnvironment(), ...env } }, (error, stdout, stderr) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : error === null ? 0 : -1, stdout, stderr });
    });
    child.stdin?.end(stdin);
  });
}
