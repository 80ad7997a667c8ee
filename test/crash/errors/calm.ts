import { sql as raw } from 'kysely';
import { setTimeout as sleep } from 'node:timers/promises';

import { after } from '../../../src/lib/clock.ts';
import { retryFiling } from '../../../src/filing/filing.ts';
import { selectRule } from '../../../src/errors/rules/rules.store.ts';
import { startReread } from '../../../src/errors/read/reread.ts';
import { startRule } from '../../../src/errors/read/discover.ts';
import { startSync } from '../../../src/mirror/mirror.ts';
import type { ErrorsWorld } from './world.ts';
import type { Sql } from '../../../src/db/db.model.ts';

const PASSES_MAX = 8;
const IDLE_MS_MAX = 90_000;
const NUDGE_EVERY_MS = 400;
const ASK_EVERY_MS = 30;

/**
 * Everything is read once more by the driver, filed and compared by the processes under test, until a pass changes nothing; in
 * words what does not come to rest, or null.
 */
export async function comeToRest(world: ErrorsWorld): Promise<string | null> {
  await Promise.all([world.github.control('DELETE', 'faults'), world.sentry.control('DELETE', 'faults')]);
  let before = '';
  for (let pass = 0; pass < PASSES_MAX; pass += 1) {
    await readBothSides(world);
    const restless = await untilIdle(world);
    if (restless !== null) return restless;
    const now = await fingerprint(world);
    if (now === before) return null;
    before = now;
  }
  return 'each pass over both sides changes something';
}

/** As though the schedules' times had come. */
async function readBothSides(world: ErrorsWorld): Promise<void> {
  const { ctx } = world;
  await expireRuns(world);
  await wakeConnections(ctx.sql);
  await raw`update sentry_issues set read_at = '2000-01-01', reread_at = '2000-01-01'
    where id in (select id from sentry_issues order by sentry_id for update)`.execute(ctx.sql);
  await missingLong(ctx.sql);
  for (const what of ['rules', 'reread', 'sync'] as const) await readOnce(world, what);
}

/** Reads one side as its schedule would; `hints`: only what webhooks told of. */
export async function readOnce(world: ErrorsWorld, what: 'rules' | 'reread' | 'hints' | 'sync'): Promise<void> {
  const { ctx } = world;
  if (what === 'sync') return endedWell(async () => startSync(ctx, await world.connection(), 'person'));
  if (what !== 'rules') {
    const trigger = what === 'hints' ? 'webhook' : 'person';
    return endedWell(async () => startReread(ctx, await world.sentryConnection(), trigger));
  }
  for (const { id } of world.rules) {
    const rule = await selectRule(ctx.sql, id, null);
    if (rule !== null) await endedWell(async () => startRule(ctx, await world.sentryConnection(), rule, 'person'));
  }
}

/** The run of a dead process counts as running until its lease is over; that of a living one loses its place, which it must bear. */
export async function expireRuns({ ctx }: ErrorsWorld): Promise<void> {
  for (const table of ['sentry_runs', 'sync_runs'])
    await raw`update ${raw.table(table)} set lease_until = now() - interval '1 second' where state = 'running'`.execute(
      ctx.sql,
    );
}

async function endedWell(start: () => Promise<{ joined: boolean; done: Promise<void> }>): Promise<void> {
  for (;;) {
    const { joined, done } = await start();
    await done;
    if (!joined) return;
    await sleep(ASK_EVERY_MS);
  }
}

