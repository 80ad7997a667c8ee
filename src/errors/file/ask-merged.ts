import { after, MINUTE_MS } from '../../lib/clock.ts';
import { answeredBy, SECOND_LOOK_MS, unanswered } from './answers.decide.ts';
import { askSentry } from '../connect/sentry-access.ts';
import { countOpen, hastenReread, selectAboutToSend, selectToAsk, storeAnswers, wakeHeld } from './answers.store.ts';
import { namesOf } from './references.decide.ts';
import { soughtFor } from './references.ts';
import { troubleOf } from '../connect/sentry-trouble.decide.ts';
import type { ErrorsCtx, SentryRule } from '../errors.model.ts';
import type { GithubConnection } from '../../connections/connections.model.ts';
import type { OpenAsk, OpenId } from './answers.store.ts';
import type { Run } from '../read/run.ts';
import type { SentryConnection } from '../connect/sentry-connections.model.ts';
import type { SentryFailure, SentryIssue } from '../../sentry/sentry.model.ts';
import type { Sql } from '../../db/db.model.ts';

const BATCH = 100;
const IDS_MAX = 100 * BATCH;
/** Single questions of one run, a minute's at the usual pace: hints and re-readings wait behind them. The next run goes on. */
const SINGLES_MAX = 300;

/** What a run may still ask singly; `proof`: an issue that is there, until it was read. */
interface Budget {
  singles: number;
  proof: string | null;
}

/** How old the word on a Sentry issue may be that could have been merged since; linked ones are not read more often. */
const FRESH_MS = 10 * MINUTE_MS;

/**
 * Why an error must not be sent yet, in a sentence, or null: issues in the repository name Sentry issues that this hub knows
 * nothing of, as after a lost database, and one of those may have been merged into the error's own. Sentry is asked soon.
 */
export async function waitsForSentry(
  sql: Sql,
  errorId: string,
  connection: GithubConnection,
  now: Date,
): Promise<string | null> {
  const sought = await soughtFor(sql, errorId);
  // GlitchTip tells nothing of a merge: the old id is as if it had never been
  if (sought === null || sought.sentry.abilities?.product === 'glitchtip') return null;
  const { sentry, names } = sought;
  const open = await countOpen(sql, askOf(sentry, errorId, names.hosts, now));
  if (open.count === 0) return null;
  if (open.askable) await hastenReread(sql, sentry.id, now);
  return waitsBecause(open.count, sentry, connection);
}

function waitsBecause(count: number, sentry: SentryConnection, { repository }: GithubConnection): string {
  const many = count === 1 ? 'a Sentry issue' : `${count} Sentry issues`;
  const why = `Issues in ${repository} name ${many} not known here: Sentry is asked first whether they were merged into this one, so that nothing is filed twice.`;
  const stands = !sentry.enabled || sentry.pausedAt !== null;
  return stands ? `${why} The connection to Sentry is switched off or paused: mend it, and it goes on.` : why;
}

/** The same of a Sentry issue that a rule would file into its repository: by what is stored, and nobody is asked for it. */
export async function wouldWaitForSentry(
  sql: Sql,
  { sentry, rule, target }: { sentry: SentryConnection; rule: SentryRule; target: GithubConnection },
  issue: SentryIssue,
  now: Date,
): Promise<string | null> {
  if (sentry.abilities?.product === 'glitchtip') return null;
  const candidate = {
    connectionId: target.id,
    sentryId: issue.id,
    projectId: issue.project.id,
    firstSeen: rule.environments.length === 0 ? issue.firstSeen : null,
    lastSeen: issue.lastSeen,
    at: now,
  };
  const { count } = await countOpen(sql, askOf(sentry, candidate, namesOf(sentry, [issue]).hosts, now));
  return count === 0 ? null : waitsBecause(count, sentry, target);
}

/**
 * Asks Sentry under which ids those issues answer today that waiting errors may stand for: by one request for a hundred, and
 * singly for those that it does not bring, as only that follows a merge. What is learnt is kept at once. Returns the failure that
 * stopped it; what is left is asked for by the next run.
 */
