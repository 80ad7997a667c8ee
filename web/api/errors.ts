import type { Problem } from '../../src/contract/common.ts';

/** A call that did not succeed. `status` 0: the hub gave no answer at all. */
export class ApiError extends Error {
  readonly status: number;
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.detail);
    this.name = 'ApiError';
    this.status = problem.status;
    this.problem = problem;
  }
}

/** What is shown when there was no answer, or one that is not ours (a proxy's error page). */
export function problemWithoutAnswer(status: number): Problem {
  const detail =
    status === 0
      ? 'The hub cannot be reached. Nothing you wrote is lost; try again in a moment.'
      : `The hub answered ${status} without saying why. Try again in a moment.`;
  return { type: 'about:blank', title: status === 0 ? 'No answer' : 'Unexpected answer', status, detail };
}

/** Any error as a sentence for a person. */
export function sentenceOf(error: unknown): string {
  if (error instanceof ApiError) return error.problem.detail;
  return 'Something on this page went wrong. Load it again; if it stays, tell your admin.';
}

/** The fields a 4xx names, for the form that sent them: `context.browser` and `/context/browser` both as `context.browser`. */
export function fieldErrors(error: unknown): Record<string, string> {
  if (!(error instanceof ApiError)) return {};
  const named = (error.problem.errors ?? []).map(({ field, message }) => [
    field.replace(/^(body)?[./]/u, '').replaceAll('/', '.'),
    message,
  ]);
  return Object.fromEntries(named) as Record<string, string>;
}

/** Whether asking again can help: not for an answer that is final. */
export function isWorthRetrying(error: unknown): boolean {
  return !(error instanceof ApiError) || error.status === 0 || error.status >= 500;
}
