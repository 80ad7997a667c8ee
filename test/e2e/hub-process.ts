import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { once } from 'node:events';
import { join } from 'node:path';
import { spawn } from 'node:child_process';
import { stripVTControlCharacters } from 'node:util';

import { bareEnvironment } from '../support/bare-environment.ts';
import { scratch } from '../support/scratch.ts';
import type { ChildProcess } from 'node:child_process';
import type { TestContext } from 'node:test';

const ROOT = join(import.meta.dirname, '../..');
const START_MS_MAX = 40_000;

/** A hub as a person starts it: a process of its own, a folder of its own, a free port. */
export interface HubProcess {
  /** The link it printed: whoever opens it is in. */
  link: string;
  origin: string;
  /** The page of the demo's GitHub; empty for `serve`. */
  githubUrl: string;
  /** Ctrl-C. Resolves with the exit code; null when a signal ended the process. */
  interrupt(): Promise<number | null>;
}

/** Starts `throughline demo` or `throughline serve` and waits for the link it prints. Gone with the test, data and all. */
export async function startHub(
  t: TestContext,
  command: 'demo' | 'serve',
  env: Record<string, string> = {},
): Promise<HubProcess> {
  const dataDir = await mkdtemp(join(scratch(), 'throughline-e2e-'));
  const child = spawn(process.execPath, ['src/cli/cli.ts', command], {
    cwd: ROOT,
    // nothing of the test run's own environment reaches the hub
    env: { ...bareEnvironment(), PORT: '0', DATA_DIR: dataDir, LOG_LEVEL: 'warn', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let asked = false;
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (said += chunk.toString()));
  child.once('exit', (code, signal) => {
    if (!asked) console.error(`the hub ended by itself with ${code ?? signal}. It printed:\n${said}`);
  });
  const exited = once(child, 'exit').then(([code]: unknown[]) => (typeof code === 'number' ? code : null));
  t.after(async () => {
    asked = true;
    if (child.exitCode === null) child.kill('SIGTERM');
    await exited;
    await rm(dataDir, { recursive: true, force: true });
  });
  const text = await printed(child, command === 'demo' ? /Its data: .*\n/u : /#token=.*\n/u);
  const link = /\S+#token=\S+/u.exec(text)?.[0];
  assert.ok(link !== undefined, text);
  return {
    link,
    origin: new URL(link).origin,
    githubUrl: /Its GitHub: (\S+)/u.exec(text)?.[1] ?? '',
    async interrupt() {
      asked = true;
      child.kill('SIGINT');
      return exited;
    },
  };
}

/** Resolves with all that was printed as soon as it has the words; says what was printed instead when the process ends or dawdles. */
async function printed(child: ChildProcess, words: RegExp): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    const fail = (why: string) => reject(new Error(`the hub ${why}. It printed:\n${text}`));
    const limit = setTimeout(() => fail('did not start in time'), START_MS_MAX);
    const hear = (chunk: Buffer) => {
      text += stripVTControlCharacters(chunk.toString());
      if (!words.test(text)) return;
      clearTimeout(limit);
      resolve(text);
    };
    child.stdout?.on('data', hear);
    child.stderr?.on('data', hear);
    child.once('error', (error) => fail(`could not be started (${error.message})`));
    child.once('exit', (code) => fail(`ended with ${code}`));
  });
}
