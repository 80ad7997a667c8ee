import assert from 'node:assert/strict';
import { test } from 'node:test';

import { ADMIN_KEY, startApi } from './support/api.ts';
import { connectionsOf } from '../src/connections/connections.ts';
import { ensureTarget } from '../src/mirror/repositories.ts';
import { eventually } from './support/eventually.ts';
import { repositoryByName } from '../src/sandbox/sandbox-state.ts';
import type { Api } from './support/api.ts';
import type { MirroredIssue, Repository } from '../src/contract/mirror.ts';
import type { SyncRun } from '../src/contract/connections.ts';
import type { TestContext } from 'node:test';

const APP = 'acme/other';
const ADMIN = { authorization: `Bearer ${ADMIN_KEY}` };

async function start(t: TestContext, issues: number): Promise<Api> {
  const api = await startApi(t);
  api.fake.addRepository(APP);
  for (let number = 1; number <= issues; number += 1) api.fake.openIssue({ title: `Issue ${number}` }, APP);
  return api;
}

async function repository(api: Api, name = APP): Promise<Repository> {
  const { status, body } = await api.call('GET', `/repositories/${name}`);
  assert.equal(status, 200, JSON.stringify(body));
  return body as unknown as Repository;
}

async function imported(api: Api): Promise<Repository> {
  return eventually(
    async () => repository(api),
    (seen) => seen.imported_at !== null && seen.run === null,
    (seen) => `not imported: ${JSON.stringify(seen)}`,
  );
}

const track = async (api: Api) => api.call('POST', '/repositories', { full_name: APP });

test('a repository that is tracked is imported, and its issues are listed with its health in one word', async (t) => {
  const api = await start(t, 5);
  const tracked = await track(api);
  assert.deepEqual([tracked.status, tracked.body['mirrors']], [201, 'all'], JSON.stringify(tracked.body));
  const seen = await imported(api);
  assert.deepEqual([seen.health.word, seen.counts.issues_open], ['healthy', 5]);
  const { body } = await api.call('GET', `/repositories/${APP}/issues?q=issue&state=open`);
  assert.deepEqual(
    (body['items'] as MirroredIssue[]).map(({ number }) => number).toSorted((a, b) => a - b),
    [1, 2, 3, 4, 5],
  );
  const runs = await api.call('GET', `/sync-runs?repository=${APP}&kind=import`);
  assert.deepEqual(
    (runs.body['items'] as { state: string }[]).map(({ state }) => state),
    ['done'],
  );
  const list = await api.call('GET', '/repositories?mirrors=all&q=OTHER');
  assert.deepEqual(
    (list.body['items'] as Repository[]).map(({ full_name }) => full_name),
    [APP],
  );
  assert.equal((await track(api)).status, 201);
});

test('what issues are filed into can be tracked before GitHub was asked for its id, and stays tracked', async (t) => {
  const api = await startApi(t);
  const name = api.fake.repository;
  api.fake.openIssue({ title: 'One' });
  const { sql } = api.db;
  await sql.updateTable('connections').set({ github_repository_id: null, checked_at: null }).execute();
  await sql.updateTable('repositories').set({ github_id: null }).execute();
  const [before] = await connectionsOf(sql, null);
  assert.ok(before);
  await ensureTarget(sql, before, new Date());
  const tracked = await api.call('POST', '/repositories', { full_name: name });
  assert.deepEqual([tracked.status, tracked.body['mirrors']], [201, 'all'], JSON.stringify(tracked.body));
  // as by who read the connection before, and heard of the id since
  const githubRepositoryId = repositoryByName(api.fake.state, name)?.id ?? 0;
  const target = await ensureTarget(sql, { ...before, githubRepositoryId }, new Date());
  assert.equal(target.mirrors, 'all');
  const seen = await eventually(
    async () => repository(api, name),
    ({ imported_at: at, run }) => at !== null && run === null,
    (shown) => `not imported: ${JSON.stringify(shown)}`,
  );
  assert.deepEqual([seen.mirrors, seen.counts.issues_open], ['all', 1]);
  const rows = await sql.selectFrom('repositories').select(['full_name', 'mirrors']).execute();
  assert.deepEqual(rows, [{ full_name: name, mirrors: 'all' }]);
  const [connection] = await connectionsOf(sql, null);
  assert.equal(connection?.importExternal, true);
  assert.equal((await api.call('DELETE', `/repositories/${name}`)).status, 204);
  assert.equal((await repository(api, name)).mirrors, 'linked');
});

