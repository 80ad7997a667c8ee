import { setTimeout as sleep } from 'node:timers/promises';

import { draft } from './plan.decide.ts';
import { githubTrouble } from './trouble.decide.ts';
import { knownIssueOf } from './known.decide.ts';
import { MINUTE_MS } from '../lib/clock.ts';
import { prepareExtras } from '../filing/extras.ts';
import { sentenceFor } from '../github/github.ts';
import type { GithubFailure, GithubIssue, GithubRepository } from '../github/github.model.ts';
import type { HeldClaim } from './claim.ts';
import type { IssuesRead } from './read-issues.ts';
import type { OneShotItem, OneShotParts, OneShotSettings, Outcome, Trouble } from './one-shot.model.ts';
import type { SentryEvent, SentryIssue } from '../sentry/sentry.model.ts';
import type { SentryRule } from '../errors/errors.model.ts';

/** A Sentry issue that is to become an issue, and what it would be found by if it were one. */
export interface ToFile {
  issue: SentryIssue;
  event: SentryEvent | null;
  why: string;
  hosts: string[];
  errorId: string | null;
}

/** Where it files, and what is known there. */
export interface Target {
  rule: SentryRule;
  repository: GithubRepository;
  read: IssuesRead;
  /** Null where the token may make no labels. */
  claim: HeldClaim | null;
}

/** Longest pause that GitHub, or our own pace, may ask for; after a longer one the next run goes on. */
const PAUSE_MS_MAX = MINUTE_MS;

/** How long a stop may go unseen while it pauses. */
const STOP_LOOK_MS = 500;

/** What one attempt came to; a trouble ends the filing of all. */
interface Attempt {
  outcome: Outcome;
  why: string;
  number: number | null;
  trouble: Trouble | null;
}

/** Files one after the other. What could not be tried waits; the trouble that stopped it is told. */
export async function fileThem(
  parts: OneShotParts,
  settings: OneShotSettings,
  target: Target,
  toFile: readonly ToFile[],
): Promise<{ items: OneShotItem[]; trouble: Trouble | null }> {
  const items: OneShotItem[] = [];
  let trouble: Trouble | null = null;
  let stop: string | null = null;
  for (const one of toFile) {
    stop ??= parts.stopped() ? 'The run was stopped before it.' : null;
    const attempt: Attempt =
      stop === null ? await fileOne(parts, settings, target, one) : { ...NOT_TRIED, why: `${one.why} ${stop}` };
    if (attempt.trouble !== null) {
      ({ trouble } = attempt);
      stop = 'It waits for the next run.';
    }
    const { outcome, why, number } = attempt;
    items.push({ issue: one.issue, outcome, why, number, draft: null });
    parts.progress('filing', items.length, toFile.length);
  }
  return { items, trouble };
}

const NOT_TRIED = { outcome: 'waiting', number: null, trouble: null } as const;

async function fileOne(
  parts: OneShotParts,
  settings: OneShotSettings,
  { rule, repository, read, claim }: Target,
  one: ToFile,
): Promise<Attempt> {
  const there = read.known.find(one.issue, one);
  if (there !== null) return found(parts, one, there.number);
  const to = { repository, keyring: settings.keyring, errorId: one.errorId };
  const connection = { id: repository.fullName, repository: repository.fullName, canPush: repository.canPush };
  const drafted = draft(rule, one, to);
  if (!drafted.ok) return { outcome: 'failed', why: drafted.why, number: null, trouble: null };
  const prepared = await prepareExtras({ connection, github: parts.github }, drafted.draft);
  for (;;) {
    if (claim !== null && !(await claim.keep())) return lost(one);
    commitIntent(parts, one, read.highest);
    const answer = await parts.github.createIssue({ fullName: repository.fullName }, prepared);
    if (answer.ok) return learnCreated(parts, one, read, answer.value);
    const pauseMs = pauseOf(answer.failure);
    if (pauseMs === null || parts.stopped()) return learnFailure(parts, one, answer.failure);
    await pause(pauseMs, parts.stopped);
  }
}

async function pause(ms: number, stopped: () => boolean): Promise<void> {
  const until = performance.now() + ms;
  while (!stopped() && performance.now() < until) await sleep(Math.min(STOP_LOOK_MS, until - performance.now()));
}

function found({ journal }: OneShotParts, { issue }: ToFile, number: number): Attempt {
  journal.append({ kind: 'made', sentryId: issue.id, number });
  return { outcome: 'known', why: `Another run filed it as #${number} in the meantime.`, number, trouble: null };
}

function lost(one: ToFile): Attempt {
  const message = 'GitHub: Another run took the repository over, or the claim on it could not be kept.';
  return { ...NOT_TRIED, why: one.why, trouble: { refused: false, message } };
}

/** Stored before anything is sent: a run that is killed from here on leaves word of what to look for. */
function commitIntent({ journal }: OneShotParts, { issue, hosts, errorId }: ToFile, numberBefore: number): void {
  const { id: sentryId, shortId, title, permalink } = issue;
  const at = new Date().toISOString();
  const intent = { sentryId, shortId, title: title.slice(0, 300), permalink, hosts, errorId, numberBefore, at };
  journal.append({ kind: 'intent', intent });
}

function learnCreated({ journal }: OneShotParts, one: ToFile, read: IssuesRead, made: GithubIssue): Attempt {
  journal.append({ kind: 'made', sentryId: one.issue.id, number: made.number });
  const known = knownIssueOf(made, read.judges);
  if (known !== null) read.known.add(known);
  read.highest = Math.max(read.highest, made.number);
  return { outcome: 'filed', why: one.why, number: made.number, trouble: null };
}

/** How long to wait before nothing was done is tried again; null when waiting does not help, or takes too long. */
function pauseOf(failure: GithubFailure): number | null {
  if (failure.kind !== 'rate_limited') return null;
  const waitMs = failure.retryAt.getTime() - Date.now();
  return waitMs > PAUSE_MS_MAX ? null : Math.max(0, waitMs);
}

function learnFailure({ journal }: OneShotParts, one: ToFile, failure: GithubFailure): Attempt {
  const why = sentenceFor(failure);
  const trouble = githubTrouble(failure, why);
  // the intent stands: the next run looks for it
  if (failure.kind === 'outcome_unknown') return { outcome: 'unknown', why, number: null, trouble };
  journal.append({ kind: 'unsent', sentryId: one.issue.id });
  if (failure.kind === 'invalid') return { outcome: 'failed', why, number: null, trouble: null };
  return { ...NOT_TRIED, why: one.why, trouble };
}
