import { eventually, PROGRAM } from '../../../test/support/circle.ts';
import { getUndo, listUndoItems } from './undo.ts';
import { linked } from '../reflect/reflect-linked.fixture.ts';
import { startUndoing } from './undo.jobs.ts';
import type { Linked } from '../reflect/reflect-linked.fixture.ts';
import type { SentryRuleDraft } from '../../contract/sentry.ts';
import type { TestContext } from 'node:test';
import type { Undoing } from './undo.jobs.ts';
import type { UndoItem, UndoRequest, UndoRun } from '../../contract/undo.ts';

export const EVERYTHING: UndoRequest = { since: '2020-01-01T00:00:00Z' };

/** Errors of one rule, all of which the hub closed on GitHub, since Sentry says that they are resolved. */
export async function closedErrors(
  t: TestContext,
  count: number,
  rule: Partial<SentryRuleDraft> = {},
): Promise<Linked & { numbers: number[] }> {
  const it = await linked(t, { stats_period: '14d', ...rule });
  const numbers = [it.number];
  const ids = [it.sentryId];
  for (let n = 1; n < count; n += 1) {
    const other = await it.another();
    numbers.push(other.number);
    ids.push(other.sentryId);
  }
  await it.settleAll();
  for (const id of ids) it.circle.sentry.setStatus(id, 'resolved');
  await it.settleAll();
  await atRest(it, () => statesOf(it, numbers).every((state) => state === 'closed'));
  return { ...it, numbers };
}

/** The state of issues on GitHub. */
export function statesOf({ circle }: Linked, numbers: readonly number[]): string[] {
  return numbers.map((number) => circle.fake.issues().find((issue) => issue.number === number)?.state ?? 'missing');
}

/** Waits until nobody compares anything, and it is so. */
async function atRest({ circle }: Linked, isSo: () => boolean): Promise<void> {
  await eventually(
    async () => circle.db.sql.selectFrom('errors').selectAll().where('locked_by', 'is not', null).execute(),
    (locked) => locked.length === 0 && isSo(),
    (locked) => `it is not so; compared are ${JSON.stringify(locked)}`,
  );
}

/** A process that works on bulk undos, until the test ends. */
export function startOne({ circle }: Linked, workerId: string): Undoing {
  const undoing = startUndoing({ ...circle.ctx, workerId });
  circle.db.beforeClose(async () => undoing.stop());
  return undoing;
}

/** Waits until a bulk undo is done or stopped. */
export async function whenEnded({ circle }: Linked, { id }: UndoRun): Promise<UndoRun> {
  return eventually(
    async () => getUndo(circle.ctx, PROGRAM, id),
    ({ state }) => state !== 'running',
    (run) => `still ${JSON.stringify(run)}`,
  );
}

/** What became of each item. */
export async function itemsOf({ circle }: Linked, { id }: UndoRun): Promise<UndoItem[]> {
  const { rows, view } = await listUndoItems(circle.ctx, PROGRAM, id, { state: null, after: null, limit: 100 });
  return rows.map(view);
}
