#!/usr/bin/env node
// Plain JavaScript that old versions of Node can read, because its work is to find a version that can run the rest.
import { spawn } from 'node:child_process';
import { existsSync, realpathSync } from 'node:fs';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..');
const OWN_NODE = join(ROOT, 'node_modules/.bin/node');
const PASSED_ON = ['SIGTERM', 'SIGHUP', 'SIGINT'];

if (isNewEnough(process.versions.node)) {
  await import('../src/cli/cli.ts');
} else if (existsSync(OWN_NODE) && realpathSync(OWN_NODE) !== realpathSync(process.execPath)) {
  runWith(OWN_NODE);
} else {
  process.stderr.write(
    `Throughline needs Node.js 22.18 or newer, and this is ${process.versions.node}. Run "npm install" in ${ROOT}, which brings one along on Linux, or install a newer Node.js.\n`,
  );
  process.exitCode = 2;
}

/** Node runs TypeScript without a flag since 22.18 and 23.6. */
function isNewEnough(version) {
  const [major, minor] = version.split('.').map(Number);
  return major > 23 || (major === 23 && minor >= 6) || (major === 22 && minor >= 18);
}

/** Runs this same command with another Node and ends as it ends. */
function runWith(node) {
  // Ctrl-C in a terminal reaches the child by itself; passed on as well, it would count as the second one that ends at once.
  const inTerminal = process.stdin.isTTY || process.stdout.isTTY || process.stderr.isTTY;
  // before the child is there: a signal in between would end this process and leave the child behind
  for (const signal of PASSED_ON) process.on(signal, () => (signal === 'SIGINT' && inTerminal) || child.kill(signal));
  const child = spawn(node, process.argv.slice(1), { stdio: 'inherit' });
  child.on('error', (error) => {
    process.stderr.write(`${node} cannot be started (${error.message}). Install Node.js 22.18 or newer.\n`);
    process.exitCode = 2;
  });
  child.on('exit', (code, signal) => process.exit(signal === null ? code : 128 + constants.signals[signal]));
}
