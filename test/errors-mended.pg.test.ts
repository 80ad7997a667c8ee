import assert from 'node:assert/strict';
import { test } from 'node:test';

import { changeSentryConnection, createSentryConnection } from '../src/errors/errors.ts';
import { deleteSentryConnection } from '../src/errors/connect/manage-sentry.ts';
import { ensureEnvironmentConnection } from '../src/connections/connections.ts';
import { HttpProblem } from '../src/lib/problem.ts';
import { Secret } from '../src/lib/secret.ts';
import { startErrors } from './support/errors.ts';
import { aSentryIssue } from '../src/errors/errors.fixture.ts';
import { noCounts } from '../src/errors/read/sentry-runs.store.ts';
import { storeSeen } from '../src/errors/read/store-seen.ts';
import { lookAtGithub } from '../src/errors/reflect/look-at-github.ts';
import { eventually, PROGRAM } from './support/circle.ts';
import type { ErrorsCircle } from './support/errors.ts';
import type { SentryConnection } from '../src/errors/connect/sentry-connections.model.ts';

async function secondConnection(circle: ErrorsCircle): Promise<SentryConnection> {
  const { url, token, organization } = circle.sentry;
  const settings = { name: 'Second', ca_pem: null, insecure_tls: false, people: {}, enabled: true };
  const draft = { ...settings, base_url: url, organization, token };
  return createSentryConnection(circle.ctx, PROGRAM, circle.tenant.id, draft);
}

test('a stored Sentry token is not sent to an address that somebody else names', async (t) => {
  const circle = await startErrors(t);
  const connection = await secondConnection(circle);
  const change = async (body: object) => changeSentryConnection(circle.ctx, PROGRAM, connection, body);
  for (const body of [{ base_url: 'https://thief.example' }, { organization: 'other' }, { insecure_tls: true }])
    await assert.rejects(change(body), (error) => error instanceof HttpProblem && error.status === 400);
  assert.equal((await change({ name: 'Renamed' })).name, 'Renamed');
  assert.equal((await change({ insecure_tls: true, token: circle.sentry.token })).insecureTls, true);
});

test('another server is another connection: what was read is kept under the ids of the first', async (t) => {
  const circle = await startErrors(t);
  circle.sentry.newIssue();
  const connection = await secondConnection(circle);
  await circle.run(await circle.rule({ sentry_connection_id: connection.id }), connection);
  const move = { base_url: 'https://other.example', token: 'another' };
  await assert.rejects(
    changeSentryConnection(circle.ctx, PROGRAM, connection, move),
    (error) => error instanceof HttpProblem && error.status === 409,
  );
});

test('one of two connections of an organisation is removed: the other goes on, and nothing is filed again', async (t) => {
  const circle = await startErrors(t);
  const issue = circle.sentry.newIssue();
  const rule = await circle.rule();
  circle.startWorker();
  await circle.run(rule);
  const number = await circle.filed(issue.id);
  const second = await secondConnection(circle);
  await circle.db.sql.updateTable('errors').set({ sentry_connection_id: second.id }).execute();
  await deleteSentryConnection(circle.ctx, PROGRAM, second);
  await circle.run(rule);
  assert.equal(await circle.filed(issue.id), number);
  assert.equal(circle.fake.countRequests('POST', /\/issues$/u), 1);
});

test('two pages of the same new issues at once do not block each other', async (t) => {
  const circle = await startErrors(t);
  const connection = await circle.sentryConnection();
  const issues = circle.sentry.seedMany(60).map(({ id }) => aSentryIssue({ id }));
  const decide = () => ({ decision: 'waiting' as const, why: 'It is taken.', ruleId: null });
  const store = async (page: typeof issues) =>
    storeSeen(circle.ctx, { connection, counts: noCounts() }, page, circle.ctx.now(), decide);
  for (let round = 0; round < 10; round += 1) {
    await circle.db.sql.deleteFrom('sentry_issues').execute();
    await Promise.all([store(issues), store(issues.toReversed()), store(issues), store(issues.toReversed())]);
  }
});

