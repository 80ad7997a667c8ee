import { applyComments, applyPulls } from './apply.ts';
import { COMMENTS, PULLS } from './tables.decide.ts';
import { counted, countApplied } from './run.ts';
import { findingsOf } from './drift.decide.ts';
import { markItemsGone } from './items.store.ts';
import { note } from './compare.ts';
import { refOf, stampOf } from './read-lists.ts';
import type { AppliedItem, Finding, ItemTable } from './items.model.ts';
import type { DrawnItem } from './drift.store.ts';
import type { GithubFailure, GithubResult } from '../github/github.model.ts';
import type { How } from './apply.ts';
import type { OutsideCtx } from '../connections/connections.model.ts';
import type { Run } from './repository.model.ts';
import type { Sql } from '../db/db.model.ts';
import type { Watcher } from './sync-linked.ts';

type Asked = Pick<DrawnItem, 'github_id' | 'number'>;

/** Writes down what of one item stood wrong. `known`: up to where the mirror had read everything of its kind. */
export function auditor(
  ctx: OutsideCtx,
  run: Run,
  { kind, github_id: key, number }: Pick<DrawnItem, 'kind' | 'github_id' | 'number'>,
  known: Date,
): Watcher<{ id: number; number?: number; issueNumber?: number; updatedAt: Date }> {
  const gone: Finding = { kind, key, item: `#${number}`, field: 'gone', mirrored: false, github: true };
  return {
    read: async (sql, applied, item) => note(ctx, sql, run, findingsOf(kind, applied, [item], known)),
    gone: async (sql) => note(ctx, sql, run, [gone]),
  };
}

/** Asks for one mirrored pull request by its number, stores what became of it, and has it compared. */
export async function checkPull(ctx: OutsideCtx, run: Run, pull: Asked, known: Date): Promise<GithubFailure | null> {
  return check(ctx, run, pull, {
    table: PULLS,
    ask: async () => run.github.pull(refOf(run), pull.number),
    apply: async (sql, item, how) => applyPulls(sql, run.repository, [item], how),
    watcher: auditor(ctx, run, { ...pull, kind: 'pull_request' }, known),
  });
}

/** The same for a comment. */
export async function checkComment(
  ctx: OutsideCtx,
  run: Run,
  comment: Asked,
  known: Date,
): Promise<GithubFailure | null> {
  return check(ctx, run, comment, {
    table: COMMENTS,
    ask: async () => run.github.comment(refOf(run), comment.github_id),
    apply: async (sql, item, how) => applyComments(sql, run.repository, [item], how),
    watcher: auditor(ctx, run, { ...comment, kind: 'comment' }, known),
  });
}

interface Check<T> {
  table: ItemTable;
  ask: () => Promise<GithubResult<T>>;
  apply: (sql: Sql, item: T, how: How) => Promise<AppliedItem[]>;
  watcher: Watcher<T>;
}

async function check<T>(
  ctx: OutsideCtx,
  run: Run,
  { github_id: key }: Asked,
  { table, ask, apply, watcher }: Check<T>,
): Promise<GithubFailure | null> {
  const askedAt = ctx.now();
  const answer = counted(run, await ask());
  if (!answer.ok && answer.failure.kind !== 'not_found' && answer.failure.kind !== 'gone') return answer.failure;
  await ctx.sql.transaction().execute(async (sql) => {
    const stamp = stampOf(ctx, run, askedAt);
    if (answer.ok) {
      const applied = await apply(sql, answer.value, stamp);
      countApplied(run, applied);
      await watcher.read(sql, applied, answer.value);
    } else if ((await markItemsGone(sql, table, { keys: [key] }, stamp)).length > 0) await watcher.gone(sql);
  });
  return null;
}
