import { createHash } from 'node:crypto';
import type { FastifyInstance } from 'fastify';

/** Gives API answers an ETag, and answers 304 to who has the same already. Caches may keep them but must ask. */
export function tagAnswers(app: FastifyInstance): void {
  app.addHook('onSend', async (request, reply, payload) => {
    if (!request.url.startsWith('/api/')) return payload;
    if (reply.statusCode !== 200 || typeof payload !== 'string' || !['GET', 'HEAD'].includes(request.method)) {
      void reply.header('cache-control', 'no-store');
      return payload;
    }
    const etag = `W/"${createHash('sha1').update(payload).digest('base64url')}"`;
    void reply.headers({ etag, 'cache-control': 'private, no-cache', vary: 'Authorization, Cookie' });
    if (!matches(request.headers['if-none-match'], etag)) return payload;
    void reply.code(304).removeHeader('content-type').removeHeader('content-length');
    return null;
  });
}

function matches(header: string | undefined, etag: string): boolean {
  return header !== undefined && header.split(',').some((one) => one.trim() === etag);
}