/** Until nothing is to be filed or compared; what waits for a backoff is tried now. */
async function untilIdle({ ctx }: ErrorsWorld): Promise<string | null> {
  const until = Date.now() + IDLE_MS_MAX;
  let nudgeAt = 0;
  for (;;) {
    const now = ctx.now();
    const { rows } = await raw<{ what: string }>`
      select 'filing ' || id || ' is ' || state || ' (' || coalesce(failure_message, '') || ')' as what from filings where state <> 'synced'
      union all
      select 'error ' || e.id || ' is compared still (' || coalesce(message, '') || ', held by ' || coalesce(locked_by, 'nobody') || ', due ' || coalesce(reflect_at::text, 'never')
             || coalesce((select ', begun: ' || string_agg(r.act || ' ' || r.state, ', ') from reflections r where r.error_id = e.id and r.finished_at is null), '') || ')' from errors e
       where e.locked_by is not null and e.lease_until > ${now} or e.reflect_at < ${now}::timestamptz + interval '2 seconds'
          or exists (select 1 from reflections r where r.error_id = e.id and r.finished_at is null and (e.conflict is null or r.state = 'sending'))
          or (e.conflict is null and e.agreed_github is null and e.rule_id is not null and exists (select 1 from links l where l.source_id = e.id))
      union all select 'hint ' || sentry_id || ' waits' from sentry_hints
      union all select 'a connection to ' || what || ' rests until ' || rest_until || ': ' || coalesce(rest_message, '') from (
        select 'GitHub' as what, rest_until, rest_message from connections union all select 'Sentry', rest_until, rest_message from sentry_connections) c where rest_until > ${now}`.execute(
      ctx.sql,
    );
    if (rows.length === 0) return null;
    if (Date.now() > until) return rows.map(({ what }) => what).join('; ');
    if (Date.now() > nudgeAt) await nudge(ctx);
    if (Date.now() > nudgeAt) nudgeAt = Date.now() + NUDGE_EVERY_MS;
    await sleep(ASK_EVERY_MS);
  }
}

/** An outage is over at once: a request that met its end would let its connection rest for minutes. */
async function wakeConnections(sql: Sql): Promise<void> {
  await raw`update sentry_connections set rest_until = null, rest_count = 0`.execute(sql);
  await raw`update connections set rest_until = null where rest_until is not null`.execute(sql);
}

/** What is missing has been so for longer than the time after which a second look counts, and is looked for again. */
async function missingLong(sql: Sql): Promise<void> {
  await raw`update sentry_issues set missing_since = '2000-01-01', reread_at = '2000-01-01' where id in (
    select id from sentry_issues where missing_since is not null and gone is null order by sentry_id for update)`.execute(
    sql,
  );
}

async function nudge({ sql, now: clock }: ErrorsWorld['ctx']): Promise<void> {
  const now = clock();
  const waiting = await sql
    .selectFrom('filings')
    .select('id')
    .where('state', 'in', ['pending', 'unknown', 'failed'])
    .where((eb) => eb.or([eb('run_at', '>', after(now, 900)), eb('state', '=', 'failed')]))
    .execute();
  for (const { id } of waiting)
    await sql.transaction().execute(async (transaction) => retryFiling(transaction, id, now));
  // the time of grace is not to be shortened, only what waits after trouble
  await raw`update errors set reflect_at = ${now} where id in (
    select id from errors e where reflect_at > ${now}::timestamptz + interval '900 milliseconds'
       and (lease_until is null or lease_until < ${now})
       and (attempts > 0 or exists (select 1 from reflections r where r.error_id = e.id and r.finished_at is null))
     for update skip locked)`.execute(sql);
  await raw`update sentry_hints set run_at = ${now}`.execute(sql);
  await missingLong(sql);
  await raw`update sentry_connections set reread_due_at = ${now} where exists (select 1 from sentry_hints)
    or exists (select 1 from sentry_issues where missing_since is not null and gone is null)`.execute(sql);
  await wakeConnections(sql);
}

async function fingerprint({ ctx }: ErrorsWorld): Promise<string> {
  const { rows } = await raw<{ what: string }>`
    select (select count(*) from reflections where state = 'done') || ' ' || (select count(*) from filings) || ' ' ||
           (select count(*) from sentry_issues where error_id is not null) || ' ' ||
           (select coalesce(md5(string_agg(id::text || coalesce(agreed_sentry, '') || coalesce(agreed_github, '') || coalesce(conflict, ''), ',' order by id)), '') from errors) || ' ' ||
           (select count(*) from sentry_issues where missing_since is not null and gone is null) || ' ' ||
           (select count(*) from sentry_issues where gone is not null) as what`.execute(ctx.sql);
  return rows[0]?.what ?? '';
}
