import assert from 'node:assert/strict';
import { dirname, join, relative } from 'node:path';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';

import { importsOf } from './support/architecture.ts';
import { startOneShot } from './support/one-shot.ts';

const LINE =
  /^(?<filed>\d+) filed, (?<over>\d+) taken over, (?<known>\d+) known, (?<waiting>\d+) waiting, (?<skipped>\d+) skipped in acme\/webshop; \d+ requests?, \d+\.\d s\n$/u;

function counts(stdout: string): number[] {
  const { groups } = LINE.exec(stdout) ?? {};
  assert.ok(groups !== undefined, stdout);
  return Object.values(groups).map(Number);
}

test('a runner without any state files each error once, and the next fresh runner knows them all', async (t) => {
  const { run, sentry, github, issuesOf } = await startOneShot(t);
  const issues = sentry.seedMany(4);
  const first = await run();
  assert.deepEqual([first.code, first.stderr, counts(first.stdout)], [0, '', [4, 0, 0, 0, 0]]);
  const second = await run();
  assert.deepEqual([second.code, second.stderr, counts(second.stdout)], [0, '', [0, 0, 4, 0, 0]]);
  for (const { id } of issues) assert.equal(issuesOf(id).length, 1);
  assert.equal(github.issues().length, 4);
  assert.deepEqual(github.issues()[0]?.labels, ['sentry', 'bug', 'automated', 'priority: low']);
});

test('nothing of the claim is left on GitHub after a run, and a run with nothing new writes nothing', async (t) => {
  const { run, sentry, github } = await startOneShot(t);
  sentry.newIssue();
  await run();
  assert.ok(!github.state.repositories[0]?.labels.some(({ name }) => name.includes('lock')));
  github.requests.length = 0;
  await run();
  assert.deepEqual(
    github.requests.filter(({ method }) => method !== 'GET'),
    [],
  );
});

test('an error that is seen again, resolved or of another project is not filed', async (t) => {
  const { run, sentry, github } = await startOneShot(t);
  const again = sentry.newIssue();
  await run();
  sentry.event(again.id);
  sentry.setStatus(sentry.newIssue().id, 'resolved');
  sentry.newIssue({ project: 'api' });
  const ended = await run({ SENTRY_PROJECT: 'shop-web' });
  assert.deepEqual([ended.code, counts(ended.stdout)], [0, [0, 0, 1, 0, 0]]);
  assert.equal(github.issues().length, 1);
});

test('what an older script filed is taken over by the link in its text, a mere mention is not', async (t) => {
  const { run, sentry, github, issuesOf } = await startOneShot(t);
  const [one, two] = sentry.seedMany(2);
  assert.ok(one !== undefined && two !== undefined);
  const link = (id: string) => `${sentry.url}/organizations/acme/issues/${id}/`;
  github.openIssue({ title: 'By a script', body: `**Sentry:** ${link(one.id)}`, labels: ['sentry'] });
  github.openIssue({ title: 'Talk', body: `Could ${link(two.id)} be the cause?` });
  const ended = await run();
  assert.deepEqual([ended.code, counts(ended.stdout)], [0, [1, 1, 0, 0, 0]]);
  assert.deepEqual(
    issuesOf(one.id).map(({ title }) => title),
    ['By a script'],
  );
  assert.equal(issuesOf(two.id).length, 2);
});

test('an issue that Sentry itself shows as linked to the repository is taken over', async (t) => {
  const { run, sentry, github } = await startOneShot(t);
  const { number } = github.openIssue({ title: 'By hand' });
  const { id } = sentry.newIssue();
  sentry.linkNatively(id, `${github.url}/acme/webshop/issues/${number}`);
  const ended = await run();
  assert.deepEqual([ended.code, counts(ended.stdout)], [0, [0, 1, 0, 0, 0]]);
  assert.equal(github.issues().length, 1);
});

test('ten pages are read, the cap holds, and the rest is carried over until all is filed once', async (t) => {
  const { run, sentry, github, stateFile } = await startOneShot(t);
  sentry.seedMany(1000, { secondsApart: 20 });
  const first = await run({ MAX_NEW: '3', STATE_FILE: stateFile });
  assert.deepEqual([first.code, counts(first.stdout)], [1, [3, 0, 0, 997, 0]]);
  assert.ok(sentry.countRequests('GET', /\/issues\/$/u) >= 10);
  const second = await run({ MAX_NEW: '2', STATE_FILE: stateFile });
  assert.deepEqual([second.code, counts(second.stdout)], [1, [2, 0, 3, 995, 0]]);
  assert.equal(new Set(github.issues().map(({ title }) => title)).size, 5);
});

test('what was carried over is filed also when it left the period, unless it was resolved meanwhile', async (t) => {
  const { run, sentry, github, stateFile } = await startOneShot(t);
  const issues = sentry.seedMany(6, { secondsApart: 3 * 3600 });
  await run({ MAX_NEW: '2', STATE_FILE: stateFile });
  sentry.setStatus(issues[0]?.id ?? '', 'resolved');
  const ended = await run({ SENTRY_STATS_PERIOD: '1h', STATE_FILE: stateFile });
  assert.deepEqual([ended.code, counts(ended.stdout)], [0, [3, 0, 0, 0, 1]]);
  assert.equal(github.issues().length, 5);
});

