import type { SandboxAnswer } from './sandbox.model.ts';
import type { JsonObject } from './sandbox-call.ts';
import type { SandboxSentryIssue, SandboxSentryWorld, SentryActor, SentryToken } from './sentry-world.model.ts';
import { issueByShortId, livingIssue } from './sentry-state.ts';

/** A call to the API that passed the gate. */
export interface SentryCall {
  world: SandboxSentryWorld;
  token: SentryToken;
  actor: SentryActor;
  /** Where people look, and where the API is; both without a slash at the end. */
  web: string;
  method: string;
  /** Below `/api/0`, with its slash at the end. */
  path: string;
  query: URLSearchParams;
  body: JsonObject;
  /** The variable parts of the path, in order, decoded. */
  params: string[];
}

export function said(status: number, detail: string, headers: Record<string, string> = {}): SandboxAnswer {
  return { status, headers, body: { detail } };
}

export function notThere(): SandboxAnswer {
  return said(404, 'The requested resource does not exist');
}

export function json(body: unknown, status = 200, headers: Record<string, string> = {}): SandboxAnswer {
  return { status, headers, body };
}

/** The issue a path names by number or short id: of a merged one the survivor. Null: 404. */
export function issueNamed({ world }: Pick<SentryCall, 'world'>, named: string): SandboxSentryIssue | null {
  return /^\d+$/u.test(named) ? livingIssue(world.state, named) : issueByShortId(world.state, named);
}

/** Runs `work` on the issue that the parameter `at` of the path names, or answers 404. */
export function onIssue(
  at: number,
  work: (call: SentryCall, issue: SandboxSentryIssue) => SandboxAnswer,
): (call: SentryCall) => SandboxAnswer {
  return (call) => {
    const issue = issueNamed(call, call.params[at] ?? '');
    return issue === null ? notThere() : work(call, issue);
  };
}

/** A whole number within bounds from the query, or what is usual. */
export function numberIn(query: URLSearchParams, name: string, usual: number): number {
  const text = query.get(name) ?? '';
  return /^\d+$/u.test(text) ? Math.min(Math.max(1, Number(text)), 100) : usual;
}
