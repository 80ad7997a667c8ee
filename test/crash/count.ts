import { sql as raw } from 'kysely';

import { after } from '../../src/lib/clock.ts';
import { forgetReports } from './cell.ts';
import { retryFiling } from '../../src/filing/filing.ts';
import { wakeFromRest } from '../../src/connections/connections.ts';
import type { Cell } from './cell.ts';
import type { SandboxIssue } from '../../src/sandbox/sandbox.model.ts';
import type { Tally } from './tally.ts';
import type { Victim } from './processes.ts';

const SETTLE_MS_MAX = 60_000;
const ASK_EVERY_MS = 25;
const NUDGE_EVERY_MS = 400;
/** Longer than any fault of the crash test holds a request back. */
const IN_FLIGHT_MS = 400;

/** Notes a death: what was under way when the process ended. */
export async function noteDeath(cell: Cell, victim: Victim, tally: Tally): Promise<void> {
  const name = await victim.dead;
  const mine = `% ${victim.pid} %`;
  const { rows } = await raw<{ waiting: number; sending: number; lanes: number }>`
    select (select count(*) from filings where state in ('pending', 'sending', 'unknown')) as waiting,
           (select count(*) from filings where state = 'sending' and locked_by like ${mine}) as sending,
           (select count(*) from lanes where locked_by like ${mine} and lease_until > now()) as lanes`.execute(
    cell.db.sql,
  );
  const [found] = rows;
  tally.kills += 1;
  if (found !== undefined && found.waiting + found.lanes > 0) tally.rounds += 1;
  if (found !== undefined && found.sending > 0) tally.insideSending += 1;
  if (name !== '') tally.instants.add(name.replaceAll(/\d+/gu, 'N'));
}

/**
 * Waits until every filing is synced, as somebody would who presses "try again" where it waits long: what GitHub refused is
 * mended first. False when that does not come, or when `stop` says that the process died.
 */
export async function settled(cell: Cell, stop: () => boolean = () => false): Promise<boolean> {
  const until = Date.now() + SETTLE_MS_MAX;
  let nudgeAt = Date.now() + NUDGE_EVERY_MS;
  while (!stop() && Date.now() < until) {
    const { rows } = await raw<{ waiting: number; refused: number }>`
      select count(*) as waiting, count(*) filter (where state = 'failed') as refused
        from filings where state <> 'synced'`.execute(cell.db.sql);
    if (rows[0]?.waiting === 0) return true;
    if (Date.now() > nudgeAt || (rows[0]?.refused ?? 0) > 0) {
      await nudge(cell);
      nudgeAt = Date.now() + NUDGE_EVERY_MS;
    }
    await new Promise((resolve) => setTimeout(resolve, ASK_EVERY_MS));
  }
  return false;
}

// What waits for a backoff is tried now: an impatient person may do the same, and nothing may come of it but speed.
async function nudge(cell: Cell): Promise<void> {
  const { sql } = cell.db;
  for (const place of cell.places) cell.fake.disableIssues(false, place.repository);
  const resting = await sql.selectFrom('connections').select('id').where('rest_until', 'is not', null).execute();
  for (const { id } of resting) await wakeFromRest(sql, id);
  const waiting = await sql
    .selectFrom('filings')
    .select('id')
    .where('state', 'in', ['pending', 'unknown', 'failed'])
    .where((eb) => eb.or([eb('run_at', '>', after(new Date(), 900)), eb('state', '=', 'failed')]))
    .execute();
  for (const { id } of waiting)
    await sql.transaction().execute(async (transaction) => retryFiling(transaction, id, new Date()));
}

/** Counts on the fake: exactly one issue for each report that was accepted, and the report tied to that issue. */
export async function count(cell: Cell, tally: Tally): Promise<void> {
  // a request of a dead process may still be on its way through the fake
  await new Promise((resolve) => setTimeout(resolve, IN_FLIGHT_MS));
  const rows = await cell.db.sql
    .selectFrom('report_rows')
    .select(['id', 'title', 'filing_state', 'issue_number'])
    .execute();
  const kept = new Map(rows.map((row) => [row.id, row]));
  const issues = issuesByReport(cell);
  for (const id of cell.accepted) {
    const [first, ...more] = issues.get(id) ?? [];
    const row = kept.get(id);
    tally.counted += 1;
    if (more.length > 0) {
      tally.duplicates += more.length;
      tally.faults.push(`report ${id} has ${more.length + 1} issues`);
    }
    if (first === undefined || row?.filing_state !== 'synced' || row.issue_number !== first.number) {
      tally.losses += 1;
      const there = first === undefined ? 'no issue' : `issue #${first.number}`;
      tally.faults.push(
        `report ${id} (${row?.title ?? ''}) has ${there}; the hub says ${row?.filing_state ?? 'nothing'} #${row?.issue_number ?? 'none'}`,
      );
    }
  }
  for (const [id, [first]] of issues) {
    if (cell.accepted.has(id)) continue;
    tally.duplicates += 1;
    tally.faults.push(`issue #${first?.number ?? 0} stands for report ${id}, which nobody was told is kept`);
  }
}

/** Forgets what was counted, on GitHub too, so that the next look at the repository is short. */
export async function clear(cell: Cell): Promise<void> {
  cell.accepted.clear();
  for (const repository of cell.fake.world.state.repositories)
    for (const issue of repository.issues)
      if (issue.gone === null) cell.fake.deleteIssue(issue.number, `${repository.owner}/${repository.name}`);
  await forgetReports(cell);
}

/** Read here by a rule of the test's own: what counts is what stands on GitHub, not what the hub would make of it. */
const MARKER = /<!-- throughline tlm1r(.{8})(.{4})(.{4})(.{4})(.{12})[0-9a-f]{24} -->/u;

function issuesByReport(cell: Cell): Map<string, SandboxIssue[]> {
  const issues = new Map<string, SandboxIssue[]>();
  for (const issue of cell.fake.issues()) {
    const id =
      MARKER.exec(issue.body ?? '')
        ?.slice(1)
        .join('-') ?? `without a marker: #${issue.number}`;
    issues.set(id, [...(issues.get(id) ?? []), issue]);
  }
  return issues;
}
