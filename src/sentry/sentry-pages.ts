import { ask, type Door, refusedHere } from './sentry-door.ts';
import { markAfter, markFrom, markText, PAGES_MAX } from './link-header.decide.ts';
import { parseList, parseProject } from './sentry-organization.parse.ts';
import type { Operation } from './sentry-operations.decide.ts';
import { PAGE_SIZE, type Parameters } from './sentry-paths.decide.ts';
import type { SentryPage, SentryProject, SentryResult } from './sentry.model.ts';

/** A list of Sentry: where it is, and how to read what is in it. */
interface ListOf<T> {
  operation: Operation;
  segments: readonly string[];
  parameters: Parameters;
  /** One item; null when it is none, and then it is skipped with a warning. */
  parse: (item: unknown) => T | null;
}

/** The page of a list that `next` names, or its first one. */
export async function readPage<T>(
  door: Door,
  list: ListOf<T>,
  next: string | null,
): Promise<SentryResult<SentryPage<T>>> {
  const mark = next === null ? null : markFrom(next);
  if (next !== null && mark === null) return refusedPage('This is not a page that Throughline has named.');
  if (mark !== null && mark.page > PAGES_MAX)
    return refusedPage(`The list has more than ${PAGES_MAX} pages, or never ends. Narrow the search.`);
  const parameters: Parameters = mark === null ? list.parameters : [...list.parameters, ['cursor', mark.cursor]];
  const { operation, segments } = list;
  return ask(door, { operation, method: 'GET', segments, parameters }, ({ body, headers }) => {
    const read = parseList(body, list.parse);
    if (read === null) return null;
    if (read.skipped > 0)
      door.log.warn({ operation, skipped: read.skipped }, 'items of sentry that cannot be read were skipped');
    const after = markAfter(mark, headers['link']);
    return { items: read.items, next: after === null ? null : markText(after) };
  });
}

/** All pages of a list, for lists that a caller needs whole; `isEnough` ends it after a page. */
export async function readAll<T>(
  door: Door,
  list: ListOf<T>,
  isEnough: (items: readonly T[]) => boolean = () => false,
): Promise<SentryResult<T[]>> {
  const items: T[] = [];
  let requests = 0;
  let next: string | null = null;
  do {
    const page: SentryResult<SentryPage<T>> = await readPage(door, list, next);
    requests += page.requests;
    if (!page.ok) return { ...page, requests };
    items.push(...page.value.items);
    ({ next } = page.value);
  } while (next !== null && !isEnough(items));
  return { ok: true, value: items, requests };
}

/** The projects of the organisation. */
export function projectList({ access }: Door): ListOf<SentryProject> {
  return {
    operation: 'projects',
    segments: ['organizations', access.organization, 'projects'],
    parameters: [['per_page', String(PAGE_SIZE)]],
    parse: parseProject,
  };
}

function refusedPage(message: string): SentryResult<never> {
  return refusedHere({ kind: 'unexpected', message, status: null });
}
