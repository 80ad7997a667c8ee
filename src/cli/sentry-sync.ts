import { hostname } from 'node:os';
import { randomBytes } from 'node:crypto';

import { deriveKeyring } from '../lib/keyring.ts';
import { EXIT } from './commands.ts';
import {
  forgetfulJournal,
  lockPath,
  openJournal,
  readOnlyJournal,
  runOneShot,
  sentryHost,
} from '../one-shot/one-shot.ts';
import { openGithub } from '../github/github.ts';
import { openSentry } from '../sentry/sentry.ts';
import { ConfigProblem } from '../settings.ts';
import { readSentrySyncSettings } from '../sentry-sync-settings.ts';
import { reportOf, summaryOf, wouldBeFiled } from './sentry-sync-words.ts';
import { SECOND_MS } from '../lib/clock.ts';
import { syncProgress } from './sentry-sync-progress.ts';
import type { Environment } from '../settings.ts';
import type { Github } from '../github/github.model.ts';
import type { Journal, OneShotResult, OneShotSettings } from '../one-shot/one-shot.model.ts';
import type { Log } from '../lib/log.ts';
import type { Sentry } from '../sentry/sentry.model.ts';
import type { SentrySyncSettings } from '../sentry-sync-settings.ts';

export interface SentrySyncOptions {
  json?: true;
  dryRun?: true;
}

const GITHUB_API_VERSION = '2022-11-28';

/** `throughline sentry sync`: files what is new, once, without a server, and says in one line what it did. Returns the exit code. */
export async function sentrySyncCommand(env: Environment, options: SentrySyncOptions): Promise<number> {
  const startedAt = performance.now();
  const given = readSentrySyncSettings(env);
  const settings = { ...given, dryRun: given.dryRun || options.dryRun === true };
  const kept = keep(settings);
  if (kept === 'busy') return EXIT.failed;
  try {
    const result = await run(settings, kept.journal);
    const seconds = (performance.now() - startedAt) / SECOND_MS;
    return say(settings, result, seconds, options.json === true);
  } finally {
    kept.release();
  }
}

/** The journal, locked while it is written. Throws a `ConfigProblem` when its file cannot be used. */
function keep(settings: SentrySyncSettings): { journal: Journal; release: () => void } | 'busy' {
  const { stateFile, githubRepo, sentryUrl, sentryOrg, dryRun } = settings;
  const nothing = () => undefined;
  if (stateFile === null) return { journal: forgetfulJournal(), release: nothing };
  const owner = { repository: githubRepo, sentryHost: sentryHost(sentryUrl), organization: sentryOrg };
  if (dryRun) return { journal: journalOf(readOnlyJournal(stateFile, owner)), release: nothing };
  const locked = lockOf(stateFile);
  if (!locked.ok) {
    console.error(`STATE_FILE (${stateFile}) is locked. ${locked.why}`);
    return 'busy';
  }
  try {
    return { journal: journalOf(openJournal(stateFile, owner)), release: locked.release };
  } catch (error) {
    locked.release();
    throw error;
  }
}

function lockOf(stateFile: string): ReturnType<typeof lockPath> {
  try {
    return lockPath(`${stateFile}.lock`);
  } catch (error) {
    const words = error instanceof Error ? error.message : String(error);
    throw new ConfigProblem(`STATE_FILE (${stateFile}) cannot be locked: ${words}`);
  }
}

function journalOf(opened: ReturnType<typeof openJournal>): Journal {
  if (!opened.ok) throw new ConfigProblem(`STATE_FILE ${opened.why}`);
  return opened.journal;
}

async function run(settings: SentrySyncSettings, journal: Journal): Promise<OneShotResult> {
  const tally = { requests: 0 };
  const doors = await doorsOf(settings);
  const progress = syncProgress();
  let stopped = false;
  const stop = () => (stopped = true);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, stop);
  try {
    const parts = {
      sentry: counting(doors.sentry, tally),
      github: counting(doors.github, tally),
      journal,
      runId: randomBytes(6).toString('hex'),
      stopped: () => stopped,
      progress: progress.show,
    };
    const result = await runOneShot(parts, oneShotSettings(settings));
    return { ...result, requests: tally.requests };
  } finally {
    progress.end();
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.removeListener(signal, stop);
  }
}

