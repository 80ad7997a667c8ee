import { applySome } from './apply-some.ts';
import { insertFindings } from './drift.store.ts';
import { patiently } from './patiently.ts';
import type { AppliedItem, Finding } from './items.model.ts';
import type { GithubFailure, GithubResult } from '../github/github.model.ts';
import type { GithubPage, PageAsk } from '../github/github-reads.model.ts';
import type { How } from './apply.ts';
import type { OutsideCtx } from '../connections/connections.model.ts';
import type { Run } from './repository.model.ts';
import type { Sql } from '../db/db.model.ts';

interface Walk<T> {
  page(ask: PageAsk): Promise<GithubResult<GithubPage<T>>>;
  store(sql: Sql, items: readonly T[], how: How): Promise<AppliedItem[]>;
}

/** Reads a list to its end, page by page, when nothing live waits, and stores each. */
export async function walk<T extends object>(ctx: OutsideCtx, run: Run, list: Walk<T>): Promise<GithubFailure | null> {
  let next: string | null = null;
  do {
    const askedAt = ctx.now();
    const ask: PageAsk = { priority: 'backfill', ...(next === null ? {} : { next }) };
    const answer: GithubResult<GithubPage<T>> = await patiently(ctx, run, async () => list.page(ask));
    if (!answer.ok) return answer.failure;
    const how: How = { askedAt, from: 'read', via: run.via, actor: null, now: ctx.now() };
    await applySome(ctx, run, answer.value.items, { apply: async (sql, some) => list.store(sql, some, how) });
    run.counts.checked += answer.value.items.length;
    next = answer.value.next;
  } while (next !== null && !run.ended());
  return null;
}

/** Whether a run is there to find what is wrong; others bring news. */
export function isAudit({ kind }: Pick<Run, 'kind'>): boolean {
  return kind === 'reconcile' || kind === 'sample';
}

/** Counts what an audit has looked at. */
export function countCompared(run: Run, items: number): void {
  if (isAudit(run)) run.counts.compared = (run.counts.compared ?? 0) + items;
}

/** Writes down what an audit found wrong; other runs write nothing. An item that is wrong in three fields is one. */
export async function note(ctx: OutsideCtx, sql: Sql, run: Run, findings: readonly Finding[]): Promise<void> {
  if (!isAudit(run)) return;
  for (const { kind, key } of findings) run.wrong.add(`${kind} ${key}`);
  run.counts.drift = run.wrong.size;
  await insertFindings(sql, { repositoryId: run.repository.id, runId: run.id, now: ctx.now() }, findings);
}
