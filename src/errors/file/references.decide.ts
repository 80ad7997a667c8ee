import { hasAnyMarker } from '../../filing/marker.decide.ts';
import { sentryHostOf } from './identity.decide.ts';
import type { GithubIssue } from '../../github/github.model.ts';
import type { SentryConnection } from '../connect/sentry-connections.model.ts';

/**
 * A Sentry issue that a link leads to: by its number, or by its short id in capitals, which other organisations give as well.
 * `host` as `sentryHostOf` gives it.
 */
export type SentryReference =
  | { host: string; sentryId: string }
  | { host: string; organization: string; shortId: string };

const LINKS_MAX = 500;
const TEXT_LENGTH_MAX = 70_000; // GitHub's own limit is 65,536 characters

// an address, also as [SHORT-ID](address) on Sentry's own line; brackets and quotes end it
const LINK = /(?:(Sentry Issue:\*{0,2} {0,3})\[[\w-]{1,100}\]\()?(https?:\/\/[^\s<>()[\]"'`|\\]{1,1000})/giu;

/**
 * The Sentry issues that an issue's text stands for: those it links to if it bears a marker of this program, else of each host
 * the one of Sentry's own line "Sentry Issue: [SHORT-ID](link)", else the only one. A text that leads to several is a list, a
 * digest say, and stands for none. Links are permalinks of sentry.io, a self-hosted Sentry behind any prefix and GlitchTip;
 * also inside HTML comments, where scripts hide them. What stands in a quote or in code was said by somebody else, an error's
 * own message say, and does not count. Which hosts are Sentries is not known here: hold `host` against `namesOf`.
 */
export function referencesIn(text: string): SentryReference[] {
  const links = [...ownWords(text).matchAll(LINK)].slice(0, LINKS_MAX).flatMap(([, ownLine, address = '']) => {
    const reference = referenceOf(address);
    return reference === null ? [] : [{ reference, isOwn: ownLine !== undefined }];
  });
  if (hasAnyMarker(text)) return distinct(links);
  return [...Map.groupBy(links, ({ reference }) => reference.host).values()].flatMap((ofHost) => {
    const own = distinct(ofHost.filter(({ isOwn }) => isOwn));
    const only = own.length > 0 ? own : distinct(ofHost);
    return only.length === 1 ? only : [];
  });
}

function distinct(links: readonly { reference: SentryReference }[]): SentryReference[] {
  return [...new Map(links.map(({ reference }) => [JSON.stringify(reference), reference])).values()];
}

/** Without quotes, fenced code and code spans. */
function ownWords(text: string): string {
  let fence: string | null = null;
  const lines = text
    .slice(0, TEXT_LENGTH_MAX)
    .split('\n')
    .filter((line) => {
      const [, run, rest = ''] = /^ {0,3}(`{3,}|~{3,})(.*)$/u.exec(line) ?? [];
      if (fence === null && run !== undefined) {
        fence = run;
        return false;
      }
      if (fence === null) return !/^\s*>/u.test(line);
      if (run?.startsWith(fence) === true && rest.trim() === '') fence = null;
      return false;
    });
  return lines.join('\n').replace(/(?<!`)(`{1,500})(?!`)[^\n]{0,4000}?(?<!`)\1(?!`)/gu, ' ');
}

const NO_SENTRY = /(?:^|\.)(?:github\.com|ghe\.com|gitlab\.com|bitbucket\.org|codeberg\.org)$/u;
const PATH = /(?:^|\/)(?:organizations\/([\w.-]+)\/)?issues\/([\w-]+)(?:\/.*)?$/u;
const SHORT_ID = /^(?=.*[a-z])[a-z0-9][a-z0-9_-]*-[a-z0-9]+$/iu;

function referenceOf(address: string): SentryReference | null {
  const url = URL.parse(address.replace(/[.,;:!?*~]+$/u, '')); // a sentence ends there
  const named = url === null || NO_SENTRY.test(url.hostname) ? undefined : PATH.exec(url.pathname)?.[2];
  if (url === null || named === undefined || named.length > 100) return null;
  const host = sentryHostOf(url.origin);
  if (/^\d{1,20}$/u.test(named)) return { host, sentryId: named };
  const organization = organizationIn(url);
  return organization === null || !SHORT_ID.test(named) ? null : { host, organization, shortId: named.toUpperCase() };
}

/** The slug, or the number, of the organisation in an address of Sentry; null where it names none, as GlitchTip's. */
function organizationIn(url: URL): string | null {
  const [, slug] = PATH.exec(url.pathname) ?? [];
  return (slug ?? /^([\w-]+)\.sentry\.io$/u.exec(url.hostname)?.[1])?.toLowerCase() ?? null;
}

/** By what links may name Sentry issues; a short id counts only beside one of the organisations. */
export interface SentryNames {
  hosts: string[];
  organizations: string[];
  sentryIds: string[];
  shortIds: string[];
}

/** What links call these issues of a Sentry: its server as it was given here, which may be an inner address, and as it calls itself. */
export function namesOf(
  { baseUrl, organization }: Pick<SentryConnection, 'baseUrl' | 'organization'>,
  issues: readonly { id: string; shortId: string | null; permalink: string | null }[],
): SentryNames {
  const own = issues.flatMap(({ permalink }) =>
    /^https?:/iu.test(permalink ?? '') ? (URL.parse(permalink ?? '') ?? []) : [],
  );
  return {
    hosts: [...new Set([baseUrl, ...own.map(({ origin }) => origin)].map(sentryHostOf))],
    organizations: [...new Set([organization.toLowerCase(), ...own.flatMap((url) => organizationIn(url) ?? [])])],
    sentryIds: issues.map(({ id }) => id),
    shortIds: issues.flatMap(({ shortId }) => shortId?.toUpperCase() ?? []),
  };
}

const OWN_LABELS = ['sentry', 'automated'];
/** GitHub gives them to every repository, and people to anything: they say nothing of who filed an issue. */
const COMMON_LABELS = ['bug', 'documentation', 'duplicate', 'enhancement', 'good first issue', 'help wanted'].concat([
  'invalid',
  'question',
  'wontfix',
]);
/** The marker of a report, whose text is a reporter's, though this hub opened the issue. */
const OF_A_REPORT = /<!-- throughline tlm1r/u;

/**
 * Whether an issue stands for the Sentry issues that its text names, and does not merely mention them: this connection's own
 * login or a bot opened it, or it bears the label `sentry`, `automated` or one of `labels` (the rules'). An issue made of a
 * report never does. GitHub keeps names that end with [bot] to Apps.
 */
export function isTrusted(
  issue: Pick<GithubIssue, 'author' | 'labels' | 'body'>,
  by: { viewerLogin: string | null; labels: readonly string[] },
): boolean {
  if (OF_A_REPORT.test(issue.body)) return false;
  const author = issue.author?.login.toLowerCase() ?? '';
  if (author !== '' && (author === by.viewerLogin?.toLowerCase() || author.endsWith('[bot]'))) return true;
  const telling = [...OWN_LABELS, ...by.labels.map((label) => label.toLowerCase())];
  return issue.labels.some(({ name }) => {
    const own = name.toLowerCase();
    return telling.includes(own) && !COMMON_LABELS.includes(own);
  });
}

/** Numbers of issues in a repository that addresses lead to. `repositoryUrl`: where people see it. */
export function numbersIn(addresses: readonly string[], repositoryUrl: string): number[] {
  const home = new URL(repositoryUrl);
  const own = `${home.pathname}/issues/`.toLowerCase();
  const numbers = addresses.flatMap((address) => {
    const url = URL.parse(address);
    const path = url?.host === home.host ? url.pathname.toLowerCase() : '';
    const number = path.startsWith(own) ? Number(path.slice(own.length)) : Number.NaN;
    return Number.isSafeInteger(number) && number > 0 ? [number] : [];
  });
  return [...new Set(numbers)];
}
