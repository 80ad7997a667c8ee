import { adoptPage } from './adopt.ts';
import { after } from '../lib/clock.ts';
import {
  assignConnections,
  connectionsWithWork,
  nextRunAt,
  releaseLane,
  selectDueFiling,
  takeLane,
} from './filing.store.ts';
import { connectionById, githubOf, pauseForFailure, refreshConnection, restUntil } from '../connections/connections.ts';
import { inheritFiling, sendFiling } from './send.ts';
import { lookForTwin, lookUpFiling } from './reconcile.ts';
import { backoffMs } from './filing.decide.ts';
import { findTenant } from '../tenants/tenants.ts';
import type { GithubFailure } from '../github/github.model.ts';
import type { GithubConnection } from '../connections/connections.model.ts';
import type { LiveNotice } from '../db/db.model.ts';
import type { Filing, FilingCtx, Turn } from './filing.model.ts';

/** Repositories one process works on at once. */
const LANES_MAX = 8;
/** How long the worker sleeps at most: what another process left behind is found by then, notice or not. */
const SLEEP_MS_MAX = 5000;
const SLEEP_MS_MIN = 20;
/** How soon a lane that another process holds, or that failed by a fault of ours, is tried again. */
const BUSY_MS = 250;
const FAULT_MS = 2000;
/** A repository that GitHub does not find is asked for again, but not every second. */
const NOT_FOUND_REST_MS = 30_000;

/** A running worker. `stop` lets the request under way end and stores its answer. */
export interface FilingWorker {
  stop(): Promise<void>;
  /** When it last looked for work: readiness and the health page measure its silence. */
  lastTurnAt(): Date;
}

/**
 * Works off filings until stopped: at once when a notice comes, else when the next one is due. Any number of processes may run
 * it; lanes give one writer per repository among them all.
 */
export function startFilingWorker(
  ctx: FilingCtx,
  subscribe: (heard: (notice: LiveNotice) => void) => () => void,
): FilingWorker {
  const stopping = new AbortController();
  const lanes: Lanes = { running: new Map(), notBefore: new Map() };
  let wake: () => void = () => undefined;
  let woken = false;
  let lastTurnAt = ctx.now();
  const rouse = () => {
    woken = true;
    wake();
  };
  const unsubscribe = subscribe((notice) => {
    // a connection that was made, mended or changed may let filings through
    if (notice.kind === 'filing' || notice.kind === 'connection' || notice.kind === 'reconnected') rouse();
  });

  const loop = async () => {
    while (!stopping.signal.aborted) {
      woken = false;
      lastTurnAt = ctx.now();
      let sleepMs = SLEEP_MS_MAX;
      try {
        await startLanes(ctx, lanes, stopping.signal, rouse);
        sleepMs = await timeToNext(ctx, lanes);
      } catch (error) {
        ctx.log.error({ error: String(error) }, 'filing: the database does not answer');
        sleepMs = 1000;
      }
      if (woken || stopping.signal.aborted) continue;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, sleepMs);
        wake = () => (clearTimeout(timer), resolve());
      });
    }
    await Promise.all(lanes.running.values());
  };
  const running = loop();
  return {
    lastTurnAt: () => lastTurnAt,
    async stop() {
      stopping.abort();
      unsubscribe();
      wake();
      await running;
    },
  };
}

/** What this process works on, and connections that are left alone for a moment. */
interface Lanes {
  running: Map<string, Promise<void>>;
  notBefore: Map<string, number>;
}

async function timeToNext(ctx: FilingCtx, lanes: Lanes): Promise<number> {
  const next = await nextRunAt(ctx.sql);
  if (next === null) return lanes.notBefore.size > 0 ? BUSY_MS : SLEEP_MS_MAX;
  // What is due now is being worked on, here or elsewhere: the end of a lane rouses us, the rest can wait a moment.
  const least = lanes.running.size > 0 || lanes.notBefore.size > 0 ? BUSY_MS : SLEEP_MS_MIN;
  return Math.min(SLEEP_MS_MAX, Math.max(least, next.getTime() - ctx.now().getTime()));
}

async function startLanes(ctx: FilingCtx, lanes: Lanes, signal: AbortSignal, rouse: () => void): Promise<void> {
  for (const [kind, source] of Object.entries(ctx.sources))
    await (source.assign?.(ctx.sql) ?? assignConnections(ctx.sql, kind));
  const now = ctx.now();
  for (const [id, until] of lanes.notBefore) if (until <= now.getTime()) lanes.notBefore.delete(id);
  for (const id of await connectionsWithWork(ctx.sql, now)) {
    if (lanes.running.size >= LANES_MAX || lanes.running.has(id) || lanes.notBefore.has(id)) continue;
    lanes.running.set(id, runLane(ctx, lanes, id, signal, rouse));
  }
}

