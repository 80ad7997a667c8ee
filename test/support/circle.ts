import { ERROR_SOURCE } from '../../src/errors/errors.ts';
import { REPORT_SOURCE, submitReport } from '../../src/reports/reports.ts';
import { deriveKeyring } from '../../src/lib/keyring.ts';
import { endRuns } from '../../src/mirror/mirror.ts';
import { ensureEnvironmentConnection } from '../../src/connections/connections.ts';
import { eventually } from './eventually.ts';
import { ensureFirstTenant } from '../../src/tenants/tenants.ts';
import { NO_METER } from '../../src/lib/meter.ts';
import { ReportDraft } from '../../src/contract/reports.ts';
import { Secret } from '../../src/lib/secret.ts';
import { startFakeGithub } from '../fakes/github-server.ts';
import { startFilingWorker } from '../../src/filing/filing.ts';
import { SYSTEM } from '../../src/accounts/accounts.model.ts';
import { testDatabase } from './database.ts';
import type { Database } from '../../src/db/db.ts';
import type { TestDatabase } from './database.ts';
import { quiet } from './quiet.ts';
import type { FakeGithub } from '../fakes/github-server.ts';
import type { FilingWorker } from '../../src/filing/filing.jobs.ts';
import type { Principal } from '../../src/accounts/accounts.model.ts';
import type { ReportsCtx } from '../../src/reports/reports.model.ts';
import type { Row } from '../../src/db/db.model.ts';
import type { Tenant } from '../../src/contract/people.ts';
import type { TestContext } from 'node:test';

export { eventually } from './eventually.ts';

export const SECRET = 'the secret key of a test';

/** A program that files reports in the name of a reporter. */
export const PROGRAM: Principal = { ...SYSTEM, role: 'admin', actor: 'api_key:test', name: 'Test program' };

/** The circle from a report to GitHub and back, with real parts: a database, a fake GitHub, and as many workers as a test starts. */
export interface Circle {
  db: TestDatabase;
  ctx: ReportsCtx;
  fake: FakeGithub;
  tenant: Tenant;
  startWorker(name?: string): FilingWorker;
  /** Files a report and returns its id. */
  report(title: string, extra?: Partial<ReportDraft> & { key?: string }): Promise<string>;
  row(reportId: string): Promise<Row<'report_rows'>>;
  filing(reportId: string): Promise<Row<'filings'>>;
  attempts(reportId: string): Promise<Row<'filing_attempts'>[]>;
  connection(): Promise<Row<'connections'>>;
  /** Waits until the report's filing is in one of the states; fails loudly after a minute with what it is instead. */
  settled(reportId: string, ...states: Row<'filings'>['state'][]): Promise<Row<'filings'>>;
}

export interface CircleOptions {
  /** When an unanswered create is looked up; short, so that tests are quick. */
  lookupDelaysMs?: number[];
  leaseMs?: number;
  fake?: FakeGithub;
  secret?: string;
  now?: () => Date;
  connected?: boolean;
  /** Leave the repository's markers to be read by the worker, as with a new connection; else they count as read. */
  unread?: boolean;
}

export async function startCircle(t: TestContext, options: CircleOptions = {}): Promise<Circle> {
  const fake = options.fake ?? (await startFakeGithub(t));
  const db = await testDatabase(t);
  const ctx = contextOver(db, options);
  const tenant = await ensureFirstTenant(ctx);
  if (options.connected !== false) await connect(ctx, tenant.id, fake);
  if (options.unread !== true) await db.sql.updateTable('connections').set({ adopted_at: new Date() }).execute();
  const workers: FilingWorker[] = [];
  db.beforeClose(async () => Promise.all([endRuns(ctx.sql), ...workers.map(async (worker) => worker.stop())]));
  const filing = async (reportId: string) =>
    db.sql.selectFrom('filings').selectAll().where('source_id', '=', reportId).executeTakeFirstOrThrow();
  return {
    db,
    ctx,
    fake,
    tenant,
    startWorker(name = `worker ${workers.length}`) {
      const worker = startFilingWorker({ ...ctx, workerId: name }, (heard) => db.live.subscribe(heard));
      workers.push(worker);
      return worker;
    },
    async report(title, { key, ...extra } = {}) {
      const draft = ReportDraft.parse({ title, description: `About: ${title}`, ...extra });
      return (await submitReport(ctx, PROGRAM, tenant, draft, key ?? null)).id;
    },
    async row(reportId) {
      return db.sql.selectFrom('report_rows').selectAll().where('id', '=', reportId).executeTakeFirstOrThrow();
    },
    filing,
    async attempts(reportId) {
      const { id } = await filing(reportId);
      return db.sql.selectFrom('filing_attempts').selectAll().where('filing_id', '=', id).orderBy('id').execute();
    },
    async connection() {
      return db.sql.selectFrom('connections').selectAll().executeTakeFirstOrThrow();
    },
    async settled(reportId, ...states) {
      return eventually(
        async () => filing(reportId),
        (row) => states.includes(row.state),
        (row) => `the filing is ${row.state}, not ${states.join(' or ')}: ${row.failure_message ?? ''}`,
      );
    },
  };
}

/** Connects the tenant to the fake as an operator's environment would. */
export async function connect(ctx: ReportsCtx, tenantId: string, fake: FakeGithub): Promise<void> {
  await ensureEnvironmentConnection(ctx, tenantId, {
    apiUrl: fake.apiUrl,
    token: new Secret(fake.token),
    repository: fake.repository,
  });
}

function contextOver(db: Database, options: CircleOptions): ReportsCtx {
  return {
    sql: db.sql,
    now: options.now ?? (() => new Date()),
    log: quiet,
    meter: NO_METER,
    keyring: deriveKeyring([new Secret(options.secret ?? SECRET)]),
    allowPrivateAddresses: true,
    createSpacingMs: 0,
    publicUrl: 'https://hub.example',
    workerId: 'test',
    leaseMs: options.leaseMs ?? 10_000,
    lookupDelaysMs: options.lookupDelaysMs ?? [50, 100, 200],
    sources: { report: REPORT_SOURCE, error: ERROR_SOURCE },
  };
}
