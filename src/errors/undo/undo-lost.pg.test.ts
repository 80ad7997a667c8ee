import assert from 'node:assert/strict';
import { test } from 'node:test';

import { after } from '../../lib/clock.ts';
import { closedErrors, EVERYTHING, startOne, statesOf, whenEnded } from './undo.fixture.ts';
import { ended } from '../reflect/reflect-linked.fixture.ts';
import { newId } from '../../lib/ids.ts';
import { PROGRAM } from '../../../test/support/circle.ts';
import { startUndo } from './undo.ts';

test('an item whose answer was lost is found done, and nothing is written twice or follows from it', async (t) => {
  const it = await closedErrors(t, 1);
  it.circle.fake.faults.add({ match: { method: 'PATCH' }, do: 'commit_then_drop' });
  const run = await startUndo(it.circle.ctx, PROGRAM, EVERYTHING);
  startOne(it, 'only');
  assert.equal((await whenEnded(it, run)).totals.done, 1);
  await it.settle();
  assert.deepEqual([it.issue().state, it.status(), it.issue().comments.length], ['open', 'resolved', 1]);
  assert.deepEqual(ended(await it.acts()), ['close undone', 'reopen done']);
});

for (const [moment, isSaid] of [
  ['before it said anything', false],
  ['after GitHub did it', true],
] as const)
  test(`a bulk undo whose process died ${moment} is gone on with by another one`, async (t) => {
    const it = await closedErrors(t, 2);
    const { sql } = it.circle.db;
    const run = await startUndo(it.circle.ctx, PROGRAM, EVERYTHING);
    const item = await sql.selectFrom('undo_items').selectAll().orderBy('position').executeTakeFirstOrThrow();
    const gone = { locked_by: 'dead', lease_until: after(new Date(), -1) };
    await sql.updateTable('undo_runs').set(gone).execute();
    await sql.updateTable('errors').set(gone).where('id', '=', item.error_id).execute();
    const { tenant_id } = await sql.selectFrom('undo_runs').select('tenant_id').executeTakeFirstOrThrow();
    const trace = { agreed: { sentry: 'resolved', github: 'open' } };
    await sql
      .insertInto('reflections')
      .values({
        id: newId(new Date()),
        tenant_id,
        error_id: item.error_id,
        side: 'github',
        act: 'reopen',
        why: 'Test program took back what was done.',
        state: 'sending',
        before: JSON.stringify({ state: 'closed', state_reason: 'completed' }),
        after: JSON.stringify(trace),
        undoes: item.acts[0] ?? null,
      })
      .execute();
    const link = sql.selectFrom('links').innerJoin('issues', 'issues.id', 'links.issue_id').select('number');
    const { number } = await link.where('links.source_id', '=', item.error_id).executeTakeFirstOrThrow();
    if (isSaid) it.circle.fake.reopen(number);
    startOne(it, 'another');
    assert.equal((await whenEnded(it, run)).totals.done, 2);
    await it.settleAll();
    assert.deepEqual([statesOf(it, it.numbers), it.status()], [['open', 'open'], 'resolved']);
    assert.deepEqual(ended(await it.acts()).toSorted(), ['close undone', 'close undone', 'reopen done', 'reopen done']);
  });

test('what GitHub refuses is told of that item, and the others are taken back', async (t) => {
  const it = await closedErrors(t, 2);
  it.circle.fake.faults.add({ match: { method: 'PATCH' }, do: 'not_found' });
  const run = await startUndo(it.circle.ctx, PROGRAM, EVERYTHING);
  startOne(it, 'only');
  const { totals } = await whenEnded(it, run);
  assert.deepEqual([totals.done, totals.failed], [1, 1]);
});
