import { createHash, createHmac } from 'node:crypto';

import { fileSource, filingOf, retryFiling } from '../filing/filing.ts';
import { HttpProblem, notFound } from '../lib/problem.ts';
import { newId } from '../lib/ids.ts';
import { publish } from '../db/db.ts';
import { FROM_SENTRY } from './report-view.ts';
import { recordAudit } from '../audit/audit.ts';
import {
  insertIdempotencyKey,
  insertReport,
  selectIdempotencyKey,
  selectReportRow,
  updateReport,
} from './reports.store.ts';
import type { Principal } from '../accounts/accounts.model.ts';
import type { ReportDraft, ReportEdit } from '../contract/reports.ts';
import type { Sql } from '../db/db.model.ts';
import type { ReportsCtx, Scope } from './reports.model.ts';

type Reporter = { kind: 'account' | 'host'; id: string; email: string | null; name: string | null };

/** What a caller may see: their own reports; an admin all of the tenant; a system admin's key all tenants. Errors are for admins. */
export function scopeOf(principal: Principal, mine: boolean): Scope {
  const everything = principal.role !== 'reporter' || principal.reporter === null;
  if (everything && !mine)
    return { tenantId: principal.tenantId, reporter: null, errors: principal.role !== 'reporter' };
  const { reporter } = principal;
  // An API key has no reports of its own.
  return { tenantId: principal.tenantId, reporter: reporter ?? { kind: 'host', id: principal.actor }, errors: false };
}

/** Whether a report exists for the caller. */
export async function mayReadReport(ctx: ReportsCtx, principal: Principal, id: string): Promise<boolean> {
  return (await selectReportRow(ctx.sql, id, scopeOf(principal, false))) !== null;
}

/**
 * Keeps a report and the intent to file it in one transaction, and returns its id; nothing is sent here. With an
 * `idempotencyKey` the same report of the same reporter is kept once, and its id is made from the key, so that even a hub whose
 * database was lost does not file it a second time.
 */
export async function submitReport(
  ctx: ReportsCtx,
  principal: Principal,
  tenant: { id: string; slug: string },
  draft: ReportDraft,
  idempotencyKey: string | null,
): Promise<{ id: string; replayed: boolean }> {
  const reporter = reporterOf(principal, draft);
  const owner = `${reporter.kind}:${reporter.id}`;
  const requestHash = createHash('sha256').update(JSON.stringify(draft)).digest();
  const now = ctx.now();
  const id = idempotencyKey === null ? newId(now) : await idOfKey(ctx, tenant, owner, idempotencyKey);
  const isNew = await ctx.sql.transaction().execute(async (sql) => {
    const inserted = await insertReport(sql, {
      id,
      tenant_id: tenant.id,
      ...reporterColumns(reporter),
      title: draft.title.trim(),
      description: draft.description,
      tags: draft.tags,
      severity: draft.severity ?? null,
      conversation: draft.conversation === undefined ? null : JSON.stringify(draft.conversation),
      context: JSON.stringify(draft.context),
      created_at: now,
      updated_at: now,
    });
    if (!inserted) return false;
    await fileSource(
      sql,
      ctx.keyring,
      {
        kind: 'report',
        id,
        tenantSlug: tenant.slug,
        tenantId: tenant.id,
        derived: idempotencyKey !== null && reporter.kind === 'host',
      },
      now,
    );
    if (idempotencyKey !== null)
      await insertIdempotencyKey(sql, {
        tenant_id: tenant.id,
        actor: owner,
        key: idempotencyKey,
        request_hash: requestHash,
        report_id: id,
        created_at: now,
      });
    await recordAudit(sql, principal, { action: 'report.created', subject: `report:${id}`, tenantId: tenant.id });
    await publish(sql, { kind: 'report', id, tenantId: tenant.id });
    return true;
  });
  if (!isNew) await acceptReplay(ctx, tenant.id, { id, reporter, owner, key: idempotencyKey ?? '', requestHash });
  return { id, replayed: !isNew };
}

/**
 * Tries again now. A report that GitHub refused may be corrected with `edit`; one that waits or is being sent may not, since
 * nobody knows which text GitHub would get. Throws 404 outside the scope and 409 where there is nothing to try.
 */