test('a repository that GitHub does not show is refused in plain words and leaves no row', async (t) => {
  const api = await start(t, 0);
  const { status, body } = await api.call('POST', '/repositories', { full_name: 'acme/missing' });
  assert.equal(status, 422, JSON.stringify(body));
  assert.equal((await api.call('GET', '/repositories/acme/missing')).status, 404);
});

test('what is asked under an old name is answered with the repository under its new one', async (t) => {
  const api = await start(t, 1);
  await track(api);
  await imported(api);
  api.fake.renameRepository('acme/renamed', APP);
  const run = await api.call('POST', `/repositories/${APP}/sync`, { kind: 'reconcile' }, undefined);
  assert.equal(run.status, 202, JSON.stringify(run.body));
  await eventually(
    async () => repository(api),
    (seen) => seen.full_name === 'acme/renamed',
    (seen) => `it is ${seen.full_name} still`,
  );
  assert.equal((await repository(api, 'acme/renamed')).id, (await repository(api)).id);
});

test('a paused repository is off, refuses a sync, and goes on when it is resumed', async (t) => {
  const api = await start(t, 1);
  await track(api);
  await imported(api);
  const paused = await api.call('PATCH', `/repositories/${APP}`, { paused: true, sync_schedule: '*/5 * * * *' });
  assert.equal((paused.body['health'] as Repository['health']).word, 'off');
  assert.equal((await api.call('POST', `/repositories/${APP}/sync`)).status, 409);
  assert.equal((await api.call('PATCH', `/repositories/${APP}`, { sync_schedule: 'often' })).status, 400);
  await api.call('PATCH', `/repositories/${APP}`, { paused: false });
  const resumed = await newestRun(api, ({ kind, state }) => kind === 'sync' && state === 'done');
  assert.equal(resumed.trigger, 'person', 'it is read at once, not when the schedule comes');
  const cost = await api.call('GET', '/repositories/cost');
  const [item] = (
    cost.body['items'] as {
      repository: string;
      interval_seconds: number;
      runs_measured: number;
      requests_per_hour: number;
    }[]
  ).filter((one) => one.repository === APP);
  assert.deepEqual([item?.interval_seconds, item?.runs_measured], [300, 1]);
  assert.equal(item?.requests_per_hour, resumed.requests * 12);
});

test('a repository that is untracked keeps its linked issues and loses the rest', async (t) => {
  const api = await start(t, 2);
  await track(api);
  await imported(api);
  await api.db.sql.updateTable('issues').set({ source: 'linked' }).where('number', '=', 1).execute();
  assert.equal((await api.call('DELETE', `/repositories/${APP}`)).status, 204);
  assert.equal((await repository(api)).mirrors, 'linked');
  const { body } = await api.call('GET', `/repositories/${APP}/issues`);
  assert.deepEqual(
    (body['items'] as MirroredIssue[]).map(({ number }) => number),
    [1],
  );
});

test('issues are imported by number: counted, skipped when here, read again by force, and each error named', async (t) => {
  const api = await start(t, 3);
  const pull = api.fake.openPullRequest({ title: 'A pull request' }, APP);
  await track(api);
  await imported(api);
  await api.db.sql.deleteFrom('issues').where('number', '=', 2).execute();
  await api.db.sql
    .updateTable('issues')
    .set({ title: 'Wrong', read_at: new Date(0) })
    .where('number', '=', 3)
    .execute();
  const run = async (body: object) => (await api.call('POST', `/repositories/${APP}/import`, body)).body;
  const first = await run({ kind: 'issues', numbers: [1, 2, 3, 99, pull.number] });
  assert.deepEqual([first['imported'], first['updated'], first['skipped']], [1, 0, 2], JSON.stringify(first));
  assert.deepEqual(
    (first['errors'] as { item: string }[]).map(({ item }) => item),
    ['#99', `#${pull.number}`],
  );
  const forced = await run({ kind: 'issues', numbers: [1, 3], force_update: true });
  assert.deepEqual([forced['imported'], forced['updated'], forced['skipped']], [0, 1, 1]);
  const pulls = await run({ kind: 'pulls', numbers: [pull.number], force_update: true });
  assert.deepEqual([pulls['errors'], pulls['skipped']], [[], 1], JSON.stringify(pulls));
  assert.equal((await api.call('POST', `/repositories/${APP}/import`, { kind: 'issues' })).status, 400);
});

