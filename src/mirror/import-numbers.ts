import { applyIssues, applyPulls } from './apply.ts';
import { openFor } from './github-refusal.ts';
import { presentAmong } from './lists-activity.store.ts';
import { refOf } from './read-lists.ts';
import { sentenceFor } from '../github/github.ts';
import type { AppliedItem } from './items.model.ts';
import type { Github, GithubFailure } from '../github/github.model.ts';
import type { GithubConnection, OutsideCtx } from '../connections/connections.model.ts';
import type { How } from './apply.ts';
import type { ImportAnswer } from '../contract/mirror-queries.ts';
import type { MirroredRepository } from './repository.model.ts';

type Counts = Omit<ImportAnswer, 'run'>;
/** What became of one number. `stop`: asking for the others would come to the same. */
type Outcome =
  | { kind: 'applied'; applied: AppliedItem | undefined }
  | { kind: 'error'; message: string; stop: boolean };

/** Numbers that are asked for side by side. */
const AT_ONCE = 5;
const STOPPERS: GithubFailure['kind'][] = ['rate_limited', 'unauthorized', 'unreachable', 'unavailable'];

/**
 * Imports issues or pull requests by number (SPEC M7). Those that are here already are skipped without being asked for, unless
 * `force`. One that fails is named and does not stop the others, unless GitHub cannot be asked at all.
 */
export async function importNumbers(
  ctx: OutsideCtx,
  connection: GithubConnection,
  repository: MirroredRepository,
  wanted: { kind: 'issues' | 'pulls'; numbers: readonly number[]; force: boolean },
): Promise<Counts> {
  const github = openFor(ctx, connection);
  const numbers = [...new Set(wanted.numbers)];
  const table = wanted.kind === 'issues' ? 'issues' : 'pull_requests';
  const present = wanted.force ? new Set<number>() : await presentAmong(ctx.sql, table, repository.id, numbers);
  const missing = numbers.filter((number) => !present.has(number));
  const counts: Counts = { imported: 0, updated: 0, skipped: numbers.length - missing.length, errors: [] };
  const importOne = wanted.kind === 'issues' ? importIssue : importPull;
  let stopped: string | null = null;
  for (let from = 0; from < missing.length; from += AT_ONCE) {
    const some = missing.slice(from, from + AT_ONCE);
    if (stopped !== null) {
      counts.errors.push(...some.map((number) => ({ item: `#${number}`, message: `Not asked for: ${stopped}` })));
      continue;
    }
    const outcomes = await Promise.all(some.map((number) => importOne(ctx, github, repository, number)));
    for (const [index, outcome] of outcomes.entries()) count(counts, some[index] ?? 0, outcome);
    stopped =
      outcomes
        .map((outcome) => (outcome.kind === 'error' && outcome.stop ? outcome.message : null))
        .find((message) => message !== null) ?? null;
  }
  return counts;
}

async function importIssue(
  ctx: OutsideCtx,
  github: Github,
  repository: MirroredRepository,
  number: number,
): Promise<Outcome> {
  const how = howNow(ctx);
  const answer = await github.issue(refOf({ repository }), number);
  if (!answer.ok) return refused(answer.failure);
  const { issue } = answer.value;
  if (issue === null) return { kind: 'error', message: 'GitHub answered without the issue.', stop: false };
  if (issue.isPullRequest)
    return { kind: 'error', message: 'This is a pull request: import it with kind “pulls”.', stop: false };
  // GitHub follows a transferred issue to its new repository
  if (issue.number !== number || !(await isHere(github, repository, issue.url)))
    return { kind: 'error', message: `It was transferred: it is ${issue.url} now.`, stop: false };
  return apply(ctx, number, async (sql) => applyIssues(sql, repository, [issue], how));
}

async function importPull(
  ctx: OutsideCtx,
  github: Github,
  repository: MirroredRepository,
  number: number,
): Promise<Outcome> {
  const how = howNow(ctx);
  const answer = await github.pull(refOf({ repository }), number);
  if (!answer.ok) return refused(answer.failure);
  return apply(ctx, number, async (sql) => applyPulls(sql, repository, [answer.value], how));
}

async function apply(
  ctx: OutsideCtx,
  number: number,
  work: (sql: OutsideCtx['sql']) => Promise<AppliedItem[]>,
): Promise<Outcome> {
  try {
    const [applied] = await ctx.sql.transaction().execute(work);
    return { kind: 'applied', applied };
  } catch (error) {
    ctx.log.warn({ number, error: String(error) }, 'import: an item could not be stored');
    return { kind: 'error', message: 'It could not be stored; the log says why.', stop: false };
  }
}

function count(counts: Counts, number: number, outcome: Outcome): void {
  if (outcome.kind === 'error') counts.errors.push({ item: `#${number}`, message: outcome.message });
  else if (outcome.applied?.merge === 'insert') counts.imported += 1;
  else if (outcome.applied?.merge === 'apply') counts.updated += 1;
  else counts.skipped += 1;
}

function refused(failure: GithubFailure): Outcome {
  const missing = failure.kind === 'not_found' || failure.kind === 'gone';
  return {
    kind: 'error',
    message: missing ? 'GitHub does not show it: it was deleted, or never was.' : sentenceFor(failure),
    stop: STOPPERS.includes(failure.kind),
  };
}

function howNow(ctx: OutsideCtx): How {
  const now = ctx.now();
  return { askedAt: now, from: 'read', via: 'import', actor: null, now };
}

async function isHere(github: Github, repository: MirroredRepository, issueUrl: string): Promise<boolean> {
  if (isBelow(issueUrl, repository.url)) return true;
  // or the repository was renamed, and no sync has told yet
  const facts = await github.repositoryFacts(refOf({ repository }));
  return facts.ok && facts.value.repository !== null && isBelow(issueUrl, facts.value.repository.url);
}

function isBelow(url: string, repositoryUrl: string): boolean {
  return url.toLowerCase().startsWith(`${repositoryUrl.toLowerCase()}/`);
}
