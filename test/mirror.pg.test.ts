import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import { sql as raw } from 'kysely';

import { connectionsOf } from '../src/connections/connections.ts';
import { ensureTarget } from '../src/mirror/repositories.ts';
import { startCircle } from './support/circle.ts';
import { startFakeGithub } from './fakes/github-server.ts';
import { startRepositoryRun } from '../src/mirror/mirror.ts';
import type { Circle } from './support/circle.ts';

/** Mirrors all of the circle's repository; returns how to run a sync or a reconciliation of it. */
async function mirrored(circle: Circle) {
  await circle.db.sql.updateTable('connections').set({ import_external: true }).execute();
  const run = async (kind: 'sync' | 'reconcile' = 'sync') => {
    const [connection] = await connectionsOf(circle.db.sql, null);
    assert.ok(connection);
    const repository = await ensureTarget(circle.db.sql, connection, new Date());
    const started = await startRepositoryRun(circle.ctx, repository.id, kind, 'person');
    assert.ok(started);
    await started.done;
    return circle.db.sql.selectFrom('sync_runs').selectAll().where('id', '=', started.runId).executeTakeFirstOrThrow();
  };
  await run(); // learns GitHub's id of the repository
  return run;
}

test('a whole repository is imported: issues, pull requests, comments, branches, people, labels, milestones', async (t) => {
  const clock = { at: Date.now() - 5 * 86_400_000 };
  const fake = await startFakeGithub(t, { now: () => new Date((clock.at += 60_000)) });
  const circle = await startCircle(t, { fake });
  const { db } = circle;
  for (let n = 1; n <= 230; n += 1) fake.openIssue({ title: `Issue ${n}`, body: 'Body' });
  fake.openPullRequest({ title: 'A change' });
  fake.comment(3, 'First');
  fake.comment(3, 'Second');
  fake.label(5, 'bug');
  const run = await mirrored(circle);
  const count = async (table: 'issues' | 'pull_requests' | 'comments' | 'branches' | 'collaborators' | 'labels') =>
    Number(
      (
        await db.sql
          .selectFrom(table)
          .select((eb) => eb.fn.countAll().as('n'))
          .executeTakeFirstOrThrow()
      ).n,
    );
  assert.deepEqual([await count('issues'), await count('pull_requests'), await count('comments')], [230, 1, 2]);
  assert.ok((await count('branches')) > 0 && (await count('labels')) > 0 && (await count('collaborators')) > 0);
  const rows = await db.sql.selectFrom('sync_runs').selectAll().execute();
  assert.deepEqual(
    rows.map(({ kind, state, message }) => [kind, state, message]),
    [['import', 'done', null]],
  );
  assert.equal((await db.sql.selectFrom('import_spans').selectAll().execute()).length, 0);
  const again = await run();
  assert.deepEqual([again.kind, again.updated, again.imported, again.state], ['sync', 0, 0, 'done']);
  await run();
  const quiet = await run();
  assert.equal(quiet.requests, quiet.not_modified, 'a quiet repository costs none of the primary limit');
});

test('a GitHub that has another address since the last sync is read at the new one', async (t) => {
  const circle = await startCircle(t);
  circle.fake.openIssue({ title: 'One' });
  const run = await mirrored(circle);
  await run();
  const { origin } = new URL(circle.fake.apiUrl);
  const moved = await raw`
    update facets set pages = replace(pages::text, ${origin}, 'http://127.0.0.1:9')::jsonb
     where pages::text like ${`%${origin}%`}`.execute(circle.db.sql);
  assert.ok((moved.numAffectedRows ?? 0n) > 0n, 'pages are remembered');
  const { state, message } = await run();
  assert.deepEqual([state, message], ['done', null]);
});

test('a label that is deleted while the pages of labels are read takes no other label with it', async (t) => {
  const circle = await startCircle(t);
  const { fake, db } = circle;
  for (let n = 0; n < 250; n += 1) fake.createLabel(`label ${String(n).padStart(3, '0')}`);
  fake.openIssue({ title: 'Labelled', labels: ['label 150'] });
  const run = await mirrored(circle);
  fake.createLabel('one more, so that the list is read again');
  // after the three pages were found changed: the second page is asked for before the deletion and answered after it
  fake.faults.add({ match: { path: /\/labels$/u }, do: 'slow', ms: 400, when: 'before_commit', skip: 4, times: 1 });
  const before = fake.countRequests('GET', /\/labels$/u);
  const running = run();
  while (fake.countRequests('GET', /\/labels$/u) < before + 4) await sleep(5);
  await sleep(50);
  fake.deleteLabel('label 000');
  assert.equal((await running).state, 'done');
  const gone = await db.sql.selectFrom('labels').select('name').where('gone_at', 'is not', null).execute();
  assert.deepEqual(
    gone.map(({ name }) => name),
    ['label 000'],
  );
  const issue = await db.sql.selectFrom('issues').select('labels').executeTakeFirstOrThrow();
  assert.deepEqual(
    issue.labels.map(({ name }) => name),
    ['label 150'],
  );
});
