import { chainsOf } from './undo-chain.decide.ts';
import {
  countItems,
  countTold,
  insertUndoItems,
  insertUndoRun,
  selectRunningUndo,
  selectUndoRun,
  selectUndoRuns,
  selectWritten,
  stopUndoRun,
} from './undo.store.ts';
import { decideItem, THING_WORDS } from './undo-words.decide.ts';
import { HttpProblem, notFound } from '../../lib/problem.ts';
import { itemOfRow, plannedItem, runView } from './undo-view.ts';
import { newId } from '../../lib/ids.ts';
import { recordAudit } from '../../audit/audit.ts';
import { scopeOf } from './undo-scope.ts';
import { selectSides, selectUndoItems } from './undo-rows.store.ts';
import type { ErrorsCtx } from '../errors.model.ts';
import type { Principal } from '../../accounts/accounts.model.ts';
import type { SideRows } from './undo-rows.store.ts';
import type { UndoChain, UndoItemRow, UndoRunRow, UndoScope, UndoVerdict } from './undo.model.ts';
import type { UndoItem, UndoPreview, UndoRequest, UndoRun } from '../../contract/undo.ts';
import type { UndoSubject } from '../reflect/undo.decide.ts';

/** What one bulk undo takes at most. */
export const UNDO_ACTS_MAX = 10_000;
const SHOWN_MAX = 1000;

/** What is taken back, as far as known here, with what would become of each. */
interface UndoPlan {
  scope: UndoScope;
  items: { chain: UndoChain; verdict: UndoVerdict }[];
  sides: SideRows;
  told: number;
}

/** What a bulk undo would set back, and what can no longer be. Nothing is stored or sent. */
export async function previewUndo(ctx: ErrorsCtx, principal: Principal, asked: UndoRequest): Promise<UndoPreview> {
  const plan = await planUndo(ctx, await scopeOf(ctx, principal, asked));
  const { items, scope, told } = plan;
  const of = (state: UndoVerdict['state']) => items.filter(({ verdict }) => verdict.state === state);
  return {
    words: scope.words,
    until: scope.until.toISOString(),
    totals: {
      waiting: of('waiting').length,
      left: of('left').length,
      told,
      acts: of('waiting').reduce((sum, { chain }) => sum + chain.acts.length, 0),
    },
    items: items.slice(0, SHOWN_MAX).map(({ chain, verdict }) => plannedItem(chain, verdict, plan.sides)),
    complete: items.length <= SHOWN_MAX,
  };
}

/**
 * Begins to take back what is meant, one after the other, whatever happens to this process. Joins one for the same that is under
 * way; throws a 409 while another one is, and when there is nothing to take back.
 */
export async function startUndo(ctx: ErrorsCtx, principal: Principal, asked: UndoRequest): Promise<UndoRun> {
  const scope = await scopeOf(ctx, principal, asked);
  const plan = await planUndo(ctx, scope);
  if (!plan.items.some(({ verdict }) => verdict.state === 'waiting'))
    throw new HttpProblem(409, 'There is nothing to take back: see the preview for why each is left alone.');
  const now = ctx.now();
  const id = newId(now);
  const begun = await ctx.sql.transaction().execute(async (sql) => {
    const { tenantId, words } = scope;
    const { actor, name } = principal;
    const meant = { rule: asked.rule ?? null, run: asked.run ?? null, since: asked.since ?? null, until: scope.until };
    const row = { id, tenant_id: tenantId, actor, actor_name: name, words, told: plan.told, created_at: now };
    if (!(await insertUndoRun(sql, { ...row, state: 'running', scope: JSON.stringify(meant) }))) return false;
    await insertUndoItems(
      sql,
      plan.items.map((item) => newItem(id, item, now)),
      now,
    );
    await recordAudit(sql, principal, { action: 'undo.started', subject: `undo:${id}`, after: meant, tenantId });
    return true;
  });
  if (begun) return viewOf(ctx, await findRun(ctx, id, null));
  return joined(ctx, scope, asked);
}

async function joined(ctx: ErrorsCtx, scope: UndoScope, asked: UndoRequest): Promise<UndoRun> {
  const other = await selectRunningUndo(ctx.sql, scope.tenantId);
  if (other === null)
    throw new HttpProblem(409, 'Another bulk undo has just ended: look at what it did, then try again.');
  const { rule, run, since, until } = other.scope;
  const isSame =
    rule === (asked.rule ?? null) &&
    run === (asked.run ?? null) &&
    since === (asked.since ?? null) &&
    (asked.until === undefined || until === scope.until.toISOString());
  if (isSame) return viewOf(ctx, other);
  throw new HttpProblem(
    409,
    `${other.actor_name} takes something else back right now: wait until that is done, or stop it.`,
  );
}