test('an import by number stops at a refusal that meets all, and names what was not asked for', async (t) => {
  const api = await start(t, 12);
  await track(api);
  await imported(api);
  await api.db.sql.deleteFrom('issues').execute();
  api.fake.faults.add({ do: 'unauthorized', match: { path: /\/issues\/\d+$/u }, times: Infinity });
  const numbers = Array.from({ length: 12 }, (_, index) => index + 1);
  const { body } = await api.call('POST', `/repositories/${APP}/import`, { kind: 'issues', numbers });
  const messages = (body['errors'] as { message: string }[]).map(({ message }) => message);
  assert.equal(messages.length, 12);
  assert.equal(messages.filter((message) => message.startsWith('Not asked for')).length, 7);
});

test('repositories that the credential sees are listed, each with whether it is tracked', async (t) => {
  const api = await start(t, 0);
  api.fake.setPush(true, undefined, APP);
  await track(api);
  await imported(api);
  const connections = await api.call('GET', '/connections');
  const [connection] = connections.body['items'] as { id: string }[];
  const all = await api.call('GET', `/repositories/available?connection_id=${connection?.id}&q=acme/`);
  const names = (all.body['items'] as { full_name: string; tracked: boolean }[]).map(
    (one) => `${one.full_name} ${one.tracked}`,
  );
  assert.ok(names.includes(`${APP} true`), JSON.stringify(all.body));
  assert.ok(names.includes(`${api.fake.repository} false`), JSON.stringify(all.body));
});

test('a comparison finds what was changed in the mirror behind its back, and drift is one number', async (t) => {
  const api = await start(t, 4);
  await track(api);
  await imported(api);
  const headers = { ...ADMIN, prefer: 'wait=20' };
  const audit = async (body: object) => {
    const run = await api.call('POST', `/repositories/${APP}/sync`, body, headers);
    assert.equal(run.body['state'], 'done', JSON.stringify(run.body));
    return (await api.call('GET', '/drift')).body;
  };
  await audit({ kind: 'sync' });
  await api.db.sql.updateTable('issues').set({ title: 'Wrong', state: 'closed' }).where('number', '=', 2).execute();
  const full = await audit({ kind: 'reconcile' });
  assert.deepEqual([full['wrong'], full['found']], [0, 1], 'one item, though two of its fields were wrong');
  assert.deepEqual(
    (full['findings'] as { item: string; field: string; audit: string }[])
      .map(({ item, field, audit: by }) => `${item} ${field} ${by}`)
      .toSorted(),
    ['#2 state full', '#2 title full'],
  );
  await api.db.sql.updateTable('issues').set({ body: 'Wrong' }).where('number', 'in', [1, 3]).execute();
  const sample = await audit({ kind: 'sample', size: 4 });
  assert.deepEqual([sample['found'], sample['compared'], sample['wrong']], [2, 4, 0]);
  const [one] = sample['repositories'] as { audits: { audit: string; compared: number; found: number }[] }[];
  assert.deepEqual(
    one?.audits.map(({ audit: by, found }) => `${by} ${found}`),
    ['sample 2', 'full 1'],
  );
});

/** The newest run, once it is as wanted. */
async function newestRun(api: Api, isGood: (run: SyncRun) => boolean): Promise<SyncRun> {
  const newest = async () => {
    const { body } = await api.call('GET', `/sync-runs?repository=${APP}&limit=1`);
    return (body['items'] as SyncRun[])[0];
  };
  const isThere = (run: SyncRun | undefined) => run !== undefined && isGood(run);
  const run = await eventually(newest, isThere, (found) => `the newest run is ${JSON.stringify(found)}`);
  assert.ok(run);
  return run;
}
