import type { SandboxAnswer } from './sandbox.model.ts';

const DOCS = 'https://docs.github.com/rest';

/** One entry of `errors[]` in a 422. */
export interface SandboxError {
  resource: string;
  code: 'missing' | 'missing_field' | 'invalid' | 'already_exists' | 'unprocessable' | 'custom';
  field?: string;
  message?: string;
  value?: unknown;
}

export function ok(body: unknown, headers: Record<string, string> = {}): SandboxAnswer {
  return { status: 200, body, headers };
}

export function created(body: { url: string }): SandboxAnswer {
  return { status: 201, body, headers: { location: body.url } };
}

export function noContent(): SandboxAnswer {
  return { status: 204 };
}

/** A refusal in GitHub's form: message, documentation_url and the status as text. */
export function refusal(status: number, message: string, headers: Record<string, string> = {}): SandboxAnswer {
  return { status, headers, body: { message, documentation_url: DOCS, status: String(status) } };
}

export function notFound(): SandboxAnswer {
  return refusal(404, 'Not Found');
}

export function validationFailed(errors: SandboxError[]): SandboxAnswer {
  return { status: 422, body: { message: 'Validation Failed', errors, documentation_url: DOCS, status: '422' } };
}

/** The body itself has the wrong shape, before any rule was looked at. */
export function invalidRequest(why: string): SandboxAnswer {
  return refusal(422, `Invalid request.\n\n${why}`);
}

/** GET is sent on with 301, a write with 307 so that it keeps its method and body. */
export function moved(method: string, location: string): SandboxAnswer {
  const status = method === 'GET' ? 301 : 307;
  const message = status === 301 ? 'Moved Permanently' : 'Temporary Redirect';
  return { status, headers: { location }, body: { message, url: location, documentation_url: DOCS } };
}
