import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { once } from 'node:events';
import { spawn } from 'node:child_process';
import { test } from 'node:test';

import { lockPath } from './run-lock.ts';
import type { TestContext } from 'node:test';

function place(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'lock-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Takes the lock in a process of its own, writes that it came in and went out, and is killed or gives it back. */
function holder(path: string, log: string, end: 'release' | 'die') {
  const code = `
    import { appendFileSync } from 'node:fs';
    const { lockPath } = await import(${JSON.stringify(join(import.meta.dirname, 'run-lock.ts'))});
    const locked = lockPath(${JSON.stringify(path)});
    if (locked.ok) {
      appendFileSync(${JSON.stringify(log)}, 'in\\n');
      await new Promise((done) => setTimeout(done, 20));
      appendFileSync(${JSON.stringify(log)}, 'out\\n');
      if (${JSON.stringify(end)} === 'die') process.kill(process.pid, 'SIGKILL');
      locked.release();
    }`;
  return once(spawn(process.execPath, ['--input-type=module', '-e', code], { stdio: 'inherit' }), 'exit');
}

test('of many processes at once only one at a time is in, also over locks of those that were killed', async (t) => {
  const [folder, log] = [place(t), join(place(t), 'log')];
  const path = join(folder, 'a.lock');
  for (let round = 0; round < 3; round += 1)
    await Promise.all(['die', 'release', 'die', 'release', 'die'].map((end) => holder(path, log, end as 'die')));
  const steps = readFileSync(log, 'utf8').trim().split('\n');
  assert.ok(steps.length >= 6, `only ${steps.length / 2} were in`);
  assert.deepEqual(
    steps,
    steps.map((_, at) => (at % 2 === 0 ? 'in' : 'out')),
  );
});

test('a lock that is given back leaves nothing, and a second one in the same process is refused', (t) => {
  const folder = place(t);
  const path = join(folder, 'a.lock');
  const first = lockPath(path);
  assert.ok(first.ok);
  const second = lockPath(path);
  assert.deepEqual([second.ok, !second.ok && second.why.includes(String(process.pid))], [false, true]);
  first.release();
  assert.deepEqual(readdirSync(folder), []);
});

test('a number that was given to another process is not taken for the one that held the lock', (t) => {
  const path = join(place(t), 'a.lock');
  const first = lockPath(path);
  assert.ok(first.ok);
  const said = JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>;
  first.release();
  writeFileSync(path, JSON.stringify({ ...said, nonce: 'old', start: 'another start' }));
  const second = lockPath(path);
  assert.ok(second.ok);
  second.release();
});

test('a lock of another machine counts as long as it is touched', (t) => {
  const path = join(place(t), 'a.lock');
  const other = { nonce: 'there', host: `not-${hostname()}`, pid: 1, start: 'x' };
  writeFileSync(path, JSON.stringify(other));
  assert.ok(!lockPath(path).ok);
  const long = new Date(Date.now() - 120_000);
  utimesSync(path, long, long);
  const locked = lockPath(path);
  assert.ok(locked.ok);
  locked.release();
  assert.ok(!existsSync(path));
});
