import { receiveSentryHook } from './sentry-hooks.ts';
import type { ErrorsCtx } from '../errors.model.ts';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { HookReceipt } from './sentry-hooks.ts';

/** Payloads of errors reach megabytes; those of issues and alerts stay far below. */
const BODY_BYTES_MAX = 5 * 1024 * 1024;

const ANSWERS: Record<HookReceipt, { status: number; text: string }> = {
  stored: { status: 202, text: 'Stored.' },
  ignored: { status: 200, text: 'Nothing to do for it. Issue, comment and alert rule webhooks are looked at.' },
  not_signed: {
    status: 401,
    text: 'The signature (Sentry-Hook-Signature) is missing or not made with the client secret of this connection. Put the secret of the internal integration in again.',
  },
  not_json: { status: 400, text: 'The body is not a JSON object.' },
};

/** `POST /webhooks/sentry/:connectionId`, for Sentry: no session, no CSRF check; the signature is all that counts. */
export function sentryHookRoutes(ctx: ErrorsCtx): (app: FastifyInstance) => Promise<void> {
  return async (app) => {
    app.removeAllContentTypeParsers();
    // the bytes as they came: the signature is theirs
    app.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: BODY_BYTES_MAX }, (_request, body, done) =>
      done(null, body),
    );
    app.post<{ Params: { connectionId: string } }>('/webhooks/sentry/:connectionId', {
      schema: { hide: true },
      handler: async (request, reply) => {
        const receipt = await receiveSentryHook(ctx, {
          connectionId: request.params.connectionId,
          resource: headerOf(request, 'sentry-hook-resource'),
          signature: headerOf(request, 'sentry-hook-signature'),
          body: Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0),
        });
        const { status, text } = ANSWERS[receipt];
        return reply.code(status).type('application/json').send({ message: text });
      },
    });
  };
}

function headerOf({ headers }: FastifyRequest, name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value[0] : value;
}
