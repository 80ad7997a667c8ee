import type { FakeSentry } from './sentry.ts';

export interface SentryAnswer {
  status: number;
  headers: Headers;
  // Answers are looked into freely here; their shape was measured by Sentry's own description.
  body: { [name: string]: unknown; id: string; detail: string };
  list: { [name: string]: unknown; id: string }[];
}

/** One call to the fake as a client would make it, without following redirects. A body that is no JSON comes as null. */
export async function callSentry(
  fake: Pick<FakeSentry, 'url' | 'token'>,
  request: string,
  sent: { body?: unknown; token?: string | null } = {},
): Promise<SentryAnswer> {
  const [method = 'GET', path = '/'] = request.split(' ');
  const token = sent.token === undefined ? fake.token : sent.token;
  const response = await fetch(`${fake.url}/api/0${path}`, {
    method,
    redirect: 'manual',
    headers: { ...(token === null ? {} : { authorization: `Bearer ${token}` }), 'content-type': 'application/json' },
    ...(sent.body === undefined ? {} : { body: JSON.stringify(sent.body) }),
  });
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.startsWith('application/json') === true && text !== '';
  const parsed = isJson ? JSON.parse(text) : null;
  return { status: response.status, headers: response.headers, body: parsed, list: parsed };
}

export const ISSUES = '/organizations/acme/issues/';

/** The cursor of the next page; null when the server says that there is none. */
export function nextCursor(answer: SentryAnswer): string | null {
  const link = answer.headers.get('link') ?? '';
  const next = /rel="next"; results="(?<results>\w+)"; cursor="(?<cursor>[^"]+)"/u.exec(link)?.groups;
  return next?.['results'] === 'true' ? (next['cursor'] ?? null) : null;
}

/** All ids of a list, page by page as they came. */
export async function readPages(fake: FakeSentry, query: string): Promise<string[][]> {
  const pages: string[][] = [];
  let cursor: string | null = '';
  while (cursor !== null) {
    if (pages.length > 1000) throw new Error('the list never ends');
    const page = await callSentry(fake, `GET ${ISSUES}?${query}&cursor=${encodeURIComponent(cursor)}`);
    pages.push(page.list.map(({ id }) => id));
    cursor = nextCursor(page);
  }
  return pages;
}
