import { sql as raw } from 'kysely';

import { ERROR_SOURCE } from '../../src/errors/errors.ts';
import { REPORT_SOURCE, submitReport } from '../../src/reports/reports.ts';
import { deriveKeyring } from '../../src/lib/keyring.ts';
import { ensureEnvironmentConnection } from '../../src/connections/connections.ts';
import { ensureFirstTenant } from '../../src/tenants/tenants.ts';
import { newId } from '../../src/lib/ids.ts';
import { NO_METER } from '../../src/lib/meter.ts';
import { makeDatabase, onServer, urlOfDatabase } from '../support/database-server.ts';
import { openDatabase } from '../../src/db/db.ts';
import { quiet } from '../support/quiet.ts';
import { ReportDraft } from '../../src/contract/reports.ts';
import { Secret } from '../../src/lib/secret.ts';
import { SECRET } from './processes.ts';
import { SYSTEM } from '../../src/accounts/accounts.model.ts';
import { startFakeGithub } from '../fakes/github-server.ts';
import { FAKE_BOT } from '../fakes/github-finding.ts';
import type { Database } from '../../src/db/db.ts';
import type { FakeGithub } from '../fakes/github-server.ts';
import type { Principal } from '../../src/accounts/accounts.model.ts';
import type { ReportsCtx } from '../../src/reports/reports.model.ts';
import type { TestServer } from '../support/database-server.ts';

/** A tenant and the repository it files into. */
export interface Place {
  id: string;
  slug: string;
  repository: string;
}

/** A world of its own: one database, one fake GitHub, and the reports that were acknowledged in it. */
export interface Cell {
  url: string;
  db: Database;
  ctx: ReportsCtx;
  fake: FakeGithub;
  places: Place[];
  /** Ids of the reports that somebody was told are kept. */
  accepted: Set<string>;
  submit(place: Place, title: string, key?: string): Promise<string>;
  close(): Promise<void>;
}

export const PROGRAM: Principal = { ...SYSTEM, role: 'admin', actor: 'api_key:crash', name: 'Crash test' };

let made = 0;

/** A database for one world, and for as many processes as shall die over it. */
export async function openCrashDatabase(
  server: TestServer,
): Promise<{ url: string; db: Database; drop: () => Promise<void> }> {
  const name = `${server.prefix}_crash_${process.pid}_${made++}`;
  await makeDatabase(server, name);
  const url = urlOfDatabase(server, name);
  const db = await openDatabase({ databaseUrl: url, dataDir: '', log: quiet, poolMax: 4 });
  return {
    url,
    db,
    async drop() {
      await db.close();
      await onServer(server, `drop database ${name} with (force)`);
    },
  };
}

export async function openCell(server: TestServer, places = 1): Promise<Cell> {
  const { url, db, drop } = await openCrashDatabase(server);
  const fake = await startFakeGithub();
  const ctx = contextOver(db);
  const cell: Cell = {
    url,
    db,
    ctx,
    fake,
    places: await makePlaces(ctx, fake, places),
    accepted: new Set(),
    async submit(place, title, key) {
      const draft = ReportDraft.parse({ title, description: 'What was under way when the process died.' });
      const { id } = await submitReport(ctx, PROGRAM, place, draft, key ?? null);
      cell.accepted.add(id);
      return id;
    },
    async close() {
      await fake.close();
      await drop();
    },
  };
  return cell;
}

async function makePlaces(ctx: ReportsCtx, fake: FakeGithub, count: number): Promise<Place[]> {
  const first = await ensureFirstTenant(ctx);
  const places: Place[] = [{ id: first.id, slug: first.slug, repository: fake.repository }];
  while (places.length < count) {
    const place = { id: newId(ctx.now()), slug: `t${places.length}`, repository: `acme/shop-${places.length}` };
    await ctx.sql.insertInto('tenants').values({ id: place.id, slug: place.slug, name: place.slug }).execute();
    fake.addRepository(place.repository, { roles: { [FAKE_BOT]: 'push' } });
    places.push(place);
  }
  for (const place of places)
    await ensureEnvironmentConnection(ctx, place.id, {
      apiUrl: fake.apiUrl,
      token: new Secret(fake.token),
      repository: place.repository,
    });
  await ctx.sql.updateTable('connections').set({ adopted_at: ctx.now(), creations_per_hour: 1_000_000 }).execute();
  return places;
}

/** What only this hub knew of its reports is gone. */
export async function forgetReports(cell: Cell): Promise<void> {
  for (const table of ['links', 'filings', 'issues', 'reports'])
    await raw`delete from ${raw.table(table)}`.execute(cell.db.sql);
}

/** GitHub knows the reports and the rebuilt hub does not: its rows are gone, and the markers are still to be read. */
export async function loseDatabase(cell: Cell): Promise<void> {
  await forgetReports(cell);
  await raw`update connections set adopted_at = null, adopt_cursor = null, checked_at = null, number_known = 0`.execute(
    cell.db.sql,
  );
}

/** The driver's own view of a hub's database. */
export function contextOver(db: Database): ReportsCtx {
  return {
    sql: db.sql,
    now: () => new Date(),
    log: quiet,
    meter: NO_METER,
    keyring: deriveKeyring([new Secret(SECRET)]),
    allowPrivateAddresses: true,
    createSpacingMs: 0,
    publicUrl: 'https://hub.example',
    workerId: 'the driver of the crash test',
    leaseMs: 1000,
    lookupDelaysMs: [],
    sources: { report: REPORT_SOURCE, error: ERROR_SOURCE },
  };
}
