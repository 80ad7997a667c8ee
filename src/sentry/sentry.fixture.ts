import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import type { Server } from 'node:net';
import type { TestContext } from 'node:test';
import { inspect } from 'node:util';
import type { Log } from '../lib/log.ts';
import { Secret } from '../lib/secret.ts';
import type { Abilities, Sentry, SentryAccess, SentryFailure, SentryResult } from './sentry.model.ts';
import { openSentry } from './sentry.ts';

/** One request as the test server saw it. */
export interface Seen {
  method: string;
  /** Without parameters. */
  path: string;
  parameters: URLSearchParams;
  headers: IncomingMessage['headers'];
  body: string;
}

export interface TestSentry {
  sentry: Sentry;
  seen: Seen[];
  logged: string[];
  access: SentryAccess;
}

export type Answer = (request: Seen, response: ServerResponse, incoming: IncomingMessage) => void;

export const TEST_TOKEN = 'sntryu_0123456789abcdef';
export const ABILITIES: Abilities = {
  product: 'sentry',
  version: null,
  batch: 'group',
  organizationPaths: true,
  hasSubstatus: true,
  hasPriority: true,
  hasLifetime: true,
  advancedSearch: true,
  scopes: null,
  installation: null,
};
export const GLITCHTIP_ABILITIES: Abilities = {
  ...ABILITIES,
  product: 'glitchtip',
  batch: 'id',
  advancedSearch: false,
};
export const ALL = { query: '', projects: [], environments: [], since: null };

/** A real HTTP server that answers as the test says, and a door opened to it. */
export async function testSentry(
  t: TestContext,
  answer: Answer,
  settings: Partial<SentryAccess> & { tokenText?: string } = {},
): Promise<TestSentry> {
  const seen: Seen[] = [];
  const port = await portOf(t, createServer(recording(seen, answer)));
  const { tokenText = TEST_TOKEN, ...access } = settings;
  const full: SentryAccess = {
    baseUrl: `http://127.0.0.1:${port}`,
    regionUrl: null,
    organization: 'acme',
    token: new Secret(tokenText),
    addresses: 'private',
    ca: null,
    insecureTls: false,
    abilities: ABILITIES,
    ...access,
  };
  const logged: string[] = [];
  const sentry = openSentry(full, { log: logInto(logged), now: () => new Date() });
  return { sentry, seen, logged, access: full };
}

/** Writes down each request before it is answered. */
export function recording(seen: Seen[], answer: Answer): RequestListener {
  return (incoming, response) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () => {
      const { pathname, searchParams } = new URL(incoming.url ?? '', 'http://test.invalid');
      const request = {
        method: incoming.method ?? '',
        path: pathname,
        parameters: searchParams,
        headers: incoming.headers,
        body: Buffer.concat(chunks).toString('utf8'),
      };
      seen.push(request);
      answer(request, response, incoming);
    });
  };
}

/** Listens until the test ends. */
export async function portOf(t: TestContext, server: Server & { closeAllConnections?: () => void }): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.closeAllConnections?.();
    server.close();
  });
  const address = server.address();
  assert.ok(typeof address === 'object' && address !== null);
  return address.port;
}

export function logInto(lines: string[]): Log {
  const write = (fields: object, message: string) => void lines.push(`${message} ${JSON.stringify(fields)}`);
  return { error: write, warn: write, info: write, debug: write };
}

export function json(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
}
export function html(response: ServerResponse, status: number): void {
  response.writeHead(status, { 'content-type': 'text/html' }).end('<!doctype html><title>Sign in</title>');
}
export const NOT_THERE = { detail: 'The requested resource does not exist' };

/** What a call that must succeed came to. */
export function valueOf<T>(result: SentryResult<T>): T {
  assert.ok(result.ok, inspect(result));
  return result.value;
}

/** Why a call that must fail failed. */
export function failureOf(result: SentryResult<unknown>): SentryFailure {
  assert.ok(!result.ok, inspect(result));
  return result.failure;
}
