import { setTimeout as sleep } from 'node:timers/promises';

import { applyComments, applyPulls } from './apply.ts';
import { checkIssue } from './sync-linked.ts';
import { COMMENTS } from './tables.decide.ts';
import { githubOf } from '../connections/connections.ts';
import { markItemsGone } from './items.store.ts';
import { newCounts } from './run.ts';
import { presentComments } from './drift.store.ts';
import { refOf } from './read-lists.ts';
import { sentenceFor } from '../github/github.ts';
import type { GithubConnection, OutsideCtx } from '../connections/connections.model.ts';
import type { GithubFailure } from '../github/github.model.ts';
import type { How } from './apply.ts';
import type { MirroredRepository, Reader } from './repository.model.ts';
import type { Row } from '../db/db.model.ts';
import type { Stamp } from './items.model.ts';

/** Deliveries of one act come together; they wait this long for each other and share one read. */
const GATHER_MS = 200;

interface Where {
  ctx: OutsideCtx;
  connection: GithubConnection;
  repository: MirroredRepository;
}

const gathering = new Map<string, Promise<void>>();

/** Reads an issue by its number, once for all who ask within a moment. Throws when GitHub does not answer. */
export async function refetchIssue(
  where: Where,
  issue: Pick<Row<'issues'>, 'id' | 'github_id' | 'number'>,
): Promise<void> {
  await together(where, `issue ${issue.number}`, async (reader) =>
    checkIssue(where.ctx, reader, { ...issue, etag: null }),
  );
}

export async function refetchPull({ ctx, ...where }: Where, number: number): Promise<void> {
  await together({ ctx, ...where }, `pull ${number}`, async (reader) => {
    const how = howOf(ctx);
    const answer = await reader.github.pull(refOf(reader), number);
    if (!answer.ok) return answer.failure;
    await ctx.sql.transaction().execute(async (sql) => applyPulls(sql, reader.repository, [answer.value], how));
    return null;
  });
}

/** Reads an issue's comments; those that GitHub has no more get their tombstone. */
export async function refetchComments({ ctx, ...where }: Where, issueNumber: number): Promise<void> {
  await together({ ctx, ...where }, `comments ${issueNumber}`, async (reader) => {
    const { id } = reader.repository;
    const stamp: Stamp = { ...howOf(ctx), scopeId: id, repositoryId: id };
    // one that a webhook brings meanwhile may not be in the answer yet
    const lost = new Set(await presentComments(ctx.sql, id, issueNumber));
    let next: string | null = null;
    do {
      const how = howOf(ctx);
      const answer: Awaited<ReturnType<Reader['github']['issueCommentPage']>> = await reader.github.issueCommentPage(
        refOf(reader),
        issueNumber,
        next === null ? {} : { next },
      );
      if (!answer.ok) return answer.failure;
      const { items } = answer.value;
      await ctx.sql.transaction().execute(async (sql) => applyComments(sql, reader.repository, items, how));
      for (const comment of items) lost.delete(comment.id);
      next = answer.value.next;
    } while (next !== null);
    await ctx.sql.transaction().execute(async (sql) => markItemsGone(sql, COMMENTS, { keys: [...lost] }, stamp));
    return null;
  });
}

function howOf(ctx: OutsideCtx): How {
  return { askedAt: ctx.now(), from: 'read', via: 'webhook', actor: null, now: ctx.now() };
}

// Whoever asks while the read has not begun shares it; one that has begun may have missed what they heard of.
async function together(
  { ctx, connection, repository }: Where,
  what: string,
  read: (reader: Reader) => Promise<GithubFailure | null>,
): Promise<void> {
  const key = `${repository.id} ${what}`;
  const begun = gathering.get(key);
  if (begun !== undefined) return begun;
  const work = (async () => {
    await sleep(GATHER_MS);
    gathering.delete(key);
    const github = githubOf(ctx, connection);
    if (github === null) throw new Error('The stored credential cannot be decrypted: put it in again.');
    const failure = await read({ repository, connection, github, via: 'webhook', counts: newCounts() });
    if (failure !== null && failure.kind !== 'not_found' && failure.kind !== 'gone')
      throw new Error(sentenceFor(failure));
  })();
  gathering.set(key, work);
  return work;
}
