import { isTrusted, referencesIn } from '../errors/file/references.decide.ts';
import { readMarker } from '../filing/marker.decide.ts';
import type { GithubIssue } from '../github/github.model.ts';
import type { Keyring } from '../lib/keyring.ts';
import type { KnownIssue } from './one-shot.model.ts';
import type { SentryIssue } from '../sentry/sentry.model.ts';

/** The hub's first tenant, for whom its markers are signed. */
export const TENANT_SLUG = 'main';
/** What stands where the hub's marker would, when there is no key to sign one: it tells that this program filed the issue. */
export const UNSIGNED_MARK = 'sync';

/** By whose word an issue stands for a Sentry issue. */
export interface Judges {
  /** Null where the token is nobody's, as an installation's. */
  viewerLogin: string | null;
  /** Of the rule. */
  labels: readonly string[];
  keyring: Keyring | null;
}

/** What an issue of the repository says of Sentry issues; null when it stands for none. */
export function knownIssueOf(issue: GithubIssue, { viewerLogin, labels, keyring }: Judges): KnownIssue | null {
  if (issue.isPullRequest) return null;
  const marker = keyring === null ? null : readMarker(keyring, issue.body, TENANT_SLUG);
  const errorId = marker?.kind === 'error' ? marker.id : null;
  const references = isTrusted(issue, { viewerLogin, labels }) ? referencesIn(issue.body) : [];
  if (errorId === null && references.length === 0) return null;
  return {
    id: issue.id,
    number: issue.number,
    open: issue.state === 'open',
    createdAt: issue.createdAt.toISOString(),
    changedAt: issue.updatedAt.toISOString(),
    keys: references.map((one) =>
      'sentryId' in one ? sentryKey(one.host, one.sentryId) : shortKey(one.host, one.organization, one.shortId),
    ),
    errorId,
    own: errorId !== null || /<!-- throughline [a-z0-9]+ -->/u.test(issue.body),
  };
}

function sentryKey(host: string, id: string): string {
  return `${host} ${id}`;
}

function shortKey(host: string, organization: string, shortId: string): string {
  return `${host} ${organization.toLowerCase()} ${shortId.toUpperCase()}`;
}

/** Issues that stand for Sentry issues, found by what they stand for; of several the lowest number. */
export interface KnownIssues {
  add(issue: KnownIssue): void;
  /** Sentry answers for `id` with `into`: the one was merged into the other. */
  merged(id: string, into: string): void;
  /** Ids of Sentry issues at these hosts that issues name which were changed since then, or that may have been; null: whenever. */
  named(hosts: readonly string[], since: Date | null): string[];
  /** `hosts`: what the Sentry is called in links; `errorId`: as the hub would name the error. */
  find(
    issue: Pick<SentryIssue, 'id' | 'shortId'>,
    of: { hosts: readonly string[]; errorId: string | null },
  ): KnownIssue | null;
  all(): KnownIssue[];
}

/** `organization`: whose short ids count, by its slug. */
export function knownIssues(issues: Iterable<KnownIssue>, organization: string): KnownIssues {
  const byNumber = new Map<number, KnownIssue>();
  const byKey = new Map<string, number>();
  const survivors = new Map<string, string>();
  const add = (issue: KnownIssue) => {
    byNumber.set(issue.number, issue);
    for (const key of [...issue.keys, ...(issue.errorId === null ? [] : [issue.errorId])])
      byKey.set(key, Math.min(issue.number, byKey.get(key) ?? Infinity));
  };
  for (const issue of issues) add(issue);
  return {
    add,
    merged: (id, into) => void survivors.set(id, into),
    named: (hosts, since) => namedIn(byNumber.values(), hosts, since),
    find: ({ id, shortId }, { hosts, errorId }) => {
      const named = hosts.flatMap((host) => [
        ...idsOf(id, survivors).map((one) => sentryKey(host, one)),
        ...(shortId === null ? [] : [shortKey(host, organization, shortId)]),
      ]);
      const numbers = [...named, ...(errorId === null ? [] : [errorId])].flatMap((key) => byKey.get(key) ?? []);
      return numbers.length === 0 ? null : (byNumber.get(Math.min(...numbers)) ?? null);
    },
    all: () => [...byNumber.values()],
  };
}

/** An id and those that were merged into it, one after the other. */
function idsOf(id: string, survivors: ReadonlyMap<string, string>): string[] {
  const ids = new Set([id]);
  // a set goes on with what is added while it is walked
  for (const one of ids) for (const [old, into] of survivors) if (into === one) ids.add(old);
  return [...ids];
}

function namedIn(issues: Iterable<KnownIssue>, hosts: readonly string[], since: Date | null): string[] {
  const ids = [...issues].flatMap(({ keys, changedAt }) => {
    // journals of before do not tell
    if (since !== null && changedAt !== undefined && new Date(changedAt) < since) return [];
    return keys.filter(isNumbered).map((key) => key.split(' '));
  });
  return [...new Set(ids.flatMap(([host = '', id = '']) => (hosts.includes(host) ? [id] : [])))];
}

const TWIN_MS = 2 * 3_600_000;

/**
 * Issues that were filed twice for one Sentry issue by runs that could not know of each other: both open, both of this program,
 * each for this one only, and made within two hours of now. The higher number goes.
 */
export function twinsAmong(issues: Iterable<KnownIssue>, now: Date): { kept: KnownIssue; twin: number }[] {
  const lowest = new Map<string, KnownIssue>();
  const twins: { kept: KnownIssue; twin: number }[] = [];
  for (const issue of [...issues].filter((one) => isFresh(one, now)).toSorted((a, b) => a.number - b.number)) {
    const key = issue.keys.find(isNumbered) ?? '';
    const kept = lowest.get(key);
    if (kept === undefined) lowest.set(key, issue);
    else twins.push({ kept, twin: issue.number });
  }
  return twins;
}

function isNumbered(key: string): boolean {
  return /^\S+ \d+$/u.test(key);
}

function isFresh({ open, own, keys, createdAt }: KnownIssue, now: Date): boolean {
  const isOfOne = keys.filter(isNumbered).length === 1;
  return open && own && isOfOne && new Date(createdAt).getTime() > now.getTime() - TWIN_MS;
}
