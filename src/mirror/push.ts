import { BRANCHES } from './tables.decide.ts';
import { branchSha } from './branches.store.ts';
import { dueDetailsOfBase } from './pulls.store.ts';
import { markDirty, saveFacet } from './repositories.store.ts';
import { markItemsGone, mergeItems } from './items.store.ts';
import type { How } from './apply.ts';
import type { MirroredRepository } from './repository.model.ts';
import type { OutsideCtx } from '../connections/connections.model.ts';
import type { Sql } from '../db/db.model.ts';
import type { Stamp } from './items.model.ts';

/** What GitHub writes for "there was none" and "there is none now". */
const NO_SHA = /^0+$/u;

interface Push {
  branch: string;
  before: string;
  after: string;
  committedAt: Date | null;
}

/**
 * Takes a push over when it follows on what is mirrored: its `before` is our head. Anything else (a push that was told too early,
 * too late, or never) makes the branches be read anew. Returns what it came to, in a sentence.
 */
export async function applyPush(
  ctx: OutsideCtx,
  repository: MirroredRepository,
  push: Push,
  how: How,
): Promise<string> {
  const { branch, before, after } = push;
  // a push is a fact of the moment it came: as good as a read asked for then
  const stamp: Stamp = { ...how, from: 'read', scopeId: repository.id, repositoryId: repository.id };
  return ctx.sql.transaction().execute(async (sql) => {
    await dueDetailsOfBase(sql, repository.id, branch, ctx.now());
    const head = await branchSha(sql, repository.id, branch);
    if (head === (NO_SHA.test(after) ? null : after)) return `${branch} is there already.`;
    const follows = NO_SHA.test(before) ? head === null : head === before;
    if (follows) await takeOver(sql, push, { isNew: head === null, stamp });
    // one that makes or deletes a branch may be an old one: nothing in it tells whether the branch was there in between
    const isSure = follows && !NO_SHA.test(before) && !NO_SHA.test(after);
    // the ETags are of what was read, and say nothing of what was told
    if (follows) await saveFacet(sql, repository.id, 'branches', { pages: '[]' });
    await markDirty(sql, repository.id, isSure ? ['reviews'] : ['branches', 'reviews'], ctx.now());
    if (!follows) return `${branch} is not where this push found it, so all branches are read anew.`;
    return NO_SHA.test(after) ? `${branch} was deleted.` : `${branch} is at ${after.slice(0, 7)}.`;
  });
}

// The branch before its list's memory, as who reads the list does: two who lock in different orders stop each other.
async function takeOver(sql: Sql, push: Push, { isNew, stamp }: { isNew: boolean; stamp: Stamp }): Promise<void> {
  const { branch, after, committedAt } = push;
  if (NO_SHA.test(after)) {
    await markItemsGone(sql, BRANCHES, { keys: [branch] }, { ...stamp, from: 'payload' });
    return;
  }
  const columns = { sha: after, committed_at: committedAt };
  await mergeItems(
    sql,
    isNew ? BRANCHES : HEADS,
    [{ key: branch, at: null, columns: isNew ? { ...columns, protected: false } : columns }],
    stamp,
  );
}

/** A push tells nothing of a branch's protection. */
const HEADS = { ...BRANCHES, columns: ['sha', 'committed_at'], history: ['sha'] };
