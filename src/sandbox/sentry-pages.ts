import type { SandboxAnswer, SandboxRequest } from './sandbox.model.ts';
import type { SentryHouse } from './sentry-api.ts';

/** Answers the plain pages. */
export function answerSentryPage(_house: SentryHouse, _request: SandboxRequest): SandboxAnswer {
  return { status: 200, headers: { 'content-type': 'text/html; charset=utf-8' }, text: '<p>Sandbox Sentry</p>' };
}
