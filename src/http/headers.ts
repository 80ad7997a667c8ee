import { randomBytes } from 'node:crypto';
import type { FastifyInstance } from 'fastify';

/** Answers of the API are data: a browser that is led to one shows and runs nothing of it. */
const DATA_POLICY = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

/** Headers by which browsers protect the people who use the hub. `X-Request-Id` is the id in the log. */
export function protectAnswers(app: FastifyInstance, publicUrl: string): void {
  const https = publicUrl.startsWith('https:');
  app.decorateRequest('nonce', '');
  app.addHook('onRequest', async (request, reply) => {
    request.nonce = randomBytes(16).toString('base64');
    void reply.headers({ ...commonHeaders(https), 'x-request-id': request.id });
    void reply.header(
      'content-security-policy',
      isData(request.url) ? DATA_POLICY : pagePolicy(request.nonce, request.url),
    );
  });
}

/** The one page from which the browser posts to GitHub, whichever it is: the manifest of an App. */
const POSTS_TO_GITHUB = /^\/settings\/github-app(?:\?|$)/u;

/** The headers of every answer, also of streams, which write their own head. */
export function commonHeaders(https: boolean): Record<string, string> {
  return {
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'referrer-policy': 'same-origin',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'permissions-policy': 'camera=(), microphone=(), geolocation=(), payment=(), usb=()',
    ...(https ? { 'strict-transport-security': 'max-age=31536000' } : {}),
  };
}

/** No inline script at all; inline style elements only with this page's nonce. React sets style attributes by script, which is allowed. */
function pagePolicy(nonce: string, url: string): string {
  return [
    "default-src 'self'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data: https:",
    "connect-src 'self'",
    "object-src 'none'",
    "base-uri 'none'",
    `form-action 'self'${POSTS_TO_GITHUB.test(url) ? ' https: http:' : ''}`,
    "frame-ancestors 'none'",
  ].join('; ');
}

function isData(url: string): boolean {
  return url.startsWith('/api/') || url.startsWith('/openapi.json') || url.startsWith('/metrics');
}