test('a connection that is removed and made again finds its issues by their markers', async (t) => {
  const circle = await startErrors(t);
  const issue = circle.sentry.newIssue();
  const rule = await circle.rule();
  circle.startWorker();
  await circle.run(rule);
  const number = await circle.filed(issue.id);
  await deleteSentryConnection(circle.ctx, PROGRAM, await circle.sentryConnection());
  const again = await secondConnection(circle);
  const made = await circle.rule({ sentry_connection_id: again.id });
  await circle.run(made, again);
  assert.equal(await circle.filed(issue.id), number);
  assert.equal(circle.fake.countRequests('POST', /\/issues$/u), 1);
});

test('an event that cannot be read holds up no other issue, and after three runs its own is filed without it', async (t) => {
  const circle = await startErrors(t);
  const [bad, good] = [circle.sentry.newIssue({ title: 'A broke' }), circle.sentry.newIssue({ title: 'B broke' })];
  const path = new RegExp(`/issues/${bad.id}/events/latest/`, 'u');
  circle.sentry.faults.add({ do: 'internal_error', match: { path }, times: Infinity });
  const rule = await circle.rule();
  circle.startWorker();
  const first = await circle.run(rule);
  assert.deepEqual([first.state, first.taken], ['done', 1], first.message ?? '');
  await circle.filed(good.id);
  assert.match((await circle.seen(bad.id)).why, /could not be read/u);
  await circle.run(rule);
  assert.equal((await circle.run(rule)).taken, 1);
  await circle.filed(bad.id);
  assert.equal((await circle.sentryConnection()).restUntil, null);
});

test('an event that the token may not read does not stop the connection', async (t) => {
  const circle = await startErrors(t);
  const issue = circle.sentry.newIssue();
  const path = new RegExp(`/issues/${issue.id}/events/latest/`, 'u');
  circle.sentry.faults.add({ do: 'forbidden', match: { path }, times: Infinity });
  await circle.run(await circle.rule());
  assert.equal((await circle.sentryConnection()).pausedAt, null);
});

test('without a webhook GitHub is looked at as often as Sentry is, and with one it is not', async (t) => {
  const circle = await startErrors(t);
  const issue = circle.sentry.newIssue();
  circle.startWorker();
  await circle.run(await circle.rule());
  const number = await circle.filed(issue.id);
  const { id } = await circle.sentryConnection();
  const state = async () =>
    (await circle.db.sql.selectFrom('issues').select('state').where('number', '=', number).executeTakeFirstOrThrow())
      .state;
  circle.fake.closeIssue(number);
  const own = { connection_id: (await circle.connection()).id, tenant_id: circle.tenant.id };
  const hook = { id, target: circle.fake.repository, target_kind: 'repository', url: 'https://hub.example' } as const;
  await circle.db.sql
    .insertInto('hooks')
    .values({ ...own, ...hook, events: ['issues'], active: true, last_code: 202 })
    .execute();
  await lookAtGithub(circle.ctx, id);
  assert.equal((await circle.db.sql.selectFrom('sync_runs').selectAll().execute()).length, 0);
  await circle.db.sql.deleteFrom('hooks').execute();
  await lookAtGithub(circle.ctx, id);
  await eventually(
    state,
    (now) => now === 'closed',
    (now) => `the mirror still says ${now}`,
  );
});

test('a connection that is turned to another repository believes nothing that the old one named', async (t) => {
  const circle = await startErrors(t);
  const { id } = await circle.connection();
  const row = { connection_id: id, github_id: 1, number: 7, host: 'sentry.io', sentry_id: '42', trusted: true };
  await circle.db.sql.insertInto('sentry_references').values(row).execute();
  const other = { apiUrl: circle.fake.apiUrl, token: new Secret(circle.fake.token), repository: 'acme/other' };
  await ensureEnvironmentConnection(circle.ctx, circle.tenant.id, other);
  assert.deepEqual(await circle.db.sql.selectFrom('sentry_references').selectAll().execute(), []);
});
