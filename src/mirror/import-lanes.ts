import { setTimeout as sleep } from 'node:timers/promises';

import { insertSpan, shortenSpan } from './spans.store.ts';
import { lookFirst } from './import-look.ts';
import { patiently } from './patiently.ts';
import { detailLanes } from './read-details.ts';
import { readList } from './read-lists.ts';
import { walkSpan } from './import-walk.ts';
import { whereToSplit } from './import-spans.decide.ts';
import type { GithubFailure } from '../github/github.model.ts';
import type { Importing, ImportSpan } from './import.model.ts';
import type { OutsideCtx } from '../connections/connections.model.ts';

/** Questions of one import that are asked at the same time; the planner leaves room for live work (SPEC T4). */
const LANES = 4;
/** Last those that may turn out to be empty. */
const LISTS = ['people', 'teams', 'labels', 'milestones'] as const;

/** A piece of work that keeps one lane busy. */
type Task = () => Promise<GithubFailure | null>;

/**
 * Reads everything with a few lanes. The long lists come first, and with them a look at how much there is; a lane without work
 * takes half of the longest part, then the details of pull requests once all are here, then a short list.
 */
export async function walkAll(ctx: OutsideCtx, importing: Importing): Promise<GithubFailure | null> {
  const { run } = importing;
  let failure: GithubFailure | null = null;
  let thrown: { error: unknown } | null = null;
  const goesOn = () => failure === null && thrown === null && !run.ended();
  // read after the wait: another lane may have failed meanwhile
  const note = (ended: GithubFailure | null) => (failure ??= ended);
  const nextTask = tasksOf(ctx, importing, goesOn);
  const lane = async () => {
    while (goesOn()) {
      const task = await nextTask();
      if (task === null) return;
      note(task === 'wait' ? await sleep(20, null) : await task());
    }
  };
  // a lane that throws ends the others after their page; none goes on behind a run that has ended
  const guarded = async () => lane().catch((error: unknown) => (thrown ??= { error }));
  await Promise.all(Array.from({ length: LANES }, guarded));
  rethrow(thrown);
  return failure;
}

function rethrow(thrown: { error: unknown } | null): void {
  if (thrown !== null) throw thrown.error;
}

/** Hands out the work: `wait` where somebody's part may yet become worth splitting, null when nothing will come. */
function tasksOf(ctx: OutsideCtx, importing: Importing, goesOn: () => boolean): () => Promise<Task | 'wait' | null> {
  const { run, spans } = importing;
  const walk = (span: ImportSpan) => async () => walkSpan(ctx, importing, span, goesOn);
  const first: Task[] = spans.filter(({ done_at: doneAt }) => doneAt === null).map(walk);
  first.push(async () => lookFirst(ctx, importing));
  const lists: Task[] = LISTS.map((facet) => async () => {
    const isEmpty = importing.empty.has(facet);
    return isEmpty ? null : patiently(ctx, run, async () => readList(ctx, run, facet));
  });
  const details: Task[] = detailLanes(ctx, run, LANES, async (ask) => patiently(ctx, run, ask));
  const isDone = (span: ImportSpan) => span.done_at !== null;
  return async () => {
    const free = first.shift();
    if (free !== undefined) return free;
    const walked = spans.filter((span) => !isDone(span));
    const split = importing.end === null ? null : whereToSplit(walked, importing.end, issuesLeft(importing));
    if (split !== null) return walk(await splitSpan(ctx, importing, split));
    const due = spans.every((span) => span.facet !== 'pulls' || isDone(span)) ? details.shift() : undefined;
    return due ?? lists.shift() ?? (walked.length > 0 || details.length > 0 ? 'wait' : null);
  };
}

/** What a run before this one has read is not counted. */
function issuesLeft({ items, isResumed, run }: Importing): number | null {
  return items === null || isResumed ? null : items - run.counts.checked;
}

async function splitSpan(
  ctx: OutsideCtx,
  { run, spans }: Importing,
  { span, at }: { span: ImportSpan; at: Date },
): Promise<ImportSpan> {
  const { id, facet, until } = span;
  span.until = at; // before anything is awaited: the lane that walks it must stop there
  const made = await ctx.sql.transaction().execute(async (sql) => {
    await shortenSpan(sql, id, at);
    return insertSpan(sql, { repository_id: run.repository.id, facet, position: at, until });
  });
  const rest: ImportSpan = { ...made, pageMs: null, askedAt: null };
  spans.push(rest);
  return rest;
}
