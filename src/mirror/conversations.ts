import { applyComments } from './apply.ts';
import { COMMENTS } from './tables.decide.ts';
import { findingsOf } from './drift.decide.ts';
import { markItemsGone } from './items.store.ts';
import { miscountedConversations, presentComments } from './drift.store.ts';
import { countCompared, note, walk } from './compare.ts';
import { refOf, stampOf } from './read-lists.ts';
import type { GithubComment } from '../github/github-reads.model.ts';
import type { GithubFailure } from '../github/github.model.ts';
import type { MirroredRepository, Run } from './repository.model.ts';
import type { OutsideCtx } from '../connections/connections.model.ts';

/** Whose comments of a repository are mirrored (SPEC M10). */
export function commentsOf({ mirrors, comments_of: of }: MirroredRepository): 'linked' | 'all' {
  return mirrors === 'all' ? of : 'linked';
}

/** Reads anew, each as a whole, the conversations of these numbers and all whose count of comments is not GitHub's. */
export async function readConversations(
  ctx: OutsideCtx,
  run: Run,
  changed: Iterable<number> = [],
): Promise<GithubFailure | null> {
  const miscounted = await miscountedConversations(ctx.sql, run.repository.id, commentsOf(run.repository));
  for (const number of new Set([...changed, ...miscounted])) {
    const failure = await readConversation(ctx, run, number);
    if (failure !== null || run.ended()) return failure;
  }
  return null;
}

/** Reads one conversation as a whole: comments that GitHub has no more get their tombstone. */
async function readConversation(ctx: OutsideCtx, run: Run, number: number): Promise<GithubFailure | null> {
  const askedAt = ctx.now();
  // one that a webhook brings meanwhile may not be in the answer yet
  const lost = new Set(await presentComments(ctx.sql, run.repository.id, number));
  const seen = new Set<number>();
  const failure = await walk<GithubComment>(ctx, run, {
    page: async (ask) => run.github.issueCommentPage(refOf(run), number, ask),
    async store(sql, comments, how) {
      for (const comment of comments) seen.add(comment.id);
      for (const comment of comments) lost.delete(comment.id);
      const applied = await applyComments(sql, run.repository, comments, how);
      await note(ctx, sql, run, findingsOf('comment', applied, comments, askedAt));
      return applied;
    },
  });
  if (failure !== null) return failure.kind === 'not_found' || failure.kind === 'gone' ? null : failure;
  countCompared(run, seen.size + lost.size);
  await ctx.sql.transaction().execute(async (sql) => {
    const gone = await markItemsGone(sql, COMMENTS, { keys: [...lost] }, stampOf(ctx, run, askedAt));
    await note(
      ctx,
      sql,
      run,
      gone.map((id) => ({ kind: 'comment', key: id, item: `#${number}`, field: 'gone', mirrored: id, github: null })),
    );
  });
  return null;
}
