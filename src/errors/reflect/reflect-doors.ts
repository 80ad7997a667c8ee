import { askingNow } from '../read/seen.store.ts';
import { askSentry, pauseSentry, sentryOf, settleSentryFailure, UNREADABLE_TOKEN } from '../connect/sentry-access.ts';
import { githubTrouble, patience, sentryTrouble } from './reflect-trouble.decide.ts';
import { forgetRepository, githubOf, pauseForFailure, restUntil } from '../../connections/connections.ts';
import { insertHint } from '../read/hints.store.ts';
import { noCounts } from '../read/sentry-runs.store.ts';
import { sentenceFor } from '../../github/github.ts';
import { presentIssues } from './reflect-plan.decide.ts';
import { readLinked } from '../../mirror/mirror.ts';
import { storeSeen } from '../read/store-seen.ts';
import type { ActTrouble, ErrorCase, ReflectTurn } from './reflect.model.ts';
import type { ErrorsCtx } from '../errors.model.ts';
import type { Github, GithubFailure } from '../../github/github.model.ts';
import type { Sentry, SentryFailure, SentryIssue } from '../../sentry/sentry.model.ts';

/** Opens both doors; null when a stored token cannot be read: its connection is paused and says so. */
export async function openDoors(
  ctx: ErrorsCtx,
  subject: ErrorCase,
): Promise<{ github: Github; sentry: Sentry } | null> {
  const github = githubOf(ctx, subject.connection);
  const sentry = sentryOf(ctx, subject.sentryConnection);
  if (sentry === null) await pauseSentry(ctx, subject.sentryConnection, 'unauthorized', UNREADABLE_TOKEN);
  if (github === null)
    await pauseForFailure(ctx, subject.connection, 'unauthorized', { message: UNREADABLE_GITHUB, requestId: null });
  return github === null || sentry === null ? null : { github, sentry };
}

const UNREADABLE_GITHUB =
  'The stored token cannot be decrypted: SECRET_KEY is another one than when it was saved. Put the token in again, or give the old SECRET_KEY too.';

/** Says what follows from GitHub's refusal, and does to the connection what the refusal means for all that use it. */
export async function githubFailed(
  turn: Pick<ReflectTurn, 'ctx' | 'claimed' | 'subject'>,
  failure: GithubFailure,
): Promise<ActTrouble> {
  const { ctx, claimed, subject } = turn;
  const { connection } = subject;
  ctx.meter.failed('reflection', failure.kind);
  const state = {
    message: sentenceFor(failure),
    attempts: claimed.attempts,
    rests: connection.restCount,
    now: ctx.now(),
    random: Math.random(),
  };
  const { trouble, bearing } = githubTrouble(failure, state);
  if (bearing.kind === 'pause') await pauseForFailure(ctx, connection, 'unauthorized', failure);
  if (bearing.kind === 'rest') await restUntil(ctx, connection, bearing.until, failure.message);
  if (bearing.kind === 'recheck') await forgetRepository(ctx.sql, connection.id);
  return trouble;
}

/** The same for Sentry's: a token that may only read goes on reading. */
export async function sentryFailed(
  turn: Pick<ReflectTurn, 'ctx' | 'claimed' | 'subject'>,
  failure: SentryFailure,
): Promise<ActTrouble> {
  const { ctx, claimed, subject } = turn;
  await settleSentryFailure(ctx, subject.sentryConnection, failure, 'one');
  return sentryTrouble(failure, claimed.attempts, ctx.now());
}

/** What was asked was done, and only the reading of what stands since failed: the next turn finds out. */
export async function unreadAfter(turn: ReflectTurn, failure: GithubFailure): Promise<ActTrouble> {
  return { ...(await githubFailed(turn, failure)), outcome: 'unknown' };
}

/**
 * Reads both sides anew before anything is done to either (what the mirror has may be minutes old) and keeps what they say.
 * Null: both are known now.
 */
export async function readBothSides(turn: ReflectTurn): Promise<ActTrouble | null> {
  return (await readGithub(turn)) ?? (await readSentry(turn));
}

async function readGithub(turn: ReflectTurn): Promise<ActTrouble | null> {
  const { issue, connection } = turn.subject;
  if (issue.gone !== null) return null;
  const failure = await readLinked(turn.ctx, { connection, github: turn.github }, issue);
  return failure === null ? null : githubFailed(turn, failure);
}

async function readSentry(turn: ReflectTurn): Promise<ActTrouble | null> {
  const { ctx, claimed, subject, sentry } = turn;
  const ids = presentIssues(subject).map(({ sentry_id: id }) => id);
  if (ids.length === 0) return null;
  const askedAt = await askingNow(ctx.sql);
  const answer = await askSentry(ctx, subject.sentryConnection, async () => sentry.issuesById(ids));
  if (!answer.ok) return sentryTrouble(answer.failure, claimed.attempts, ctx.now());
  await keepSentry(turn, answer.value, askedAt);
  const there = new Set(answer.value.map(({ id }) => id));
  const absent = ids.filter((id) => !there.has(id));
  for (const sentryId of absent)
    await insertHint(ctx.sql, {
      connectionId: subject.sentryConnection.id,
      sentryId,
      resource: 'issue',
      action: 'absent',
      now: ctx.now(),
    });
  if (absent.length === 0) return null;
  const message = 'Sentry does not show it at the moment: it is looked for once more before anything is done.';
  return { outcome: 'failed', message, status: null, requestId: null, at: patience(ctx.now(), claimed.attempts) };
}

/** Keeps what Sentry says of an error's issues now. */
export async function keepSentry(
  { ctx, subject }: Pick<ReflectTurn, 'ctx' | 'subject'>,
  issues: readonly SentryIssue[],
  askedAt: Date,
): Promise<void> {
  const known = new Map(subject.sentryIssues.map((row) => [row.sentry_id, row]));
  const ours = issues.filter(({ id }) => known.has(id));
  await storeSeen(ctx, { connection: subject.sentryConnection, counts: noCounts() }, ours, askedAt, ({ id }, now) => {
    const row = now ?? known.get(id);
    return { decision: row?.decision ?? 'taken', why: row?.why ?? '', ruleId: row?.rule_id ?? null };
  });
}
