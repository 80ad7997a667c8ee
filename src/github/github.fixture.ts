import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { TestContext } from 'node:test';
import { inspect } from 'node:util';
import type { Log } from '../lib/log.ts';
import { Secret } from '../lib/secret.ts';
import type { Github, GithubAccess, GithubFailure, GithubResult, IssueDraft, IssueListQuery } from './github.model.ts';
import { openGithub } from './github.ts';

/** One request as the test server saw it. */
interface Seen {
  method: string;
  url: string;
  headers: IncomingMessage['headers'];
  body: string;
}

export interface TestGithub {
  github: Github;
  seen: Seen[];
  logged: string[];
  baseUrl: string;
  access: GithubAccess;
}

type Answer = (request: Seen, response: ServerResponse, incoming: IncomingMessage) => void;

export const TEST_TOKEN = 'ghp_0123456789abcdefghijklmnopqrstuvwxyz';

/** A real HTTP server that answers as the test says, and a door opened to it. */
export async function testGithub(
  t: TestContext,
  answer: Answer,
  settings: Partial<GithubAccess> & { createSpacingMs?: number; token?: string } = {},
): Promise<TestGithub> {
  const seen: Seen[] = [];
  const server = createServer((incoming, response) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () => {
      const body = Buffer.concat(chunks).toString('utf8');
      const request = { method: incoming.method ?? '', url: incoming.url ?? '', headers: incoming.headers, body };
      seen.push(request);
      answer(request, response, incoming);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const { createSpacingMs = 0, token = TEST_TOKEN, ...access } = settings;
  const full: GithubAccess = {
    baseUrl: `http://127.0.0.1:${port}`,
    apiVersion: '2022-11-28',
    credential: { kind: 'token', key: 'test', token: new Secret(token) },
    addresses: 'private',
    ...access,
  };
  const logged: string[] = [];
  const github = openGithub(full, { log: logInto(logged), now: () => new Date(), createSpacingMs });
  return { github, seen, logged, baseUrl: full.baseUrl, access: full };
}

export function logInto(lines: string[]): Log {
  const write = (fields: object, message: string) => void lines.push(`${message} ${JSON.stringify(fields)}`);
  return { error: write, warn: write, info: write, debug: write };
}

/** Answers with JSON as GitHub does. */
export function json(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', 'x-github-request-id': 'REQ:1', ...headers });
  response.end(JSON.stringify(body));
}

/** An issue in GitHub's own shape, with members that we do not know. */
export function rawIssue(number: number, changes: object = {}): object {
  return {
    id: 5_000_000_000 + number,
    node_id: `I_${number}`,
    number,
    html_url: `https://github.com/acme/app/issues/${number}`,
    title: `Issue ${number}`,
    body: null,
    state: 'open',
    state_reason: null,
    user: { login: 'bot', id: 1, surprise: true },
    labels: ['plain', { name: 'bug', color: 'ff0000' }, { name: null }],
    assignees: [{ login: 'ann', id: 2 }],
    milestone: { number: 3 },
    type: null,
    comments: 4,
    created_at: '2026-05-01T10:00:00Z',
    updated_at: '2026-05-01T11:00:00Z',
    closed_at: null,
    reactions: {},
    ...changes,
  };
}

export const REPOSITORY = { fullName: 'acme/app' };
export const DRAFT: IssueDraft = {
  title: 'Broken',
  body: 'It 💥',
  labels: ['bug'],
  assignees: [],
  milestone: null,
  type: null,
};
export const LIST: IssueListQuery = { state: 'all', sort: 'updated', direction: 'desc' };

/** What a call that must succeed came to. */
export function valueOf<T>(result: GithubResult<T>): T {
  assert.ok(result.ok, inspect(result));
  return result.value;
}

/** Why a call that must fail failed. */
export function failureOf(result: GithubResult<unknown>): GithubFailure {
  assert.ok(!result.ok, inspect(result));
  return result.failure;
}

/** Which limit stopped a call and when it may come again, in milliseconds; null when none did. */
export function waitingFor(result: GithubResult<unknown>): { limit: string; at: number } | null {
  if (result.ok || result.failure.kind !== 'rate_limited') return null;
  return { limit: result.failure.limit, at: result.failure.retryAt.getTime() };
}
