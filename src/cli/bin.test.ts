import assert from 'node:assert/strict';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { spawn } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';

import { program } from './command.fixture.ts';
import type { TestContext } from 'node:test';

const BIN = join(import.meta.dirname, '../../bin/throughline.js');
/** Makes this Node say that it is an old one. */
const OLD = [
  '--import',
  'data:text/javascript,Object.defineProperty(process,"versions",{value:{...process.versions,node:"20.11.0"}})',
];

/** A copy of the start file in a house of its own; `node` is the text of the Node that npm brought, if any. */
function houseWith(t: TestContext, node: string | null): string {
  const root = mkdtempSync(join(tmpdir(), 'throughline-bin-'));
  t.after(() => rmSync(root, { recursive: true, force: true }));
  mkdirSync(join(root, 'bin'));
  writeFileSync(join(root, 'package.json'), '{"type":"module"}');
  cpSync(BIN, join(root, 'bin/throughline.js'));
  if (node === null) return join(root, 'bin/throughline.js');
  mkdirSync(join(root, 'node_modules/.bin'), { recursive: true });
  writeFileSync(join(root, 'node_modules/.bin/node'), `#!/bin/sh\n${node}\n`);
  chmodSync(join(root, 'node_modules/.bin/node'), 0o755);
  return join(root, 'bin/throughline.js');
}

test('the installed command runs on a Node that is new enough', async () => {
  const ended = await program(process.execPath, [BIN, '--help']);
  assert.deepEqual([ended.code, ended.stderr], [0, '']);
  assert.match(ended.stdout, /doctor/u);
});

test('an old Node without another one says in a sentence what is missing, and ends with 2', async (t) => {
  const ended = await program(process.execPath, [...OLD, houseWith(t, null), 'doctor']);
  assert.equal(ended.code, 2);
  assert.match(ended.stderr, /^Throughline needs Node\.js 22\.18 or newer, and this is 20\.11\.0\. .*npm install/u);
});

test('an old Node hands the same words and input to the Node that npm brought, and ends as that ends', async (t) => {
  const start = houseWith(t, 'shift; echo "$@"; cat; exit 3');
  const ended = await program(process.execPath, [...OLD, start, 'report', '--title', 'Two words'], {}, 'typed');
  assert.deepEqual(ended, { code: 3, stdout: 'report --title Two words\ntyped', stderr: '' });
});

test('an old Node passes a signal on and waits for the orderly end', async (t) => {
  const start = houseWith(t, `trap 'echo stopped; exit 7' TERM\necho ready\nwhile :; do sleep 0.05; done`);
  const child = spawn(process.execPath, [...OLD, start, 'serve'], { stdio: ['ignore', 'pipe', 'inherit'] });
  t.after(() => child.kill('SIGKILL'));
  let said = '';
  const code = await new Promise((resolve) => {
    child.stdout.on('data', (chunk: Buffer) => {
      if (said === '') child.kill('SIGTERM');
      said += chunk.toString();
    });
    child.once('close', resolve);
  });
  assert.deepEqual([code, said], [7, 'ready\nstopped\n']);
});