async function runLane(
  ctx: FilingCtx,
  lanes: Lanes,
  id: string,
  signal: AbortSignal,
  rouse: () => void,
): Promise<void> {
  try {
    const worked = await workLane(ctx, id, signal);
    if (!worked) lanes.notBefore.set(id, ctx.now().getTime() + BUSY_MS);
  } catch (error) {
    ctx.log.error(
      { connection: id, error: error instanceof Error ? error.stack : String(error) },
      'filing: a turn failed',
    );
    lanes.notBefore.set(id, ctx.now().getTime() + FAULT_MS);
  } finally {
    lanes.running.delete(id);
    rouse();
  }
}

/** Works off one connection's lane; false when another process holds it. */
async function workLane(ctx: FilingCtx, connectionId: string, signal: AbortSignal): Promise<boolean> {
  const connection = await connectionById(ctx.sql, connectionId);
  if (connection === null) return false;
  const lane = { name: laneOf(connection), holder: `${ctx.workerId} ${connectionId}` };
  if (!(await takeLane(ctx.sql, lane.name, lane.holder, ctx.leaseMs))) return false;
  try {
    while (!signal.aborted && (await workOnce(ctx, lane, connectionId)));
  } finally {
    await releaseLane(ctx.sql, lane.name, lane.holder);
  }
  return true;
}

/** Two tenants may file into one repository: the lane belongs to the repository, not to the connection. */
function laneOf(connection: GithubConnection): string {
  return `${connection.baseUrl}#${connection.githubRepositoryId ?? connection.repository}`.toLowerCase();
}

// One filing or one page of markers; false when there is nothing (more) to do here.
async function workOnce(ctx: FilingCtx, lane: Turn['lane'], connectionId: string): Promise<boolean> {
  const now = ctx.now();
  const connection = await connectionById(ctx.sql, connectionId);
  if (connection === null || !connection.enabled || connection.pausedAt !== null) return false;
  if (connection.restUntil !== null && connection.restUntil > now) return false;
  const github = githubOf(ctx, connection);
  if (github === null) {
    const failure = {
      message:
        'The stored token cannot be decrypted: SECRET_KEY is another one than when it was saved. Put the token in again, or give the old SECRET_KEY too.',
      requestId: null,
    };
    await pauseForFailure(ctx, connection, 'unauthorized', failure);
    return false;
  }
  const tenant = await findTenant(ctx.sql, { id: connection.tenantId });
  if (tenant === null) return false;
  const turn: Turn = { lane, connection, github, tenantSlug: tenant.slug };
  if (connection.githubRepositoryId === null) {
    await settle(ctx, turn, await identify(ctx, turn));
    return false; // from now on the lane bears the repository's id
  }
  if (!(await takeLane(ctx.sql, lane.name, lane.holder, ctx.leaseMs))) return false;
  const filing = await selectDueFiling(ctx.sql, connection.id, connection.adoptedAt !== null, now);
  if (filing !== null) return workFiling(ctx, turn, filing);
  if (connection.adoptedAt === null) return settle(ctx, turn, await adoptPage(ctx, turn));
  return false;
}

async function workFiling(ctx: FilingCtx, turn: Turn, filing: Filing): Promise<boolean> {
  if (filing.state === 'pending') return sendFiling(ctx, turn, filing);
  if (filing.state === 'sending') await inheritFiling(ctx, filing);
  else if (filing.state === 'unknown') await lookUpFiling(ctx, turn, filing);
  else await lookForTwin(ctx, turn, filing);
  return true;
}

async function identify(ctx: FilingCtx, turn: Turn): Promise<GithubFailure | null> {
  const refreshed = await refreshConnection(ctx, turn.connection, turn.github, true);
  return refreshed.ok ? null : refreshed.failure;
}

// A failure before any filing is known concerns the connection: it pauses or rests, and its page says why.
async function settle(ctx: FilingCtx, turn: Turn, failure: GithubFailure | null): Promise<boolean> {
  if (failure === null) return true;
  if (failure.kind === 'unauthorized' || failure.kind === 'forbidden')
    await pauseForFailure(ctx, turn.connection, failure.kind, failure);
  else {
    const until =
      failure.kind === 'rate_limited'
        ? failure.retryAt
        : after(
            ctx.now(),
            Math.max(
              backoffMs(turn.connection.restCount, Math.random()),
              failure.kind === 'not_found' ? NOT_FOUND_REST_MS : 0,
            ),
          );
    await restUntil(ctx, turn.connection, until, failure.message);
  }
  return false;
}
