import assert from 'node:assert/strict';
import { test } from 'node:test';

import { closedErrors } from './undo.fixture.ts';
import { createRule, createSentryConnection } from '../errors.ts';
import { newId } from '../../lib/ids.ts';
import { previewUndo } from './undo.ts';
import { PROGRAM } from '../../../test/support/circle.ts';
import { SentryConnectionDraft, SentryRuleDraft } from '../../contract/sentry.ts';
import type { Linked } from '../reflect/reflect-linked.fixture.ts';
import type { TestContext } from 'node:test';
import type { UndoRequest } from '../../contract/undo.ts';

const at = (time: string) => new Date(`2026-11-20T${time}:00Z`);
const iso = (time: string) => at(time).toISOString();

/** Two closed errors of one rule, the first one closed at 10:00, the second at 11:00, without the runs that led there. */
async function closedAnHourApart(t: TestContext): Promise<Linked & { numbers: number[]; errorIds: string[] }> {
  const it = await closedErrors(t, 2);
  const { sql } = it.circle.db;
  const links = await sql
    .selectFrom('links')
    .innerJoin('issues', 'issues.id', 'links.issue_id')
    .select(['source_id', 'number'])
    .orderBy('number')
    .execute();
  const errorIds = links.map(({ source_id: id }) => id);
  for (const [index, id] of errorIds.entries())
    await sql
      .updateTable('reflections')
      .set({ finished_at: at(index === 0 ? '10:00' : '11:00') })
      .where('error_id', '=', id)
      .execute();
  await sql.deleteFrom('sentry_runs').execute();
  return { ...it, errorIds };
}

/** Numbers of the issues that would be set back. */
async function meant({ circle }: Linked, asked: UndoRequest): Promise<number[]> {
  const { items } = await previewUndo(circle.ctx, PROGRAM, asked);
  return items.map(({ error }) => error.github?.number ?? 0).toSorted((a, b) => a - b);
}

/** A run that began then, of a rule or (null) a re-reading. */
async function run({ circle }: Linked, time: string, ruleId: string | null, connectionId?: string): Promise<string> {
  const id = newId(at(time));
  const { id: own, tenantId } = await circle.sentryConnection();
  const times = { started_at: at(time), finished_at: at(time), lease_until: at(time) };
  const of = { tenant_id: tenantId, sentry_connection_id: connectionId ?? own, rule_id: ruleId };
  const kind = ruleId === null ? 'reread' : 'rule';
  await circle.db.sql
    .insertInto('sentry_runs')
    .values({ id, ...of, ...times, kind, trigger: 'schedule', state: 'done' })
    .execute();
  return id;
}

test('a span of time means what was done within it, its ends counted', async (t) => {
  const it = await closedAnHourApart(t);
  const [first = 0, second = 0] = it.numbers;
  assert.deepEqual(await meant(it, { since: iso('10:00'), until: iso('11:00') }), [first, second]);
  assert.deepEqual(await meant(it, { since: iso('10:01') }), [second]);
  assert.deepEqual(await meant(it, { since: iso('09:00'), until: iso('10:59') }), [first]);
  assert.deepEqual(await meant(it, { since: iso('10:01'), until: iso('10:59') }), []);
  const { id: rule } = await it.rule();
  assert.deepEqual(await meant(it, { rule, until: iso('10:30') }), [first]);
});

test('a run means what was done from its start to the next one of its kind, and less where a span is given besides', async (t) => {
  const it = await closedAnHourApart(t);
  const [first = 0, second = 0] = it.numbers;
  const { id: rule } = await it.rule();
  const reread = await run(it, '09:50', null);
  const later = await run(it, '10:30', null);
  const ofRule = await run(it, '09:55', rule);
  assert.deepEqual(await meant(it, { run: reread }), [first]);
  assert.deepEqual(await meant(it, { run: later }), [second]);
  assert.deepEqual(
    await meant(it, { run: ofRule }),
    [first, second],
    'a re-reading does not end the span of a rule’s run',
  );
  assert.deepEqual(await meant(it, { run: ofRule, since: iso('10:30') }), [second]);
  assert.deepEqual(await meant(it, { run: ofRule, until: iso('10:30') }), [first]);
  assert.deepEqual(await meant(it, { run: later, since: iso('09:00') }), [second], 'not what was before the run');
});

test('what other rules and other connections wrote is not meant', async (t) => {
  const it = await closedAnHourApart(t);
  const [first = 0, second = 0] = it.numbers;
  const { circle } = it;
  const { id: own, tenantId } = await circle.sentryConnection();
  const target = (await circle.connection()).id;
  const draft = { name: 'Other', sentry_connection_id: own, connection_id: target, projects: ['api'] };
  const other = await createRule(circle.ctx, PROGRAM, tenantId, SentryRuleDraft.parse(draft));
  const { id: rule } = await it.rule();
  const change = async (changes: { rule_id?: string; sentry_connection_id?: string }) =>
    circle.db.sql
      .updateTable('errors')
      .set(changes)
      .where('id', '=', it.errorIds[1] ?? '')
      .execute();
  await change({ rule_id: other.id });
  assert.deepEqual(await meant(it, { rule }), [first]);
  assert.deepEqual(await meant(it, { rule: other.id }), [second]);
  assert.deepEqual(await meant(it, { run: await run(it, '09:00', rule) }), [first]);
  const { url: base_url, token } = circle.sentry;
  const elsewhere = SentryConnectionDraft.parse({ base_url, token, organization: 'other' });
  const { id: connection } = await createSentryConnection(circle.ctx, PROGRAM, tenantId, elsewhere);
  await change({ sentry_connection_id: connection });
  const reread = await run(it, '09:00', null);
  assert.deepEqual(await meant(it, { run: await run(it, '09:10', null, connection) }), [second]);
  assert.deepEqual(await meant(it, { run: reread }), [first]);
});
