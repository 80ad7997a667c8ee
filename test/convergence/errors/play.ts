import { JOBS } from './history.ts';
import { openErrorsStage } from './stage.ts';
import { whatIsWrong } from './truth.ts';
import type { ErrorHistory, ErrorStep, Job, Look } from './history.ts';
import type { ErrorsStage } from './stage.ts';
import type { Letter } from './letters.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** What a dead process had taken is free again. */
const DEATH_FORGOTTEN_MS = 11 * MINUTE_MS;
/** Back-offs, the second look after a deletion, the time of grace, the hour of a rule's cap and of the numbers. */
const FIRST_WAITS_MS = [6 * MINUTE_MS, 11 * MINUTE_MS, HOUR_MS];
/** What is closed is read daily, and the longest patience is a day. */
const LONG_WAIT_MS = 25 * HOUR_MS;
const LONG_WAITS_MAX = 10;
/** What one job leaves to another is done in the same pass. */
const PASS: readonly Job[] = [...JOBS, 'rules', 'file', 'reflect'];

/** Plays a history to its end, lets the hub catch up, and says in words what then is wrong; nothing when all is right. */
export async function playErrors(databaseUrl: string, history: ErrorHistory): Promise<string[]> {
  const stage = await openErrorsStage(databaseUrl, history);
  try {
    for (const step of history.steps) await take(stage, step);
    return await end(stage, history);
  } finally {
    await stage.close();
  }
}

async function take(stage: ErrorsStage, step: ErrorStep): Promise<void> {
  switch (step.do) {
    case 'acts':
      return step.acts.forEach((act) => stage.act(act));
    case 'arrive':
      for (const pick of step.picks) await arrive(stage, pick, step.twice);
      return;
    case 'drop':
      for (const pick of step.picks) chosen(stage, pick);
      return;
    case 'wait':
      return stage.pass(step.ms);
    case 'rule':
      return stage.changeRule(step.which, step.change);
    case 'forget':
      return stage.forget();
    case 'look':
      return look(stage, step);
  }
}

function chosen({ underWay }: ErrorsStage, pick: number): Letter | undefined {
  return underWay.splice(pick % Math.max(1, underWay.length), 1)[0];
}

async function arrive(stage: ErrorsStage, pick: number, twice: boolean): Promise<void> {
  const letter = chosen(stage, pick);
  await letter?.arrive(stage.hub());
  if (twice) await letter?.arrive(stage.hub());
}

async function look(stage: ErrorsStage, step: Look): Promise<void> {
  const hub = stage.hub();
  stage.meet(step);
  if (step.dies?.at === 'statement') hub.dieAt(step.dies.count);
  const ends = step.together
    ? await Promise.allSettled(step.jobs.map(async (job) => hub.work(job)))
    : await Promise.allSettled([inTurn(stage, step.jobs)]);
  // what was planned for a statement that did not come is over
  hub.dieAt(null);
  const isDead = hub.isDead();
  if (isDead) await stage.restart();
  stage.meet(null);
  for (const one of ends) if (!isDead && one.status === 'rejected') throw one.reason;
}

async function inTurn(stage: ErrorsStage, jobs: readonly Job[]): Promise<void> {
  for (const job of jobs) await stage.hub().work(job);
}

/** Both sides and the hub are left alone until nothing changes any more. */
async function end(stage: ErrorsStage, history: ErrorHistory): Promise<string[]> {
  stage.meet(null);
  if (history.leftovers === 'never') stage.underWay.length = 0;
  stage.pass(DEATH_FORGOTTEN_MS);
  for (const ms of FIRST_WAITS_MS) await passOver(stage, history, ms);
  let before = await fingerprint(stage);
  for (let waits = 0; ; waits += 1) {
    const written = await passOver(stage, history, LONG_WAIT_MS);
    const now = await fingerprint(stage);
    if (written.length === 0 && now === before) break;
    if (waits === LONG_WAITS_MAX) return [`it does not come to rest: ${written.join(', ')}`, ...stage.complaints];
    before = now;
  }
  const echo = await passOver(stage, history, DEATH_FORGOTTEN_MS);
  return [
    ...(echo.length === 0 ? [] : [`at rest it writes: ${echo.join(', ')}`]),
    ...(await whatIsWrong(stage, history)),
    ...stage.complaints,
  ];
}

/** After some time everything is looked at once; returns what was written on either side. */
async function passOver(stage: ErrorsStage, { leftovers }: ErrorHistory, ms: number): Promise<string[]> {
  stage.pass(ms);
  const before = stage.writes().length;
  if (leftovers === 'arrive') while (stage.underWay.length > 0) await arrive(stage, 0, false);
  await inTurn(stage, PASS);
  return stage.writes().slice(before);
}

async function fingerprint(stage: ErrorsStage): Promise<string> {
  const [row] = await stage.hub().query(
    `select (select count(*) from filings) || ' ' || (select count(*) from filings where state = 'synced') || ' ' ||
            (select count(*) from sentry_issues where error_id is not null) || ' ' ||
            (select coalesce(string_agg(id || coalesce(agreed_sentry, '') || coalesce(agreed_github, '') || coalesce(conflict, '') || coalesce(reflect_at::text, ''), ',' order by id), '') from errors) || ' ' ||
            (select count(*) from sentry_issues where missing_since is not null and gone is null) || ' ' ||
            (select count(*) from sentry_issues where gone is not null) as what`,
    [],
  );
  return String(row?.['what']);
}
