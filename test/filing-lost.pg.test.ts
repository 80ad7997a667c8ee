import assert from 'node:assert/strict';
import { test } from 'node:test';

import { connect, eventually, PROGRAM, startCircle } from './support/circle.ts';
import { deriveKeyring } from '../src/lib/keyring.ts';
import { markerComment } from '../src/filing/marker.decide.ts';
import { ReportDraft } from '../src/contract/reports.ts';
import { Secret } from '../src/lib/secret.ts';
import { startFakeGithub } from './fakes/github-server.ts';
import { submitReport } from '../src/reports/reports.ts';
import type { Circle } from './support/circle.ts';

const OTHER = { id: '0190c2a0-0000-7000-8000-0000000000bb', slug: 'other', name: 'Other', title_prefix: '' };

async function withOtherTenant(circle: Circle): Promise<void> {
  await circle.db.sql.insertInto('tenants').values(OTHER).execute();
  await connect(circle.ctx, OTHER.id, circle.fake);
}

test('two tenants that share a repository get their own reports back after the database was lost', async (t) => {
  const fake = await startFakeGithub(t);
  const lost = await startCircle(t, { fake });
  await withOtherTenant(lost);
  lost.startWorker();
  const ours = await lost.report('Ours', { key: 'k' });
  const theirs = (await submitReport(lost.ctx, PROGRAM, OTHER, ReportDraft.parse({ title: 'Theirs' }), 'k')).id;
  await Promise.all([lost.settled(ours, 'synced'), lost.settled(theirs, 'synced')]);

  const rebuilt = await startCircle(t, { fake, unread: true });
  await withOtherTenant(rebuilt);
  rebuilt.startWorker();
  await eventually(
    async () => rebuilt.db.sql.selectFrom('connections').select('adopted_at').execute(),
    (rows) => rows.every((row) => row.adopted_at !== null),
    () => 'the markers are not read',
  );
  assert.equal((await rebuilt.row(ours)).tenant_slug, 'main');
  assert.equal((await rebuilt.row(theirs)).tenant_slug, 'other');
});

test('the same Idempotency-Key gives the same report after SECRET_KEY was rotated', async (t) => {
  const circle = await startCircle(t);
  const before = await circle.report('Rotated', { key: 'order-9' });
  circle.ctx.keyring = deriveKeyring([new Secret('a new key'), new Secret('the secret key of a test')]);
  assert.equal(await circle.report('Rotated', { key: 'order-9' }), before);
  await circle.db.sql.deleteFrom('idempotency_keys').execute();
  assert.equal(await circle.report('Rotated', { key: 'order-9' }), before);
});

test('a first issue that arrives after its second create was refused is found and linked', async (t) => {
  const circle = await startCircle(t);
  circle.startWorker();
  const id = await circle.report('Late first');
  await circle.settled(id, 'synced');
  const filing = await circle.filing(id);
  // As it is left when the look-ups missed the first create and GitHub refused the second.
  await circle.db.sql.deleteFrom('links').execute();
  await circle.db.sql
    .updateTable('filings')
    .set({
      state: 'failed',
      creates: 2,
      run_at: new Date(),
      watch_until: new Date(Date.now() + 60_000),
      failure_message: 'refused',
    })
    .where('id', '=', filing.id)
    .execute();
  await circle.settled(id, 'synced');
  assert.equal(circle.fake.issuesWithText(markerComment(filing.marker)).length, 1);
  assert.equal((await circle.row(id)).issue_number, 1);
});

test('a token that lost its repository pauses the connection and no report fails by it', async (t) => {
  const circle = await startCircle(t);
  circle.startWorker();
  await circle.settled(await circle.report('before'), 'synced');
  const [repository] = circle.fake.state.repositories;
  assert.ok(repository);
  repository.visibility = 'private';
  circle.fake.setRole('throughline-bot', null);
  await circle.db.sql.updateTable('connections').set({ checked_at: null }).execute();
  const id = await circle.report('Waits');
  const paused = await eventually(
    async () => circle.connection(),
    (row) => row.paused_at !== null,
    () => 'not paused',
  );
  assert.match(paused.paused_message ?? '', /does not show acme\/webshop/u);
  assert.equal((await circle.filing(id)).state, 'pending');
});