/** Stops one after the item that it is at. What was set back stays so; one that has ended stays as it is. */
export async function stopUndo(ctx: ErrorsCtx, principal: Principal, id: string): Promise<UndoRun> {
  const row = await findRun(ctx, id, principal.tenantId);
  await ctx.sql.transaction().execute(async (sql) => {
    if (!(await stopUndoRun(sql, id, ctx.now()))) return;
    const subject = `undo:${id}`;
    await recordAudit(sql, principal, { action: 'undo.stopped', subject, tenantId: row.tenant_id });
  });
  return viewOf(ctx, await findRun(ctx, id, null));
}

/** One bulk undo, with how far it is. Throws a 404 for another tenant's. */
export async function getUndo(ctx: ErrorsCtx, principal: Principal, id: string): Promise<UndoRun> {
  return viewOf(ctx, await findRun(ctx, id, principal.tenantId));
}

/** One more than `limit` bulk undos, newest first, with how far each is. */
export async function listUndos(
  ctx: ErrorsCtx,
  principal: Principal,
  before: string | null,
  limit: number,
): Promise<{ rows: UndoRunRow[]; view: (row: UndoRunRow) => UndoRun }> {
  const rows = await selectUndoRuns(ctx.sql, principal.tenantId, before, limit + 1);
  const counts = await countItems(
    ctx.sql,
    rows.map(({ id }) => id),
  );
  return {
    rows,
    view: (row) =>
      runView(
        row,
        counts.filter(({ run }) => run === row.id),
      ),
  };
}

/** One more than `limit` items of a bulk undo, in their order. */
export async function listUndoItems(
  ctx: ErrorsCtx,
  principal: Principal,
  id: string,
  of: { state: UndoItemRow['state'] | null; after: number | null; limit: number },
): Promise<{ rows: UndoItemRow[]; view: (row: UndoItemRow) => UndoItem }> {
  await findRun(ctx, id, principal.tenantId);
  const rows = await selectUndoItems(ctx.sql, id, of, of.limit + 1);
  const sides = await selectSides(ctx.sql, [...new Set(rows.map((row) => row.error_id))]);
  return { rows, view: (row) => itemOfRow(row, sides) };
}

async function planUndo(ctx: ErrorsCtx, scope: UndoScope): Promise<UndoPlan> {
  const acts = await selectWritten(ctx.sql, scope, UNDO_ACTS_MAX + 1);
  if (acts.length > UNDO_ACTS_MAX)
    throw new HttpProblem(
      422,
      'These are more than 10,000 acts. Choose a shorter span, and take them back part by part, the latest first.',
    );
  const chains = chainsOf(acts);
  const sides = await selectSides(ctx.sql, [...new Set(chains.map(({ errorId }) => errorId))]);
  // all things of one error after each other: it is not compared in between
  const byError = [...Map.groupBy(chains, ({ errorId }) => errorId).values()].flat();
  const items = byError.map((chain) => ({ chain, verdict: decideItem(chain, subjectOf(sides, chain.errorId)) }));
  return { scope, items, sides, told: await countTold(ctx.sql, scope) };
}

/** Both sides of an error; null where there is no way to write to them any more. */
function subjectOf({ errors, issues, sentryIssues }: SideRows, errorId: string): UndoSubject | null {
  const [error, issue] = [errors.get(errorId), issues.get(errorId)];
  if (error === undefined || error.rule_id === null || error.sentry_connection_id === null || issue === undefined)
    return null;
  return { issue, sentryIssues: sentryIssues.get(errorId) ?? [] };
}

function newItem(runId: string, { chain, verdict }: UndoPlan['items'][number], now: Date) {
  const { state, stood, sets, why } = verdict;
  return {
    undo_run_id: runId,
    error_id: chain.errorId,
    acts: chain.acts.map(({ id }) => id),
    side: chain.side,
    what: THING_WORDS[chain.thing],
    stood,
    sets,
    state,
    message: why,
    run_at: now,
    finished_at: state === 'left' ? now : null,
  };
}

async function findRun(ctx: ErrorsCtx, id: string, tenantId: string | null): Promise<UndoRunRow> {
  const row = await selectUndoRun(ctx.sql, id, tenantId);
  if (row === null) throw notFound('undo');
  return row;
}

async function viewOf(ctx: ErrorsCtx, row: UndoRunRow): Promise<UndoRun> {
  return runView(row, await countItems(ctx.sql, [row.id]));
}
