import { brokenHistory } from './changes.ts';
import { differences } from './differences.ts';
import { openStage } from './stage.ts';
import type { History, Step, Work } from './history.ts';
import type { Stage } from './stage.ts';

const SECOND_MS = 1000;
const HOUR_MS = 3_600_000;
/** A run of a dead process holds its place for 30 seconds, a delivery it had taken for ten minutes. */
const DEATH_FORGOTTEN_MS = 11 * 60 * SECOND_MS;
/** Mergeability that GitHub has not computed is asked for again after as long as it has taken, six hours at most. */
const SETTLED_MS = 7 * HOUR_MS;

/** Plays a history to its end, lets the mirror catch up, and says in words what then stands wrong in it; nothing when all is right. */
export async function play(databaseUrl: string, history: History): Promise<string[]> {
  const stage = await openStage(databaseUrl, history);
  try {
    for (const act of history.before) stage.act(act);
    for (const step of history.steps) await take(stage, step);
    return await end(stage, history.leftovers);
  } finally {
    await forget(stage);
  }
}

async function take(stage: Stage, step: Step): Promise<void> {
  switch (step.do) {
    case 'acts':
      return step.acts.forEach((act) => stage.act(act));
    case 'arrive':
      for (const pick of step.picks) await arrive(stage, pick, step.twice);
      return;
    case 'lose':
      for (const pick of step.picks) chosen(stage, pick);
      return;
    case 'wait':
      return stage.pass(step.ms);
    case 'lag':
      return stage.fake.setListLag(step.ms);
    case 'work':
      return work(stage, step);
  }
}

function chosen({ underWay }: Stage, pick: number) {
  return underWay.splice(pick % Math.max(1, underWay.length), 1)[0];
}

async function arrive(stage: Stage, pick: number, twice: boolean): Promise<void> {
  const post = chosen(stage, pick);
  if (post === undefined) return;
  await stage.receive(post);
  if (twice) await stage.receive(post);
}

async function work(stage: Stage, { run, during, dies }: Work): Promise<void> {
  const hub = stage.hub();
  const repositoryId = await stage.repositoryId();
  let asked = 0;
  stage.onRequest(() => {
    asked += 1;
    for (const { request, act } of during) if (request === asked) stage.act(act);
  });
  hub.dieAt(dies);
  const ends = await Promise.allSettled([hub.apply(), run === null ? null : hub.run(repositoryId, run)]);
  stage.onRequest(null);
  hub.dieAt(null);
  if (hub.isDead()) return stage.restart();
  for (const one of ends) if (one.status === 'rejected') throw one.reason;
}

async function end(stage: Stage, leftovers: History['leftovers']): Promise<string[]> {
  stage.pass(DEATH_FORGOTTEN_MS);
  stage.fake.setListLag(0);
  if (leftovers === 'before') await arriveAll(stage);
  await applyAll(stage);
  await caughtUp(stage, 'reconcile');
  const wrong = (await differences(stage, { settled: false })).map((words) => `after the reconciliation: ${words}`);
  if (leftovers === 'after') {
    await arriveAll(stage);
    await applyAll(stage);
    await caughtUp(stage, 'dirty');
  }
  for (let round = 0; round < 2; round += 1) {
    stage.pass(SETTLED_MS);
    await caughtUp(stage, 'sync');
  }
  wrong.push(...(await differences(stage, { settled: true })).map((words) => `at the end: ${words}`));
  wrong.push(...(await brokenHistory(stage)), ...stage.complaints);
  return wrong;
}

async function arriveAll(stage: Stage): Promise<void> {
  while (stage.underWay.length > 0) await arrive(stage, stage.underWay.length - 1, false);
}

async function applyAll(stage: Stage): Promise<void> {
  const { ctx } = stage.hub();
  for (let tries = 0; tries < 6; tries += 1) {
    await stage.hub().apply();
    const waiting = await ctx.sql.selectFrom('deliveries').select('id').where('state', '=', 'received').execute();
    if (waiting.length === 0) break;
    stage.pass(DEATH_FORGOTTEN_MS);
  }
  const left = await ctx.sql
    .selectFrom('deliveries')
    .selectAll()
    .where('state', 'in', ['received', 'failed'])
    .execute();
  for (const { event, action, state, message } of left)
    stage.complaints.push(`delivery ${event} ${action ?? ''} is ${state}: ${message ?? ''}`);
}

async function caughtUp(stage: Stage, kind: 'sync' | 'dirty' | 'reconcile'): Promise<void> {
  const hub = stage.hub();
  const repositoryId = await stage.repositoryId();
  const { joined } = await hub.run(repositoryId, kind);
  const runs = hub.ctx.sql
    .selectFrom('sync_runs')
    .selectAll()
    .where('repository_id', '=', repositoryId)
    .orderBy('id', 'desc');
  const run = await runs.executeTakeFirstOrThrow();
  if (run.kind === 'import' && run.state === 'done' && kind === 'reconcile') return caughtUp(stage, kind);
  if (joined || run.state !== 'done') stage.complaints.push(`the last ${kind} is ${run.state}: ${run.message ?? ''}`);
}

async function forget(stage: Stage): Promise<void> {
  const { sql } = stage.hub().ctx;
  await sql.deleteFrom('deliveries').execute();
  await sql.deleteFrom('connections').execute();
  await stage.close();
}
