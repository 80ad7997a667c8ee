import { after, MINUTE_MS } from '../lib/clock.ts';
import { hasAnyMarker, hasMarker } from './marker.decide.ts';
import type { Github, GithubFailure, GithubIssue, RepositoryRef } from '../github/github.model.ts';
import type { GithubConnection } from '../connections/connections.model.ts';
import type { Filing } from './filing.model.ts';

/** Absent numbers in a row after which the end of the repository is believed (facts/github.md §4). */
const MISSES_IN_A_ROW = 3;
/** More numbers than this since the request: the list is cheaper. */
const NUMBERS_MAX = 60;
const CLOCK_TOLERANCE_MS = 5 * MINUTE_MS;

/** Where an issue is looked for, and who would have opened it. */
type Place = Pick<GithubConnection, 'repository' | 'viewerId'>;
/** What is known of the request that may have made it. */
type Sent = Pick<Filing, 'marker' | 'numberBefore' | 'sentAt' | 'createdAt' | 'sentTitle'>;

export type FoundIssue =
  | { lookup: 'found'; issue: GithubIssue }
  | { lookup: 'missed'; candidates: GithubIssue[] }
  | { lookup: 'inconclusive'; failure: GithubFailure };

/**
 * Looks for a filing's issue in the order facts/github.md §4 gives: by number upward from the highest known before the
 * request, which no list or search lag can hide, then the unfiltered list back to that number. Never by search. Any read that
 * fails makes the whole look-up inconclusive: "could not look" is never "not there".
 * A miss comes with the issues that could be ours but for a marker somebody took out. Where another sign than the marker counts,
 * `bears` tells it.
 */
export async function findFiledIssue(
  github: Github,
  connection: Place,
  filing: Sent,
  bears: (issue: GithubIssue) => boolean = ({ body }) => hasMarker(body, filing.marker),
): Promise<FoundIssue> {
  const repository = { fullName: connection.repository };
  const isOurs = (issue: GithubIssue) => !issue.isPullRequest && bears(issue);
  const byNumber = await probeNumbers(github, repository, filing, isOurs);
  if (byNumber.lookup !== 'missed') return byNumber;
  const byList = await walkList(github, repository, filing, isOurs);
  if (byList.lookup !== 'missed') return byList;
  const seen = new Map([...byNumber.candidates, ...byList.candidates].map((issue) => [issue.id, issue]));
  return {
    lookup: 'missed',
    candidates: [...seen.values()].filter((issue) => lostItsMarker(issue, connection, filing)),
  };
}

async function probeNumbers(
  github: Github,
  repository: RepositoryRef,
  filing: Sent,
  isOurs: (issue: GithubIssue) => boolean,
): Promise<FoundIssue> {
  const candidates: GithubIssue[] = [];
  if (filing.numberBefore === null) return { lookup: 'missed', candidates };
  let misses = 0;
  for (
    let number = filing.numberBefore + 1;
    misses < MISSES_IN_A_ROW && number <= filing.numberBefore + NUMBERS_MAX;
    number += 1
  ) {
    const answer = await github.issue(repository, number);
    if (answer.ok) {
      misses = 0;
      if (answer.value.issue === null) continue;
      if (isOurs(answer.value.issue)) return { lookup: 'found', issue: answer.value.issue };
      candidates.push(answer.value.issue);
    } else if (answer.failure.kind === 'not_found') {
      misses += 1;
    } else if (answer.failure.kind === 'gone' || answer.failure.kind === 'moved') {
      misses = 0; // deleted or transferred: the number was used
    } else {
      return { lookup: 'inconclusive', failure: answer.failure };
    }
  }
  return { lookup: 'missed', candidates };
}

async function walkList(
  github: Github,
  repository: RepositoryRef,
  filing: Sent,
  isOurs: (issue: GithubIssue) => boolean,
): Promise<FoundIssue> {
  const candidates: GithubIssue[] = [];
  let next: string | null = null;
  do {
    const page = await github.issuePage(repository, { state: 'all', sort: 'created', direction: 'desc' }, { next });
    if (!page.ok) return { lookup: 'inconclusive', failure: page.failure };
    const ours = page.value.items.find(isOurs);
    if (ours !== undefined) return { lookup: 'found', issue: ours };
    candidates.push(...page.value.items);
    next = page.value.items.some((issue) => isBefore(issue, filing)) ? null : page.value.next;
  } while (next !== null);
  return { lookup: 'missed', candidates };
}

// Numbers only grow, whatever the clocks say; without a known number the time of sending has to do.
function isBefore(issue: GithubIssue, filing: Sent): boolean {
  if (filing.numberBefore !== null) return issue.number <= filing.numberBefore;
  return issue.createdAt < after(filing.sentAt ?? filing.createdAt, -CLOCK_TOLERANCE_MS);
}

// An issue that our own account opened since, under the very title we sent, without any marker: an editor took it out.
function lostItsMarker(issue: GithubIssue, connection: Place, filing: Sent): boolean {
  return (
    !issue.isPullRequest &&
    !isBefore(issue, filing) &&
    issue.author !== null &&
    issue.author.id === connection.viewerId &&
    issue.title === filing.sentTitle &&
    !hasAnyMarker(issue.body)
  );
}
