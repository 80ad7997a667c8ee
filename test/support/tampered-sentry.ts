import { createServer } from 'node:http';

import { closeServer, listenOn } from '../../src/sandbox/sandbox-server.ts';
import type { FakeSentry } from '../fakes/sentry.ts';
import type { IncomingMessage } from 'node:http';
import type { TestContext } from 'node:test';

type Json = Record<string, unknown>;

/** What is said instead of what the fake says: of each issue in an answer, and of each event. */
export interface Tampering {
  issue?: (issue: Json) => unknown;
  event?: (event: Json) => unknown;
}

/** The same Sentry at another address, where somebody on the way, or its own users, put odd things into the answers. */
export async function tampered(t: TestContext, sentry: FakeSentry, how: Tampering): Promise<FakeSentry> {
  const server = createServer((request, response) => {
    void (async () => {
      const answer = await fetch(new URL(request.url ?? '/', sentry.url), {
        method: request.method ?? 'GET',
        headers: { authorization: request.headers.authorization ?? '', 'content-type': 'application/json' },
        ...(request.method === 'GET' ? {} : { body: await textOf(request) }),
      });
      // the organization says where its data lives: here
      const text = (await answer.text()).replaceAll(sentry.url, `http://${request.headers.host ?? ''}`);
      const link = answer.headers.get('link');
      response.writeHead(answer.status, {
        'content-type': answer.headers.get('content-type') ?? 'application/json',
        ...(link === null ? {} : { link }),
      });
      response.end(changed(how, request.url ?? '', text));
    })();
  });
  const url = await listenOn(server, {});
  t.after(async () => closeServer(server));
  return { ...sentry, url };
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const bytes of request) text += String(bytes);
  return text;
}

function changed({ issue = (same) => same, event = (same) => same }: Tampering, path: string, text: string): string {
  if (text === '' || !text.startsWith('{') === !text.startsWith('[')) return text;
  const json: unknown = JSON.parse(text);
  if (path.includes('/events/')) return JSON.stringify(event(json as Json));
  if (!path.includes('/issues/')) return text;
  return JSON.stringify(Array.isArray(json) ? json.map((one: Json) => issue(one)) : issue(json as Json));
}
