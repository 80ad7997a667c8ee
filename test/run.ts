import { execFileSync } from 'node:child_process';
import { globSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';

import { giveServer, startTestServer } from './support/database-server.ts';

/*
 * npm test                 everything
 * npm test -- e2e          only the browser tests
 * npm test -- src/db       only files whose path contains the words given
 * npm test -- --external   needs TEST_DATABASE_URL, so that nobody tests the embedded PostgreSQL by mistake
 */
const ROOT = join(import.meta.dirname, '..');
const PATTERNS = ['src/**/*.test.ts', 'web/**/*.test.ts', 'web/**/*.test.tsx', 'test/**/*.test.ts'];
/** Those that keep a processor busy for half a minute and more. */
const HEAVY = ['test/e2e/', 'test/crash/', 'test/convergence/'];
/** On two cores: one more than there are, since most tests wait as long as they compute. */
const AT_ONCE = 3;
const FILE_TIMEOUT_MS = 5 * 60_000;
/** Where Node keeps what it compiled, for the next process and the next run: each test file would begin with a second of it. */
const COMPILED = join(ROOT, 'node_modules/.cache/compiled-for-tests');

interface Count {
  passed: number;
  failed: number;
  skipped: number;
}

process.exitCode = await main(process.argv.slice(2));

async function main(args: string[]): Promise<number> {
  const words = args.filter((arg) => !arg.startsWith('--')).map((word) => (word === 'e2e' ? 'test/e2e/' : word));
  const files = globSync(PATTERNS, { cwd: ROOT, exclude: ['**/node_modules/**'] }).filter(
    (file) => words.length === 0 || words.some((word) => file.includes(word)),
  );
  if (args.includes('--external') && !process.env['TEST_DATABASE_URL']) {
    console.error('--external needs TEST_DATABASE_URL: the address of a PostgreSQL whose user may create databases.');
    return 2;
  }
  process.env['NODE_COMPILE_CACHE'] ??= COMPILED;
  const stopAsked = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stopAsked.abort());

  if (files.some((file) => file.startsWith('test/e2e/'))) {
    // once and before all: two test files that built at once would empty the folder under each other's browser
    execFileSync(process.execPath, [join(ROOT, 'scripts/build-web.ts')], { stdio: 'inherit' });
  }
  const { server, ...running } = await startTestServer();
  console.log(server.kind === 'external' ? '=== PostgreSQL of TEST_DATABASE_URL ===' : '=== embedded PostgreSQL ===');
  giveServer(server);
  try {
    const count = await runFiles(spread(files.toSorted()), stopAsked.signal);
    console.log(
      `${count.passed} passed, ${count.failed} failed${count.skipped > 0 ? `, ${count.skipped} skipped` : ''}`,
    );
    return count.failed > 0 || count.passed === 0 || stopAsked.signal.aborted ? 1 : 0;
  } finally {
    await running.stop();
  }
}

/** Heavy ones begin early, and light ones fill the time between: what one waits for, another computes. */
function spread(files: readonly string[]): string[] {
  const heavy = files.filter((file) => HEAVY.some((folder) => file.startsWith(folder)));
  const light = files.filter((file) => !heavy.includes(file));
  const between = Math.floor((light.length * 0.75) / Math.max(1, heavy.length));
  return [...heavy.flatMap((file) => [file, ...light.splice(0, between)]), ...light];
}

async function runFiles(files: string[], signal: AbortSignal): Promise<Count> {
  const count: Count = { passed: 0, failed: 0, skipped: 0 };
  if (files.length === 0) return count;
  const paths = new Set(files);
  const stream = run({
    files: files.map((file) => join(ROOT, file)),
    cwd: ROOT,
    concurrency: AT_ONCE,
    timeout: FILE_TIMEOUT_MS,
    signal,
  });
  stream.on('test:fail', (event) => {
    if (event.details.type !== 'suite') count.failed += 1;
  });
  stream.on('test:pass', (event) => {
    if (event.details.type === 'suite') return;
    if (event.skip !== undefined || event.todo !== undefined) count.skipped += 1;
    else if (paths.has(relative(ROOT, resolve(ROOT, event.name)))) {
      // the runner calls a file without any test a passed test
      count.failed += 1;
      console.error(`${event.name} holds no test`);
    } else count.passed += 1;
  });
  for await (const text of stream.compose(new spec())) process.stdout.write(String(text));
  return count;
}
