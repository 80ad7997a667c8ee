import { after, MINUTE_MS } from '../lib/clock.ts';
import { findFiledIssue } from '../filing/lookup.ts';
import { knownIssueOf, knownIssues } from './known.decide.ts';
import { sentenceFor } from '../github/github.ts';
import { githubTrouble } from './trouble.decide.ts';
import type { Github, GithubFailure } from '../github/github.model.ts';
import type { Judges, KnownIssues } from './known.decide.ts';
import type { OneShotParts, OneShotSettings, Trouble } from './one-shot.model.ts';

/** Lists are late, and clocks differ. */
const OVERLAP_MS = 10 * MINUTE_MS;

/** The repository's issues as far as they stand for Sentry issues. */
export interface IssuesRead {
  known: KnownIssues;
  /** Highest number of an issue or pull request that was seen. */
  highest: number;
  judges: Judges;
}

export type IssuesOutcome = { ok: true; value: IssuesRead } | { ok: false; trouble: Trouble };

/**
 * Reads the repository's issues, the unfiltered list, oldest first; after the first time only those that changed since. What
 * stands for Sentry issues is kept in the journal, once all was read.
 */
export async function readIssues(
  { github, journal, progress }: OneShotParts,
  { repository, organization, keyring }: Pick<OneShotSettings, 'repository' | 'organization' | 'keyring'>,
  labels: readonly string[],
): Promise<IssuesOutcome> {
  const viewer = await github.viewer();
  // the token of an installation, as in GitHub Actions, is nobody's: what it opened bears the name of a bot
  const isNobodys = !viewer.ok && viewer.failure.kind === 'forbidden';
  if (!viewer.ok && !isNobodys) return failed(viewer.failure);
  const judges = { viewerLogin: viewer.ok ? viewer.value.login : null, labels, keyring };
  const { read, issues, answers } = journal.state;
  const startedAt = new Date();
  // by creation also for what changed since: an order that no change moves
  const since = read === null ? {} : { since: after(read.at, -OVERLAP_MS) };
  const query = { state: 'all', sort: 'created', direction: 'asc', ...since } as const;
  const known = knownIssues(issues.values(), organization);
  for (const [id, { as }] of answers) if (as !== null) known.merged(id, as);
  let highest = read?.highest ?? 0;
  let looked = 0;
  let next: string | null = null;
  do {
    const page: Awaited<ReturnType<Github['issuePage']>> = await github.issuePage({ fullName: repository }, query, {
      next,
    });
    if (!page.ok) return failed(page.failure);
    // what a page says is kept at once, the page is not: a repository may be of any size
    const found = page.value.items.flatMap((issue) => knownIssueOf(issue, judges) ?? []);
    for (const issue of found) known.add(issue);
    if (found.length > 0) journal.append(...found.map((issue) => ({ kind: 'issue' as const, issue })));
    highest = Math.max(highest, ...page.value.items.map(({ number }) => number));
    looked += page.value.items.length;
    ({ next } = page.value);
    progress('reading issues', looked, looked);
  } while (next !== null);
  journal.append({ kind: 'read', highest, at: startedAt.toISOString() });
  return { ok: true, value: { known, highest, judges } };
}

/**
 * Looks at everything above a number, as one looks for an issue whose creation was not answered: number by number, which no lag
 * can hide, then by the list. Without a number the list alone, for what is younger than the run. What is found is added to what
 * is known.
 */
export async function readAbove(
  { github }: Pick<OneShotParts, 'github'>,
  repository: string,
  read: IssuesRead,
  from: { numberBefore: number | null; startedAt: Date },
): Promise<Trouble | null> {
  const { numberBefore, startedAt } = from;
  const sent = { marker: '', numberBefore, sentAt: startedAt, createdAt: startedAt, sentTitle: null };
  const looked = await findFiledIssue(github, { repository, viewerId: null }, sent, (issue) => {
    const known = knownIssueOf(issue, read.judges);
    if (known !== null) read.known.add(known);
    read.highest = Math.max(read.highest, issue.number);
    return false; // to the end: each of them is looked at
  });
  return looked.lookup === 'inconclusive' ? githubTrouble(looked.failure, sentenceFor(looked.failure)) : null;
}

function failed(failure: GithubFailure): { ok: false; trouble: Trouble } {
  return { ok: false, trouble: githubTrouble(failure, sentenceFor(failure)) };
}
