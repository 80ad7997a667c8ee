import { finishRun, saveProgress, startRun } from './sync-runs.store.ts';
import { githubOf, pauseForFailure } from '../connections/connections.ts';
import { newId } from '../lib/ids.ts';
import { publish } from '../db/db.ts';
import { selectRepository, updateRepository } from './repositories.store.ts';
import { sentenceFor } from '../github/github.ts';
import { SECOND_MS } from '../lib/clock.ts';
import type { AppliedItem } from './items.model.ts';
import type { GithubConnection, OutsideCtx } from '../connections/connections.model.ts';
import type { GithubFailure, GithubResult } from '../github/github.model.ts';
import type { MirroredRepository, Reader, Run } from './repository.model.ts';
import type { Sql } from '../db/db.model.ts';
import type { SyncCounts, SyncTrigger } from './sync.model.ts';

const HEARTBEAT_MS = 5 * SECOND_MS;
const ERRORS_MAX = 100;

/** A run as its starter sees it: `done` resolves when it has ended, however. */
export interface StartedRun {
  runId: string;
  joined: boolean;
  done: Promise<void>;
}

/** What a run does; a failure ends it. */
export type Work = (ctx: OutsideCtx, run: Run) => Promise<GithubFailure | null>;

/**
 * Starts `work` as a run of a repository, or joins the one that is under way (SPEC M3). While it lasts its row proves every few
 * seconds that its process lives, so that another may take over soon after a crash.
 */
export async function startWork(
  ctx: OutsideCtx,
  target: { connection: GithubConnection; repository: MirroredRepository; kind: Run['kind']; trigger: SyncTrigger },
  work: Work,
): Promise<StartedRun> {
  const { connection, repository, kind, trigger } = target;
  const { id, joined } = await startRun(ctx.sql, {
    id: newId(ctx.now()),
    tenantId: connection.tenantId,
    connectionId: connection.id,
    repositoryId: repository.id,
    kind,
    trigger,
    now: ctx.now(),
  });
  if (joined) return { runId: id, joined, done: Promise.resolve() };
  await publish(ctx.sql, { kind: 'sync_run', id, tenantId: connection.tenantId });
  const stopping = { asked: false };
  const done = carryOut(ctx, { ...target, id, stopping }, work);
  keepTrack(ctx.sql, { stopping, done });
  return { runId: id, joined, done };
}

interface UnderWay {
  stopping: { asked: boolean };
  done: Promise<void>;
}

const underWay = new WeakMap<Sql, Set<UnderWay>>();

function keepTrack(sql: Sql, run: UnderWay): void {
  const runs = underWay.get(sql) ?? new Set();
  underWay.set(sql, runs.add(run));
  void run.done.finally(() => runs.delete(run));
}

/** Lets every run of this process over a database end after the page it is at; resolves when all have. */
export async function endRuns(sql: Sql): Promise<void> {
  const runs = [...(underWay.get(sql) ?? [])];
  for (const { stopping } of runs) stopping.asked = true;
  await Promise.all(runs.map(async ({ done }) => done));
}

/** Nothing yet. */
export function newCounts(): SyncCounts {
  const none = { requests: 0, notModified: 0, checked: 0, updated: 0, imported: 0, unchanged: 0 };
  return { ...none, total: null, compared: null, drift: null, errors: [] };
}

interface Target {
  id: string;
  connection: GithubConnection;
  repository: MirroredRepository;
  kind: Run['kind'];
  trigger: SyncTrigger;
  stopping: { asked: boolean };
}

async function carryOut(ctx: OutsideCtx, target: Target, work: Work): Promise<void> {
  const { id, connection, repository, kind } = target;
  const counts = newCounts();
  let ended = false;
  const beat = setInterval(() => {
    void heartbeat(ctx, id, repository, counts).then((lives) => (ended = ended || !lives));
  }, HEARTBEAT_MS);
  const failure = await attempt(ctx, id, async () => {
    const github = githubOf(ctx, connection);
    if (github === null) return UNREADABLE_CREDENTIAL;
    return work(ctx, {
      id,
      kind,
      trigger: target.trigger,
      via: kind === 'sample' ? 'reconcile' : kind,
      repository,
      connection,
      github,
      counts,
      wrong: new Set(),
      ended: () => ended || target.stopping.asked,
    });
  });
  clearInterval(beat);
  // the database is away: the run's lease ends by itself, and nobody may be there to hear of it
  const early = ended ? PAUSED : target.stopping.asked ? STOPPED : null;
  await end(ctx, target, counts, failure, early).catch((error: unknown) =>
    ctx.log.error({ run: id, error: String(error) }, 'sync: how a run ended could not be stored'),
  );
}