export async function retryReport(
  ctx: ReportsCtx,
  principal: Principal,
  id: string,
  edit: ReportEdit | undefined,
): Promise<void> {
  const row = await selectReportRow(ctx.sql, id, scopeOf(principal, false));
  if (row?.source === 'error') throw new HttpProblem(409, FROM_SENTRY);
  const filing = row === null || row.source === 'external' ? null : await filingOf(ctx.sql, 'report', id);
  if (row === null || filing === null) throw notFound('report');
  const changes = Object.entries(edit ?? {}).filter(([, value]) => value !== undefined);
  if (filing.state === 'synced')
    throw new HttpProblem(409, 'The report is filed already; there is nothing to try again.');
  if (changes.length > 0 && filing.state !== 'failed')
    throw new HttpProblem(
      409,
      'Only a report that GitHub refused can be corrected. This one is still on its way; try again without changes.',
    );
  await ctx.sql.transaction().execute(async (sql) => {
    const now = ctx.now();
    if (changes.length > 0) {
      await updateReport(sql, id, { ...Object.fromEntries(changes), updated_at: now });
      await recordAudit(sql, principal, {
        action: 'report.edited',
        subject: `report:${id}`,
        tenantId: row.tenant_id,
        before: { title: row.title, severity: row.severity, tags: row.tags },
        after: withoutText(edit),
      });
    }
    await recordAudit(sql, principal, { action: 'report.retried', subject: `report:${id}`, tenantId: row.tenant_id });
    await retryFiling(sql, filing.id, now);
  });
}

// The audit log says that the description changed; the text itself stays with the report.
function withoutText(edit: ReportEdit | undefined): object {
  const { description, ...rest } = edit ?? {};
  return description === undefined ? rest : { ...rest, description: `${description.length} characters` };
}

function reporterOf(principal: Principal, draft: ReportDraft): Reporter {
  if (principal.reporter !== null) {
    if (draft.reporter !== undefined)
      throw new HttpProblem(403, 'Only an API key may name the reporter: leave "reporter" out, it is you.');
    return principal.reporter;
  }
  const named = draft.reporter;
  if (named === undefined) return { kind: 'host', id: principal.actor, email: null, name: principal.name };
  return { kind: 'host', id: named.id, email: named.email ?? null, name: named.name ?? null };
}

function reporterColumns(reporter: Reporter) {
  return {
    reporter_kind: reporter.kind,
    reporter_id: reporter.id,
    reporter_email: reporter.email,
    reporter_name: reporter.name,
  };
}

// The id the key gave before, also under a SECRET_KEY that was rotated since; else the one it gives now.
async function idOfKey(
  ctx: ReportsCtx,
  tenant: { id: string; slug: string },
  owner: string,
  key: string,
): Promise<string> {
  const stored = await selectIdempotencyKey(ctx.sql, tenant.id, owner, key);
  if (stored !== null) return stored.reportId;
  const ids = ctx.keyring.marker.map((secret) => derivedId(secret, ['report', tenant.slug, owner, key]));
  for (const id of ids)
    if ((await selectReportRow(ctx.sql, id, { tenantId: tenant.id, reporter: null, errors: false })) !== null)
      return id;
  const [id] = ids;
  if (id === undefined) throw new Error('SECRET_KEY is empty');
  return id;
}

// An id that only this hub can make from the key, so that nobody can occupy another's.
function derivedId(secret: Buffer, parts: string[]): string {
  const hash = createHmac('sha256', secret).update(JSON.stringify(parts)).digest('hex');
  return `${hash.slice(0, 8)}-${hash.slice(8, 12)}-8${hash.slice(13, 16)}-a${hash.slice(17, 20)}-${hash.slice(20, 32)}`;
}

async function acceptReplay(
  ctx: ReportsCtx,
  tenantId: string,
  replay: { id: string; reporter: Reporter; owner: string; key: string; requestHash: Buffer },
): Promise<void> {
  const stored = await selectIdempotencyKey(ctx.sql, tenantId, replay.owner, replay.key);
  if (stored === null) return restoreReporter(ctx.sql, tenantId, replay.id, replay.reporter);
  if (!stored.requestHash.equals(replay.requestHash))
    throw new HttpProblem(422, 'This Idempotency-Key was used for another report. Use a new key for a new report.');
}

// An adopted report knows no reporter; who sends it again under the same key is who sent it first.
async function restoreReporter(sql: Sql, tenantId: string, id: string, reporter: Reporter): Promise<void> {
  const row = await selectReportRow(sql, id, { tenantId, reporter: null, errors: false });
  if (row?.reporter_kind === 'adopted') await updateReport(sql, id, reporterColumns(reporter));
}
