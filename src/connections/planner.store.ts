import { sql as raw } from 'kysely';

import { DAY_MS } from '../lib/clock.ts';
import { publish } from '../db/db.ts';
import type { GithubBudget } from '../github/github.model.ts';
import type { Block, KnownLimits, Pace, SharedBudgets } from '../github/github-budget.model.ts';
import type { Ctx, LiveNotice, NewRow, Row, Sql } from '../db/db.model.ts';

/** Rows that are no budget of GitHub's. */
const OURS = ['block', 'writes', 'creation'];
/** Resets this close together are of one window, as newerBudget has it. */
const SAME_WINDOW = raw`interval '2 seconds'`;

/** The budgets that all processes of one database share (SPEC T4). */
export interface Planner extends SharedBudgets {
  /** To be told what the database tells, so that a block learnt elsewhere stops this process at once. */
  told(notice: LiveNotice): void;
}

/** Opens the shared planner. While the database does not answer each process goes by what it sees itself. */
export function openPlanner({ sql, log }: Pick<Ctx, 'sql' | 'log'>): Planner {
  const listeners = new Set<(credential: string) => void>();
  const orNull = async <T>(work: Promise<T>): Promise<T | null> =>
    work.catch((error: unknown) => {
      log.warn({ error: String(error) }, 'budgets: the database does not answer, this process goes by its own');
      return null;
    });
  return {
    read: (credential) => orNull(readLimits(sql, credential)),
    keep: async (credential, known, begins) => void (await orNull(keepLimits(sql, credential, known, begins))),
    decide: (credential, decide) => orNull(decidePace(sql, credential, decide)),
    onBlock: (heard) => void listeners.add(heard),
    told(notice) {
      if (notice.kind === 'budget') for (const heard of listeners) heard(notice.id);
    },
  };
}

/** The rows of some credentials, for the page of budgets. */
export async function selectBudgets(sql: Sql, credentials: readonly string[]): Promise<Row<'budgets'>[]> {
  if (credentials.length === 0) return [];
  return sql.selectFrom('budgets').selectAll().where('credential', 'in', credentials).orderBy('resource').execute();
}

/** Forgets credentials that nobody has used for a month. */
export async function forgetOldBudgets(sql: Sql, now: Date): Promise<void> {
  await sql
    .deleteFrom('budgets')
    .where('updated_at', '<', new Date(now.getTime() - 30 * DAY_MS))
    .execute();
}

async function readLimits(sql: Sql, credential: string): Promise<KnownLimits> {
  const rows = await sql.selectFrom('budgets').selectAll().where('credential', '=', credential).execute();
  const budgets = rows.map(budgetOf).filter((budget) => budget !== null);
  const retryAt = rows.find(({ resource }) => resource === 'block')?.reset_at ?? null;
  return { budgets, block: retryAt === null ? null : { limit: 'secondary', retryAt } };
}

/** GitHub's budget in a row; null when the row is of our own pace. */
export function budgetOf({ resource, limit, remaining, reset_at: resetAt }: Row<'budgets'>): GithubBudget | null {
  return OURS.includes(resource) || limit === null || remaining === null
    ? null
    : { resource, limit, remaining, resetAt };
}

async function keepLimits(sql: Sql, credential: string, known: KnownLimits, begins: boolean): Promise<void> {
  const { budgets, block } = known;
  const rows = [
    ...budgets.map(({ resetAt, ...budget }) => ({ ...budget, credential, reset_at: resetAt })),
    ...(block === null ? [] : [blockRow(credential, block)]),
  ];
  if (rows.length === 0) return;
  await upsertLimits(sql, rows);
  if (begins) await publish(sql, { kind: 'budget', id: credential, tenantId: '' });
}

function blockRow(credential: string, { retryAt }: Block): NewRow<'budgets'> {
  return { credential, resource: 'block', limit: null, remaining: 0, reset_at: retryAt };
}

/** Writes what was seen, unless another process has seen something newer: a later window, or less left in the same one. */
async function upsertLimits(sql: Sql, rows: NewRow<'budgets'>[]): Promise<void> {
  await sql
    .insertInto('budgets')
    .values(rows)
    .onConflict((conflict) =>
      conflict.columns(['credential', 'resource']).doUpdateSet((eb) => ({
        limit: eb.ref('excluded.limit'),
        remaining: raw<number>`case
          when budgets.reset_at is null or excluded.reset_at > budgets.reset_at + ${SAME_WINDOW} then excluded.remaining
          when excluded.reset_at < budgets.reset_at - ${SAME_WINDOW} then budgets.remaining
          else least(budgets.remaining, excluded.remaining) end`,
        reset_at: raw<Date>`greatest(budgets.reset_at, excluded.reset_at)`,
        updated_at: raw<Date>`now()`,
      })),
    )
    .execute();
}

/** Decides under the lock of the credential's row, by the database's clock: the processes' own may differ. */
async function decidePace<T extends { pace?: Pace }>(
  sql: Sql,
  credential: string,
  decide: (pace: Pace, now: Date) => T,
): Promise<{ plan: T; now: Date }> {
  return sql.transaction().execute(async (transaction) => {
    const writes = await lockWrites(transaction, credential);
    const creation = await transaction
      .selectFrom('budgets')
      .select(['next_at', 'recent'])
      .where('credential', '=', credential)
      .where('resource', '=', 'creation')
      .executeTakeFirst();
    const pace: Pace = {
      nextWriteAt: writes.next_at?.getTime() ?? 0,
      creationsDueAt: creation?.next_at?.getTime() ?? 0,
      creations: creation?.recent.map((at) => at.getTime()) ?? [],
    };
    const plan = decide(pace, writes.updated_at);
    if (plan.pace !== undefined) await keepPace(transaction, credential, plan.pace);
    return { plan, now: writes.updated_at };
  });
}

// Its clock is read after the lock was taken: whoever waited for it must not plan from before.
async function lockWrites(sql: Sql, credential: string): Promise<Pick<Row<'budgets'>, 'next_at' | 'updated_at'>> {
  const updated_at = raw<Date>`clock_timestamp()`;
  return sql
    .insertInto('budgets')
    .values({ credential, resource: 'writes', updated_at })
    .onConflict((conflict) => conflict.columns(['credential', 'resource']).doUpdateSet({ updated_at }))
    .returning(['next_at', 'updated_at'])
    .executeTakeFirstOrThrow();
}

async function keepPace(sql: Sql, credential: string, pace: Pace): Promise<void> {
  const creation = { credential, resource: 'creation', next_at: new Date(pace.creationsDueAt) };
  const recent = pace.creations.map((at) => new Date(at));
  await sql
    .insertInto('budgets')
    .values([
      { credential, resource: 'writes', next_at: new Date(pace.nextWriteAt), recent: [] },
      { ...creation, recent },
    ])
    .onConflict((conflict) =>
      conflict.columns(['credential', 'resource']).doUpdateSet((eb) => ({
        next_at: eb.ref('excluded.next_at'),
        recent: eb.ref('excluded.recent'),
      })),
    )
    .execute();
}
