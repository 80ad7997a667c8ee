import { type Door, nameless, understood } from './github-ask.ts';
import { lastPageFrom, nextLinkFrom } from './github-headers.decide.ts';
import type { GithubPage, PageAsk } from './github-reads.model.ts';
import type { ApiAnswer } from './github.client.ts';
import type { GithubAccess, GithubResult } from './github.model.ts';
import { parseList } from './github.parse.ts';

const PAGE_SIZE = 100;

/** A list of GitHub: where it starts, and how to read what is in it. */
export interface ListOf<T> {
  /** Below the base URL; null for a name that cannot exist. */
  path: string | null;
  parameters?: Record<string, string>;
  /** One item; null when it is none, and then it is skipped with a warning. */
  parse: (item: unknown) => T | null;
  /** Where the items stand, if the answer is not a bare list. */
  unwrap?: (body: unknown) => unknown;
  asApp?: boolean;
}

/** The first page of a list, or the page that `ask.next` names, which must not lead (and carry the token) elsewhere. */
export async function readPage<T>(
  door: Door,
  list: ListOf<T>,
  ask: PageAsk = {},
): Promise<GithubResult<GithubPage<T>>> {
  if (list.path === null) return nameless();
  const url = ask.next ?? firstUrl(door.access, list.path, { ...list.parameters, per_page: String(perPage(ask)) });
  if (!isSameOrigin(url, door.access)) return refusedNext();
  const { etag = null, priority } = ask;
  const answer = await door.api.call({ method: 'GET', path: url, etag, priority, asApp: list.asApp ?? false });
  const page = understood(answer, false, (given) => pageOf(door, list, given, { ...ask, url }));
  if (!page.ok || page.value.next === null || isSameOrigin(page.value.next, door.access)) return page;
  return { ...refusedNext(), requests: page.requests };
}

/** All pages of a list, for lists that a caller needs whole. */
export async function readAll<T>(door: Door, list: ListOf<T>): Promise<GithubResult<T[]>> {
  const items: T[] = [];
  let requests = 0;
  let next: string | null = null;
  for (;;) {
    const page: GithubResult<GithubPage<T>> = await readPage(door, list, { next });
    requests += page.requests;
    if (!page.ok) return { ...page, requests };
    items.push(...page.value.items);
    next = page.value.next;
    if (next === null) return { ...page, value: items, requests };
  }
}

function pageOf<T>(
  door: Door,
  list: ListOf<T>,
  { status, headers, body }: ApiAnswer,
  asked: PageAsk & { url: string },
): GithubPage<T> | null {
  const next = nextLinkFrom(headers);
  const about = { next, lastPage: lastPageFrom(headers), url: asked.url };
  if (status === 304) {
    return { items: [], ...about, etag: headers['etag'] ?? asked.etag ?? null, notModified: true };
  }
  const read = parseList(list.unwrap === undefined ? body : list.unwrap(body), list.parse);
  if (read === null) return null;
  const path = new URL(asked.url).pathname;
  if (read.skipped > 0)
    door.log.warn({ path, skipped: read.skipped }, 'items of github that cannot be read were skipped');
  const isOnly = headers['link'] === undefined && (asked.next ?? null) === null;
  const lastPage = isOnly ? 1 : about.lastPage;
  return { items: read.items, ...about, lastPage, etag: headers['etag'] ?? null, notModified: false };
}

function firstUrl(access: GithubAccess, path: string, parameters: Record<string, string>): string {
  return `${access.baseUrl}${path}?${new URLSearchParams(parameters).toString()}`;
}

function perPage(ask: PageAsk): number {
  return Math.min(Math.max(ask.perPage ?? PAGE_SIZE, 1), PAGE_SIZE);
}

function isSameOrigin(url: string, access: GithubAccess): boolean {
  const origin = URL.parse(url)?.origin;
  return origin !== undefined && origin === URL.parse(access.baseUrl)?.origin;
}

function refusedNext(): GithubResult<never> & { ok: false } {
  const message =
    'The link to the next page leads to another server, so it was not followed. On an Enterprise Server, check the host name it is configured with.';
  return { ok: false, failure: { kind: 'unexpected', message, status: null, requestId: null }, requests: 0 };
}