function oneShotSettings(settings: SentrySyncSettings): OneShotSettings {
  return {
    sentryUrl: settings.sentryUrl,
    organization: settings.sentryOrg,
    repository: settings.githubRepo,
    query: settings.sentryQuery,
    projects: settings.sentryProjects,
    statsPeriod: settings.sentryStatsPeriod,
    newMax: settings.maxNew,
    dryRun: settings.dryRun,
    keyring: settings.secretKeys === null ? null : deriveKeyring(settings.secretKeys),
    leaseMs: settings.leaseSeconds * SECOND_MS,
    lookupMs: (settings.filingLookupSeconds.at(-1) ?? 0) * SECOND_MS,
  };
}

async function doorsOf(settings: SentrySyncSettings): Promise<{ sentry: Sentry; github: Github }> {
  const log = await logOf(settings);
  const now = () => new Date();
  // the addresses come from the operator
  const sentry = openSentry(
    {
      baseUrl: settings.sentryUrl,
      regionUrl: null,
      organization: settings.sentryOrg,
      token: settings.sentryToken,
      addresses: 'any',
      ca: null,
      insecureTls: false,
      abilities: null,
    },
    { log, now },
  );
  const github = openGithub(
    {
      baseUrl: settings.githubApiUrl,
      apiVersion: GITHUB_API_VERSION,
      credential: { kind: 'token', key: hostname(), token: settings.githubToken },
      addresses: 'any',
    },
    { log, now, createSpacingMs: settings.createSpacingMs },
  );
  return { sentry, github };
}

const QUIET: Log = { error: () => undefined, warn: () => undefined, info: () => undefined, debug: () => undefined };

// who asks for no log need not wait until the logger is loaded
async function logOf({ logLevel }: SentrySyncSettings): Promise<Log> {
  if (logLevel === 'silent') return QUIET;
  const { logOver, openLogger } = await import('./logger.ts');
  return logOver(openLogger(logLevel));
}

/** The same door; what each call cost is added up. */
function counting<D extends object>(door: D, tally: { requests: number }): D {
  const count = (answer: unknown) => {
    if (typeof answer === 'object' && answer !== null && 'requests' in answer)
      tally.requests += Number(answer.requests);
    return answer;
  };
  return new Proxy(door, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name);
      if (typeof member !== 'function') return member;
      return (...args: unknown[]) => {
        const answer: unknown = Reflect.apply(member, target, args);
        return answer instanceof Promise ? answer.then(count) : answer;
      };
    },
  });
}

function say(settings: SentrySyncSettings, result: OneShotResult, seconds: number, json: boolean): number {
  const code = codeOf(settings, result);
  if (json) {
    console.log(JSON.stringify(reportOf(settings, result, seconds, code)));
    return code;
  }
  if (settings.dryRun) for (const text of wouldBeFiled(result)) console.log(text);
  console.log(summaryOf(settings, result, seconds));
  for (const { outcome, issue, why } of result.items)
    if (outcome === 'failed' || outcome === 'unknown') console.error(`${issue.shortId ?? issue.id}: ${why}`);
  for (const text of [...result.notes, ...(result.trouble === null ? [] : [result.trouble.message])])
    console.error(text);
  return code;
}

function codeOf({ dryRun }: SentrySyncSettings, { trouble, items }: OneShotResult): number {
  if (trouble !== null) return trouble.refused ? EXIT.refused : EXIT.failed;
  const open = items.some(({ outcome }) => outcome === 'unknown' || outcome === 'failed' || outcome === 'waiting');
  return open && !dryRun ? EXIT.failed : EXIT.done;
}
