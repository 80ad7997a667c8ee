import { sentryHostOf } from './identity.decide.ts';
import type { GithubIssue } from '../github/github.model.ts';

/** A Sentry issue that a text names by a link: by its number, or by its short id in capitals. `host` as `sentryHostOf` gives it. */
export type SentryReference = { host: string; sentryId: string } | { host: string; shortId: string };

/** A text that names more than 20, each by both its names, is a list of Sentry issues, a digest say, and stands for none of them. */
const NAMES_MAX = 40;
const LINKS_MAX = 500;
const TEXT_LENGTH_MAX = 70_000; // GitHub's own limit is 65,536 characters

// [SHORT-ID](address), or the address alone; brackets and quotes end it
const LINK = /(?:\[([\w-]{1,100})\]\()?(https?:\/\/[^\s<>()[\]"'`|\\]{1,1000})/giu;

/**
 * The Sentry issues that an issue's text names: permalinks of sentry.io, a self-hosted Sentry behind any prefix and GlitchTip,
 * and Sentry's own "Sentry Issue: [SHORT-ID](link)"; also inside HTML comments, where scripts hide them. What stands in a
 * quote or in code was said by somebody else, an error's own message say, and does not count. Which hosts are Sentries is
 * not known here: hold `host` against the connection's.
 */
export function referencesIn(text: string): SentryReference[] {
  const found = new Map<string, SentryReference>();
  for (const [index, [, label, address = '']] of [...ownWords(text).matchAll(LINK)].entries()) {
    if (index >= LINKS_MAX) break;
    for (const reference of referencesOf(address, label ?? null)) found.set(JSON.stringify(reference), reference);
  }
  return found.size > NAMES_MAX ? [] : [...found.values()];
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
const PATH = /(?:^|\/)(?:organizations\/[\w.-]+\/)?issues\/([\w-]+)(?:\/.*)?$/u;
const SHORT_ID = /^(?=.*[a-z])[a-z0-9][a-z0-9_-]*-[a-z0-9]+$/iu;

function referencesOf(address: string, label: string | null): SentryReference[] {
  const url = URL.parse(address.replace(/[.,;:!?*~]+$/u, '')); // a sentence ends there
  const named = url === null || NO_SENTRY.test(url.hostname) ? undefined : PATH.exec(url.pathname)?.[1];
  if (url === null || named === undefined || named.length > 100) return [];
  const host = sentryHostOf(url.origin);
  const shortIds = [named, label].filter((name) => name !== null && SHORT_ID.test(name));
  return [
    ...(/^\d{1,20}$/u.test(named) ? [{ host, sentryId: named }] : []),
    ...shortIds.map((name) => ({ host, shortId: (name ?? '').toUpperCase() })),
  ];
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

/** Numbers of issues in a repository that addresses lead to. */
export function numbersIn(addresses: readonly string[], repository: string): number[] {
  const own = `/${repository}/issues/`.toLowerCase();
  return addresses.flatMap((address) => {
    const path = URL.parse(address)?.pathname.toLowerCase() ?? '';
    const number = path.startsWith(own) ? Number(path.slice(own.length)) : Number.NaN;
    return Number.isSafeInteger(number) && number > 0 ? [number] : [];
  });
}