export async function askMerged(ctx: ErrorsCtx, run: Run): Promise<SentryFailure | null> {
  const { connection } = run;
  if (connection.abilities?.product === 'glitchtip') return null;
  const waiting = await selectAboutToSend(ctx.sql, connection.id);
  const [latest] = waiting;
  if (latest === undefined) return null;
  const { hosts } = namesOf(connection, waiting);
  const budget: Budget = { singles: SINGLES_MAX, proof: latest.id };
  const open = await selectToAsk(ctx.sql, askOf(connection, null, hosts, ctx.now()), IDS_MAX);
  for (let at = 0; at < open.length && budget.singles > 0 && !run.ended(); at += BATCH) {
    const failure = await askBatch(ctx, run, open.slice(at, at + BATCH), budget);
    if (failure !== null) return failure;
  }
  if (open.length > 0) await wakeHeld(ctx.sql, connection.id, ctx.now());
  return null;
}

function askOf(
  { id, abilities }: SentryConnection,
  waiting: OpenAsk['waiting'],
  hosts: readonly string[],
  now: Date,
): OpenAsk {
  return {
    sentryConnectionId: id,
    waiting,
    hosts,
    wholeTimes: abilities?.hasLifetime === true,
    freshSince: after(now, -FRESH_MS),
    againBefore: after(now, -SECOND_LOOK_MS),
  };
}

async function askBatch(
  ctx: ErrorsCtx,
  run: Run,
  open: readonly OpenId[],
  budget: Budget,
): Promise<SentryFailure | null> {
  const askedAt = ctx.now();
  const ids = new Set(open.map(({ sentryId }) => sentryId));
  const answer = await askSentry(ctx, run.connection, async () => run.sentry.issuesById([...ids]));
  run.counts.requests += answer.requests;
  if (!answer.ok) return answer.failure;
  const alive = answer.value.filter(({ id }) => ids.has(id));
  const of = { sentry_connection_id: run.connection.id, asked_at: askedAt };
  await storeAnswers(
    ctx.sql,
    alive.map((issue) => ({ ...of, sentry_id: issue.id, ...answeredBy(issue) })),
  );
  for (const { id } of alive) ids.delete(id);
  const missing = open.filter(({ sentryId }) => ids.has(sentryId));
  if (missing.length > 1) {
    const failure = await proveThePlace(ctx, run, budget);
    if (failure !== null) return failure;
  }
  for (const one of missing) {
    if (budget.singles === 0 || run.ended()) return null;
    budget.singles -= 1;
    const failure = await askSingly(ctx, run, one);
    if (failure !== null) return failure;
  }
  return null;
}

/** Until one issue was read singly, a 404 may mean that this version has issues elsewhere: each would be asked for twice. */
async function proveThePlace(ctx: ErrorsCtx, run: Run, budget: Budget): Promise<SentryFailure | null> {
  const { proof } = budget;
  if (proof === null) return null;
  budget.proof = null;
  const answer = await askSentry(ctx, run.connection, async () => run.sentry.issue(proof), 'one');
  run.counts.requests += answer.requests;
  return answer.ok || isOfOne(answer.failure) ? null : answer.failure;
}

async function askSingly(ctx: ErrorsCtx, run: Run, { sentryId, missingSince }: OpenId): Promise<SentryFailure | null> {
  const askedAt = ctx.now();
  const answer = await askSentry(ctx, run.connection, async () => run.sentry.issue(sentryId), 'one');
  run.counts.requests += answer.requests;
  if (!answer.ok && !isOfOne(answer.failure)) return answer.failure;
  const learnt = answer.ok ? answeredBy(answer.value) : unanswered(answer.failure.kind, missingSince, askedAt);
  await storeAnswers(ctx.sql, [
    { sentry_connection_id: run.connection.id, sentry_id: sentryId, asked_at: askedAt, ...learnt },
  ]);
  return null;
}

function isOfOne(failure: SentryFailure): boolean {
  return troubleOf(failure, 'one', 0, new Date(0), 0).kind === 'here';
}