const PAUSED = 'A person paused it; once resumed it goes on where it stopped.';
const STOPPED = 'The hub was stopped; it goes on where it stopped.';

const UNREADABLE_CREDENTIAL: GithubFailure = {
  kind: 'unauthorized',
  message: 'The stored token cannot be decrypted: put it in again.',
  status: null,
  requestId: null,
};

async function attempt(
  ctx: OutsideCtx,
  runId: string,
  work: () => Promise<GithubFailure | null>,
): Promise<GithubFailure | null> {
  try {
    return await work();
  } catch (error) {
    ctx.log.error({ run: runId, error: error instanceof Error ? error.stack : String(error) }, 'sync: a run failed');
    return { kind: 'unexpected', message: 'Throughline failed; the log says how.', status: null, requestId: null };
  }
}

// False when a person paused or untracked the repository, or another process has taken over.
async function heartbeat(
  ctx: OutsideCtx,
  runId: string,
  { id, mirrors, github_id: githubId }: MirroredRepository,
  counts: SyncCounts,
): Promise<boolean> {
  try {
    const isOurs = await saveProgress(ctx.sql, runId, counts, ctx.now());
    const repository = await selectRepository(ctx.sql, id);
    // a repository whose id was not known when the run began learns in it how much of it is mirrored
    const isSame = githubId === null || repository?.mirrors === mirrors;
    return isOurs && isSame && repository !== null && repository.paused_at === null;
  } catch (error) {
    ctx.log.warn({ run: runId, error: String(error) }, 'sync: a heartbeat failed');
    return true;
  }
}

async function end(
  ctx: OutsideCtx,
  { id, connection, repository, kind }: Target,
  counts: SyncCounts,
  failure: GithubFailure | null,
  early: string | null,
): Promise<void> {
  const message = failure === null ? null : sentenceFor(failure);
  if (failure !== null) ctx.meter.failed('sync', failure.kind);
  const isOurs = await finishRun(ctx.sql, id, counts, {
    state: failure === null ? 'done' : 'failed',
    message: message ?? early,
    now: ctx.now(),
  });
  if (isOurs && (await selectRepository(ctx.sql, repository.id)) !== null)
    await updateRepository(ctx.sql, repository.id, { failure_kind: failure?.kind ?? null, failure_message: message });
  const isTarget = repository.github_id === null || repository.github_id === connection.githubRepositoryId;
  if (failure?.kind === 'unauthorized' || (failure?.kind === 'forbidden' && isTarget))
    await pauseForFailure(ctx, connection, failure.kind, failure);
  await publish(ctx.sql, { kind: 'sync_run', id, tenantId: connection.tenantId });
  const { errors, ...numbers } = counts;
  ctx.log.info(
    { run: id, kind, repository: repository.full_name, ...numbers, errors: errors.length, failed: message },
    'sync run ended',
  );
}

/** Counts an answer's requests, and gives it back. */
export function counted<T>(run: Pick<Reader, 'counts'>, result: GithubResult<T>): GithubResult<T> {
  run.counts.requests += result.requests;
  if (result.ok && result.status === 304) run.counts.notModified += 1;
  return result;
}

/** Counts what applying a page came to. */
export function countApplied(run: Pick<Reader, 'counts'>, applied: readonly AppliedItem[]): void {
  const { counts } = run;
  for (const { merge } of applied) {
    counts.checked += 1;
    if (merge === 'insert') counts.imported += 1;
    else if (merge === 'apply') counts.updated += 1;
    else counts.unchanged += 1;
  }
}

/** Names an item that could not be stored; it never stops the others. */
export function noteError(ctx: OutsideCtx, run: Run, item: string, error: unknown): void {
  ctx.log.warn({ run: run.id, item, error: String(error) }, 'sync: an item could not be applied');
  if (run.counts.errors.length < ERRORS_MAX)
    run.counts.errors.push({ issue: item, message: 'It could not be stored; the log says why.' });
}
