import assert from 'node:assert/strict';
import { test } from 'node:test';

import { connectionsOf } from '../src/connections/connections.ts';
import { deliveryApplier } from '../src/mirror/mirror.ts';
import { examplePayloads, startGround } from '../src/deliveries/deliveries.fixture.ts';
import { newId } from '../src/lib/ids.ts';
import type { Database } from '../src/db/db.ts';

/** What of GitHub's own examples each test reads. */
interface Payload {
  action?: string;
  repository?: { id: number; full_name: string; html_url: string };
  issue?: { id: number; title: string; state?: string; updated_at: string; number: number; pull_request?: unknown };
  comment?: { id: number; body: string };
  pull_request?: { id: number; title: string; number: number; updated_at: string };
  ref?: string;
  after?: string;
}

/** Makes every repository that an example names one that is mirrored as a whole. */
async function trackAll(db: Database, payloads: Payload[]): Promise<void> {
  const [connection] = await connectionsOf(db.sql, null);
  assert.ok(connection);
  const repositories = new Map(payloads.flatMap(({ repository: r }) => (r?.id === undefined ? [] : [[r.id, r]])));
  for (const repository of repositories.values())
    await db.sql
      .insertInto('repositories')
      .values({
        id: newId(new Date()),
        tenant_id: connection.tenantId,
        connection_id: connection.id,
        host: new URL(connection.baseUrl).host,
        github_id: repository.id,
        full_name: repository.full_name,
        url: repository.html_url,
        mirrors: 'all',
        imported_at: new Date(),
      })
      .execute();
}

test("GitHub's own example payloads change the mirror as they should, and none is an error", async (t) => {
  const { db, ctx } = await startGround(t);
  const examples = examplePayloads();
  await trackAll(
    db,
    examples.map(({ payload }) => payload as Payload),
  );
  const [connection] = await connectionsOf(db.sql, null);
  assert.ok(connection);
  const apply = deliveryApplier(ctx);
  const seen = new Map<string, number>();
  for (const { event, payload } of examples) {
    // each alone: examples of one issue tell of different times and of changes within one second
    for (const table of ['issues', 'pull_requests', 'comments', 'branches', 'github_users', 'facets'] as const)
      await db.sql.deleteFrom(table).execute();
    const told = payload as Payload;
    const outcome = await apply(connection, {
      id: newId(new Date()),
      guid: 'g',
      event,
      action: told.action ?? null,
      payload,
      receivedAt: new Date(),
    });
    assert.match(outcome.message, /^\S.+\.$/u, `${event} ${told.action ?? ''}`);
    await assertApplied(db, event, told, outcome.message);
    seen.set(`${event} ${outcome.state}`, (seen.get(`${event} ${outcome.state}`) ?? 0) + 1);
  }
  assert.ok(examples.length > 200, `only ${examples.length} examples`);
  for (const event of ['issues', 'issue_comment', 'pull_request', 'pull_request_review', 'push', 'label', 'milestone'])
    assert.ok((seen.get(`${event} applied`) ?? 0) > 0, `no example of ${event} was applied`);
});

async function assertApplied(db: Database, event: string, told: Payload, message: string): Promise<void> {
  const name = `${event} ${told.action ?? ''} ${told.issue?.number ?? told.pull_request?.number ?? told.ref ?? ''}`;
  if (
    event === 'issues' &&
    told.issue !== undefined &&
    told.issue.pull_request === undefined &&
    told.issue.state !== undefined
  ) {
    const row = await db.sql.selectFrom('issues').selectAll().executeTakeFirst();
    assert.ok(row, `${name}: ${message}`);
    const gone = { deleted: 'deleted', transferred: 'transferred' }[told.action ?? ''] ?? null;
    assert.deepEqual(
      [row.github_id, row.title, row.state, row.updated_at.getTime(), row.gone],
      [told.issue.id, told.issue.title, told.issue.state, Date.parse(told.issue.updated_at), gone],
      name,
    );
  }
  if (event === 'issue_comment' && told.comment !== undefined) {
    const row = await db.sql.selectFrom('comments').selectAll().executeTakeFirst();
    assert.ok(row, `${name}: ${message}`);
    assert.deepEqual([row.github_id, row.body], [told.comment.id, told.comment.body], name);
    assert.equal(row.gone_at !== null, told.action === 'deleted', name);
  }
  if (event === 'pull_request' && told.pull_request !== undefined) {
    const row = await db.sql.selectFrom('pull_requests').selectAll().executeTakeFirst();
    assert.ok(row, `${name}: ${message}`);
    assert.deepEqual([row.github_id, row.title], [told.pull_request.id, told.pull_request.title], name);
  }
  if (event === 'push' && told.ref?.startsWith('refs/heads/') === true && !/^0+$/u.test(told.after ?? '0'))
    // a push onto a head that is not mirrored is not believed but read
    assert.ok((await db.sql.selectFrom('facets').selectAll().execute()).length > 0, name);
  if (event === 'label' || event === 'milestone') {
    const dirty = await db.sql.selectFrom('facets').select('facet').where('dirty_at', 'is not', null).execute();
    assert.ok(
      dirty.some(({ facet }) => facet === `${event}s`),
      name,
    );
  }
}
