import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { tmpdir } from 'node:os';

import { program } from '../src/cli/command.fixture.ts';
import { sentrySyncHelp } from '../src/sentry-sync-settings.ts';
import { startOneShot } from './support/one-shot.ts';
import type { TestContext } from 'node:test';

const ROOT = join(import.meta.dirname, '..');
const DEPLOY = join(ROOT, 'deploy');

function read(path: string): string {
  return readFileSync(join(DEPLOY, path), 'utf8');
}

function folder(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'deploy-'));
  t.after(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

/** The same with the paths of this checkout and of a folder where anybody may write; Node is the one of this test. */
function here(text: string, place: string): string {
  return text
    .replaceAll('/opt/throughline/node_modules/.bin/node', process.execPath)
    .replaceAll('/opt/throughline/', `${ROOT}/`)
    .replaceAll('/var/lib/throughline', place)
    .replaceAll('/etc/throughline', place);
}

test('the line for cron files an error by the settings of its file, and says it to the log', async (t) => {
  const { env, sentry, github } = await startOneShot(t);
  const place = folder(t);
  writeFileSync(
    join(place, 'sentry-sync.env'),
    Object.entries(env)
      .map(([name, value]) => `${name}=${value}\n`)
      .join(''),
  );
  const lines = read('cron/throughline-sentry-sync').split('\n');
  const jobs = lines.filter((line) => /^[*\d]/u.test(line));
  assert.equal(jobs.length, 1);
  const [, times, user, command] = /^(\S+ \S+ \S+ \S+ \S+) (\S+) (.*)$/u.exec(jobs[0] ?? '') ?? [];
  assert.deepEqual([times, user], ['*/10 * * * *', 'throughline']);
  assert.ok(!command?.includes('%'), 'cron takes a percent sign for the end of the line');
  sentry.newIssue();
  const ended = await program('sh', ['-c', here(command ?? '', place).replace(/\| logger.*$/u, '')]);
  assert.match(ended.stdout, /^1 filed/u);
  assert.equal(github.issues().length, 1);
});

test('the service and its timer are what systemd accepts, and the service runs', { skip: noSystemd() }, async (t) => {
  const { env, sentry, github } = await startOneShot(t);
  const place = folder(t);
  const service = here(read('systemd/throughline-sentry-sync.service'), place);
  const units = ['throughline-sentry-sync.service', 'throughline-sentry-sync.timer'].map((name) => join(place, name));
  writeFileSync(units[0] ?? '', service);
  writeFileSync(units[1] ?? '', read('systemd/throughline-sentry-sync.timer'));
  const verified = spawnSync('systemd-analyze', ['verify', ...units], { encoding: 'utf8' });
  assert.deepEqual([verified.status, verified.stderr], [0, '']);
  sentry.newIssue();
  const [, command = ''] = /^ExecStart=(.*)$/mu.exec(service) ?? [];
  const ended = await program('sh', ['-c', command], { ...env, STATE_FILE: join(place, 'journal.jsonl') });
  assert.deepEqual([ended.code, github.issues().length], [0, 1]);
});

function noSystemd(): string | false {
  return spawnSync('systemd-analyze', ['--version']).status === 0 ? false : 'systemd-analyze is not installed';
}

test("the workflow's last step files an error, and lets what waits pass with a warning", async (t) => {
  const { env, sentry, github } = await startOneShot(t);
  const workflow = read('github-actions/throughline-sentry-sync.yml');
  const [, step = ''] = /run: \|\n((?: {10}.*\n?)+)/u.exec(workflow) ?? [];
  const script = step.replaceAll(/^ {10}/gmu, '').replace('node src/', `${process.execPath} ${ROOT}/src/`);
  const runStep = async (more: Record<string, string>) =>
    program('bash', ['--noprofile', '--norc', '-eo', 'pipefail', '-c', script], { ...env, ...more });
  sentry.seedMany(2);
  const part = await runStep({ MAX_NEW: '1', SENTRY_PROJECT: '', SENTRY_QUERY: '', DRY_RUN: 'false' });
  assert.deepEqual([part.code, /::warning::/u.test(part.stdout)], [0, true]);
  assert.equal((await runStep({})).code, 0);
  assert.equal(github.issues().length, 2);
  assert.equal((await runStep({ GITHUB_TOKEN: 'ghp_wrong', STATE_FILE: '' })).code, 3);
  assert.match(workflow, /^permissions:\n {2}contents: read\n {2}issues: write\n$/mu);
  assert.match(workflow, /^concurrency:$/mu);
  for (const [, pinned] of workflow.matchAll(/uses: \S+@(\S+)/gu)) assert.match(pinned ?? '', /^[0-9a-f]{40}$/u);
});

test('the image holds what the command needs: what is copied runs in a bare folder', async (t) => {
  const { env, sentry, github } = await startOneShot(t);
  const place = folder(t);
  const containerfile = read('container/Containerfile');
  const copied = [...containerfile.matchAll(/^COPY (?!--from)(.+) \S+$/gmu)].flatMap(([, names = '']) =>
    names.split(' '),
  );
  for (const name of new Set(copied)) execFileSync('cp', ['-r', join(ROOT, name), place]);
  execFileSync('ln', ['-s', join(ROOT, 'node_modules'), join(place, 'node_modules')]);
  const [, entry = '[]'] = /^ENTRYPOINT (.*)$/mu.exec(containerfile) ?? [];
  const [, script = '', ...args] = (JSON.parse(entry) as string[]).map((word) => word.replace(/^\/app/u, place));
  sentry.newIssue();
  const ended = await program(process.execPath, [script, ...args], env);
  assert.deepEqual([ended.code, ended.stderr, github.issues().length], [0, '', 1]);
});

test('the example of settings names only what there is, and no file asks a shell to read them', () => {
  const names = new Set([
    ...sentrySyncHelp().map(({ name }) => name.split(' ')[0]),
    'HTTPS_PROXY',
    'NODE_EXTRA_CA_CERTS',
  ]);
  const given = [...read('sentry-sync.env.example').matchAll(/^(?:# )?([A-Z_]+)=/gmu)].map(([, name]) => name);
  assert.deepEqual(
    given.filter((name) => !names.has(name)),
    [],
  );
  for (const path of ['cron/throughline-sentry-sync', 'github-actions/throughline-sentry-sync.yml'])
    assert.doesNotMatch(read(path), /export \$|source .*env|eval /u);
});
