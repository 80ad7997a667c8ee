/** One entry of a Link header. Names of parameters are in lower case. */
interface Link {
  url: string;
  parameters: ReadonlyMap<string, string>;
}

/** More pages than any list has that still makes sense; a server that never ends is stopped here. */
export const PAGES_MAX = 1000;

/** Where the next page starts. `page` counts from 1; the cursor is the server's own, opaque. */
export interface PageMark {
  page: number;
  cursor: string;
}

/**
 * The cursor of the next page; null at the end. Both directions are always in the header, so only `results="false"` (or no
 * header) means the end (facts 3, Pagination). The URL itself is never followed: behind proxies it names another host.
 */
export function nextCursorFrom(header: string | undefined): string | null {
  const next = linksFrom(header ?? '').find(({ parameters }) => relationsOf(parameters).includes('next'));
  if (next === undefined || next.parameters.get('results') === 'false') return null;
  const cursor = next.parameters.get('cursor') ?? cursorOf(next.url);
  return cursor === null || cursor === '' ? null : cursor;
}

/** The mark of the page after the one that was asked for by `asked`; null at the end, which a repeated cursor is too. */
export function markAfter(asked: PageMark | null, header: string | undefined): PageMark | null {
  const cursor = nextCursorFrom(header);
  if (cursor === null || cursor === asked?.cursor) return null;
  return { page: (asked?.page ?? 1) + 1, cursor };
}

/** A mark as one opaque text for callers, and back; null for a text that is none. */
export function markText({ page, cursor }: PageMark): string {
  return `${page}.${cursor}`;
}
/** The same place in the list, as where another reading begins: its pages are counted anew. */
export function startingAt(text: string): string {
  const mark = markFrom(text);
  return mark === null ? text : markText({ ...mark, page: 1 });
}
export function markFrom(text: string): PageMark | null {
  const parts = /^(\d{1,9})\.(.+)$/su.exec(text);
  if (parts?.[1] === undefined || parts[2] === undefined) return null;
  return { page: Number(parts[1]), cursor: parts[2] };
}

function relationsOf(parameters: Link['parameters']): string[] {
  return (parameters.get('rel') ?? '').toLowerCase().split(/\s+/u);
}

function cursorOf(url: string): string | null {
  return URL.parse(url, 'http://relative.invalid')?.searchParams.get('cursor') ?? null;
}

/**
 * The entries of a Link header, read character by character: quoted strings may hold commas, semicolons and brackets. What stands
 * between entries is passed over, such as GlitchTip's `{'` and `'}` around the whole (facts 12).
 */
export function linksFrom(header: string): Link[] {
  const links: Link[] = [];
  let at = 0;
  for (;;) {
    const start = header.indexOf('<', at);
    const end = start === -1 ? -1 : header.indexOf('>', start);
    if (end === -1) return links;
    const read = parametersFrom(header, end + 1);
    links.push({ url: header.slice(start + 1, end).trim(), parameters: read.parameters });
    at = read.end;
  }
}

/** One `; name="value"` at the place where it is applied; the value may stand without quotes, or be missing. */
const PARAMETER = /\s*;\s*(?<name>[^\s=;,"<>]+)\s*(?:=\s*(?:"(?<quoted>(?:[^"\\]|\\.)*)"|(?<bare>[^\s;,"<>]*)))?/suy;

function parametersFrom(header: string, from: number): { parameters: Map<string, string>; end: number } {
  const parameters = new Map<string, string>();
  let end = from;
  for (;;) {
    PARAMETER.lastIndex = end;
    const found = PARAMETER.exec(header);
    const name = found?.groups?.['name']?.toLowerCase();
    if (found === null || name === undefined) return { parameters, end };
    const { quoted, bare } = found.groups ?? {};
    // The first of several counts (RFC 8288, 3).
    if (!parameters.has(name)) parameters.set(name, quoted?.replaceAll(/\\(.)/gsu, '$1') ?? bare ?? '');
    end = PARAMETER.lastIndex;
  }
}