test('with its journal a run with nothing new asks for one page of Sentry and nothing of the issues', async (t) => {
  const { run, sentry, github, stateFile } = await startOneShot(t);
  sentry.seedMany(3);
  await run({ STATE_FILE: stateFile });
  sentry.requests.length = 0;
  github.requests.length = 0;
  await run({ STATE_FILE: stateFile });
  assert.equal(sentry.countRequests('GET', /\/organizations\//u), 1);
  assert.deepEqual(
    github.requests.map(({ path }) => path),
    ['/repos/acme/webshop'],
  );
});

test('a journal that was lost, emptied or torn anywhere costs nothing but reading', async (t) => {
  const { run, sentry, github, stateFile } = await startOneShot(t);
  sentry.seedMany(3);
  await run({ STATE_FILE: stateFile });
  const whole = readFileSync(stateFile, 'utf8');
  const ends = [0, 10, ...[0.3, 0.5, 0.7, 0.9].map((share) => Math.floor(whole.length * share)), whole.length - 2];
  for (const end of ends) {
    writeFileSync(stateFile, whole.slice(0, end));
    const ended = await run({ STATE_FILE: stateFile });
    assert.deepEqual([end, ended.code, ended.stderr, github.issues().length], [end, 0, '', 3]);
  }
  rmSync(stateFile);
  assert.equal((await run({ STATE_FILE: stateFile })).code, 0);
  assert.equal(github.issues().length, 3);
});

test('a file of another program, or of another repository, is left as it is and told', async (t) => {
  const { run, stateFile } = await startOneShot(t);
  writeFileSync(stateFile, '["4500","4501"]');
  const foreign = await run({ STATE_FILE: stateFile });
  assert.deepEqual([foreign.code, foreign.stdout], [2, '']);
  assert.match(foreign.stderr, /another program/u);
  assert.equal(readFileSync(stateFile, 'utf8'), '["4500","4501"]');
  rmSync(stateFile);
  await run({ STATE_FILE: stateFile });
  const other = await run({ STATE_FILE: stateFile, GITHUB_REPO: 'acme/other' });
  assert.equal(other.code, 2);
  assert.match(other.stderr, /belongs to acme at .* and acme\/webshop/u);
});

test('a dry run prints what would be filed, sends nothing and stores nothing', async (t) => {
  const { run, sentry, github, stateFile } = await startOneShot(t);
  sentry.newIssue({ title: 'TypeError: total of undefined' });
  for (const ended of [await run({ DRY_RUN: 'true', STATE_FILE: stateFile }), await run({}, '--dry-run')]) {
    assert.equal(ended.code, 0);
    assert.match(
      ended.stdout,
      /^🐛 Sentry: TypeError: total of undefined\nlabels: sentry, bug, automated, priority: low\n/u,
    );
    assert.match(ended.stdout, /computeTotal/u);
    assert.match(ended.stdout, /\n1 to be filed, 0 taken over/u);
  }
  assert.deepEqual([...new Set(github.requests.map(({ method }) => method))], ['GET']);
  assert.deepEqual([...new Set(sentry.requests.map(({ method }) => method))], ['GET']);
  assert.ok(!existsSync(stateFile));
});

test('as JSON each error is told with what became of it and where', async (t) => {
  const { run, sentry } = await startOneShot(t);
  const { id } = sentry.newIssue();
  const { stdout, code } = await run({}, '--json');
  const said = JSON.parse(stdout) as { exit_code: number; items: Record<string, unknown>[]; counts: { filed: number } };
  assert.deepEqual([said.exit_code, code, said.counts.filed], [0, 0, 1]);
  const [item] = said.items;
  assert.deepEqual([item?.['sentry_id'], item?.['outcome'], item?.['number']], [id, 'filed', 1]);
  assert.match(String(item?.['github_url']), /\/acme\/webshop\/issues\/1$/u);
});

test('GlitchTip is read with its own paging, and what it filed is known again', async (t) => {
  const { run, sentry, github } = await startOneShot(t, { product: 'glitchtip' });
  sentry.seedMany(3);
  sentry.setStatus(sentry.newIssue().id, 'resolved');
  const first = await run();
  assert.deepEqual([first.code, first.stderr], [0, '']);
  assert.deepEqual(counts(first.stdout).slice(0, 4), [3, 0, 0, 0]);
  assert.deepEqual(counts((await run()).stdout).slice(0, 4), [0, 0, 3, 0]);
  assert.equal(github.issues().length, 3);
});

test('nothing of a person leaves, into whatever repository', async (t) => {
  const { run, sentry, github } = await startOneShot(t);
  const repository = github.state.repositories[0];
  assert.ok(repository !== undefined);
  repository.visibility = 'private';
  sentry.newIssue({ title: 'Error: mail to kim@example.org from 203.0.113.9 failed' });
  await run();
  const [issue] = github.issues();
  assert.doesNotMatch(`${issue?.title} ${issue?.body ?? ''}`, /kim@example|203\.0\.113/u);
});

test('the command loads no database driver, no query builder and no server', () => {
  const root = join(import.meta.dirname, '..');
  const seen = new Set<string>();
  const packages = new Set<string>();
  const follow = (path: string): void => {
    if (seen.has(path) || path.endsWith('.json')) return;
    seen.add(path);
    const text = readFileSync(join(root, path), 'utf8');
    const statics = importsOf({ path, text: text.replaceAll(/\bimport\(/gu, 'later(') });
    for (const { from, typeOnly } of statics.filter((one) => !one.typeOnly)) {
      assert.ok(!typeOnly);
      if (from.startsWith('.')) follow(relative(root, join(root, dirname(path), from)));
      else packages.add(from);
    }
  };
  for (const path of ['src/cli/cli.ts', 'src/cli/commands.ts', 'src/cli/sentry-sync.ts']) follow(path);
  assert.ok(seen.size > 50, `only ${seen.size} files were followed`);
  assert.deepEqual([...packages].filter((name) => !name.startsWith('node:')).toSorted(), [
    'commander',
    'jose',
    'liquidjs',
    'undici',
    'zod',
  ]);
});
