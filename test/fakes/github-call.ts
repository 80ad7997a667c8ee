import type { FakeGithub } from './github-server.ts';

export interface Answer {
  status: number;
  headers: Headers;
  // Answers are looked into freely here; their shape is what one of the tests below checks.
  body: { [name: string]: unknown; labels: { name: string }[]; number: number };
  list: { number: number; title: string; state: string }[];
}

export interface Sent {
  body?: unknown;
  token?: string | null;
  headers?: Record<string, string>;
}

/** One call to the fake as a client would make it, without following redirects. A body that is no JSON comes as null. */
export async function call(
  fake: Pick<FakeGithub, 'apiUrl' | 'token'>,
  request: string,
  sent: Sent = {},
): Promise<Answer> {
  const [method = 'GET', path = '/'] = request.split(' ');
  const token = sent.token === undefined ? fake.token : sent.token;
  const response = await fetch(path.startsWith('http') ? path : fake.apiUrl + path, {
    method,
    redirect: 'manual',
    headers: { ...(token === null ? {} : { authorization: `Bearer ${token}` }), 'user-agent': 'test', ...sent.headers },
    ...(sent.body === undefined ? {} : { body: JSON.stringify(sent.body) }),
  });
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.startsWith('application/json') === true && text !== '';
  const parsed = isJson ? JSON.parse(text) : null;
  return { status: response.status, headers: response.headers, body: parsed, list: parsed };
}

/** Address of the issues list of the fake's repository. */
export const ISSUES = '/repos/acme/webshop/issues';

/** The address of the next page, or null at the end. */
export function nextLink(answer: Answer): string | null {
  return /<([^>]+)>; rel="next"/.exec(answer.headers.get('link') ?? '')?.[1] ?? null;
}
