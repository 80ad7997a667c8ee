import { setTimeout as sleep } from 'node:timers/promises';

import { after } from '../../../src/lib/clock.ts';
import { canFile } from '../../../src/errors/rules/seen.decide.ts';
import { claimDue, dueFirstLooks } from '../../../src/errors/reflect/reflections.store.ts';
import { claimRereads, selectSentryConnection } from '../../../src/errors/connect/sentry-connections.store.ts';
import { claimRules, selectRule } from '../../../src/errors/rules/rules.store.ts';
import { connectionsOf } from '../../../src/connections/connections.ts';
import { connectionsWithHints } from '../../../src/errors/read/hints.store.ts';
import { connectionsWithWork } from '../../../src/filing/filing.store.ts';
import { ERROR_SOURCE } from '../../../src/errors/errors.ts';
import { MINUTE_MS, SECOND_MS } from '../../../src/lib/clock.ts';
import { reflectError } from '../../../src/errors/reflect/reflect.ts';
import { REPORT_SOURCE } from '../../../src/reports/reports.ts';
import { quiet } from '../../support/quiet.ts';
import { startFilingWorker } from '../../../src/filing/filing.ts';
import { startHub } from '../hub.ts';
import { startReread } from '../../../src/errors/read/reread.ts';
import { startRule } from '../../../src/errors/read/discover.ts';
import { startSync } from '../../../src/mirror/mirror.ts';
import type { ErrorsCtx } from '../../../src/errors/errors.model.ts';
import type { Hub, HubSurroundings } from '../hub.ts';
import type { Job } from './history.ts';

const LEASE_MS = MINUTE_MS;
const LOOKUP_DELAYS_MS = [5 * SECOND_MS, 30 * SECOND_MS, 2 * MINUTE_MS];
const REREAD_EVERY_MS = 5 * MINUTE_MS;
const TURNS_MAX = 100;
const FILING_MS_MAX = 20 * SECOND_MS;
const ASK_EVERY_MS = 4;

/** One process of the hub that does its jobs when it is told to, and dies with its connections to the database. */
export interface ErrorsHub extends Pick<Hub, 'receiver' | 'query' | 'dieAt' | 'isDead' | 'close'> {
  ctx: ErrorsCtx;
  /** Does all that is due of a job by the stage's clock. */
  work(job: Job): Promise<void>;
}

/** `beganAt`: where the stage's clock began, later than the database's. */
export function startErrorsHub(surroundings: HubSurroundings, workerId: string, beganAt: Date): ErrorsHub {
  const hub = startHub(surroundings);
  const ctx: ErrorsCtx = {
    ...hub.ctx,
    // what is put off after trouble is told as a warning
    log: { ...quiet, error: (fields, message) => hub.ctx.log.error(fields, message) },
    workerId,
    leaseMs: LEASE_MS,
    lookupDelaysMs: LOOKUP_DELAYS_MS,
    sources: { report: REPORT_SOURCE, error: ERROR_SOURCE },
    sentryCallsPerSecond: Infinity,
  };
  const jobs: Record<Job, () => Promise<unknown>> = {
    rules: async () => runRules(ctx),
    hints: async () => takeHints(ctx),
    reread: async () => reread(ctx),
    sync: async () => sync(ctx),
    apply: async () => hub.apply(),
    async file() {
      await file(ctx, hub);
      // the database dates links by its own clock
      await hub.query('update links set created_at = $1 where created_at < $2', [ctx.now(), beganAt]);
    },
    reflect: async () => reflect(ctx),
  };
  return { ...hub, ctx, work: async (job) => void (await jobs[job]()) };
}

/** As the watch's own tick does, whose functions are its own. */
async function runRules(ctx: ErrorsCtx): Promise<void> {
  for (const { id, sentryConnectionId } of await claimRules(ctx.sql, ctx.now(), [])) {
    const rule = await selectRule(ctx.sql, id, null);
    const connection = await selectSentryConnection(ctx.sql, sentryConnectionId, null);
    if (rule === null || connection === null || !canFile(rule)) continue;
    if (connection.restUntil !== null && connection.restUntil > ctx.now()) return;
    await (
      await startRule(ctx, connection, rule, 'schedule')
    ).done;
  }
}

async function takeHints(ctx: ErrorsCtx): Promise<void> {
  for (const id of await connectionsWithHints(ctx.sql, ctx.now())) await rereadOf(ctx, id, 'webhook');
}

async function reread(ctx: ErrorsCtx): Promise<void> {
  const now = ctx.now();
  for (const id of await claimRereads(ctx.sql, now, after(now, REREAD_EVERY_MS), []))
    await rereadOf(ctx, id, 'schedule');
}

async function rereadOf(ctx: ErrorsCtx, id: string, trigger: 'schedule' | 'webhook'): Promise<void> {
  const connection = await selectSentryConnection(ctx.sql, id, null);
  if (connection !== null) await (await startReread(ctx, connection, trigger)).done;
}

async function sync(ctx: ErrorsCtx): Promise<void> {
  for (const connection of await connectionsOf(ctx.sql, null)) {
    if (connection.restUntil !== null && connection.restUntil > ctx.now()) continue;
    await (
      await startSync(ctx, connection, 'schedule')
    ).done;
  }
}

/** The worker itself, until nothing is due by the stage's clock. */
async function file(ctx: ErrorsCtx, { isDead }: Pick<Hub, 'isDead'>): Promise<void> {
  const worker = startFilingWorker(ctx, () => () => undefined);
  const until = performance.now() + FILING_MS_MAX;
  try {
    while (!isDead() && (await connectionsWithWork(ctx.sql, ctx.now())).length > 0) {
      if (performance.now() > until) throw new Error('the filing comes to no end');
      await sleep(ASK_EVERY_MS);
    }
  } finally {
    await worker.stop();
  }
}

/** As the reflecting loop does, one error at a time, so that a history goes the same way each time. */
async function reflect(ctx: ErrorsCtx): Promise<void> {
  await dueFirstLooks(ctx.sql, ctx.now());
  for (let turns = 0; turns < TURNS_MAX; turns += 1) {
    const now = ctx.now();
    const [claimed] = await claimDue(ctx.sql, ctx.workerId, { now, leaseUntil: after(now, ctx.leaseMs) }, 1);
    if (claimed === undefined) return;
    await reflectError(ctx, claimed);
  }
  throw new Error('the reflection comes to no end');
}
