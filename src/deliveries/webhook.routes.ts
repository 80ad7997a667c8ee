import { bodyReader } from './read-body.ts';
import { HttpProblem } from '../lib/problem.ts';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { BodyFault } from './read-body.ts';
import type { Receipt, Receiver } from './deliveries.model.ts';

/**
 * `POST /webhooks/github/:connectionId`, for GitHub: no session, no CSRF check, no limit per person, no line in the log for each.
 * Registered on a scope of its own, before the hooks of everything else.
 */
export function webhookRoutes(app: FastifyInstance, receiver: Receiver): void {
  const bodies = bodyReader();
  app.removeAllContentTypeParsers();
  // the bytes as they came: the signature is theirs
  app.addContentTypeParser('*', async (request: FastifyRequest, stream: FastifyRequest['raw']) => {
    const length = Number(request.headers['content-length'] ?? Number.NaN);
    const body = await bodies.read(connectionOf(request), stream, Number.isNaN(length) ? null : length);
    if (typeof body !== 'string') return body;
    if (body === 'too_large') receiver.refuseSize();
    throw FAULTS[body]();
  });
  app.post<{ Params: { connectionId: string } }>('/webhooks/github/:connectionId', {
    schema: { hide: true },
    onRequest: async (request, reply) => {
      if (await receiver.mayRead(request.params.connectionId, request.headers)) return undefined;
      return answer(reply, 'not_signed');
    },
    handler: async (request, reply) => {
      const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
      const { connectionId } = request.params;
      const receipt = await receiver
        .receive({ connectionId, headers: request.headers, body })
        .finally(() => bodies.release(connectionId, body));
      return answer(reply, receipt);
    },
  });
  app.addHook('onClose', async () => receiver.close());
}

function connectionOf({ params }: FastifyRequest): string {
  return (params as { connectionId: string }).connectionId;
}

const ANSWERS: Record<Receipt, { status: number; text: string }> = {
  stored: { status: 202, text: 'Stored.' },
  duplicate: { status: 200, text: 'This delivery is here already.' },
  not_signed: {
    status: 401,
    text: 'The signature (X-Hub-Signature-256) is missing or not made with the secret of this connection. Set the secret of the webhook anew.',
  },
  not_json: {
    status: 400,
    text: 'The body is not a JSON object, and not a form with one as "payload". Set the content type of the webhook to application/json.',
  },
};

// GitHub shows the answer beside the delivery, to whoever looks why it failed
async function answer(reply: FastifyReply, receipt: Receipt): Promise<FastifyReply> {
  const { status, text } = ANSWERS[receipt];
  return reply.code(status).type('application/json').send({ message: text });
}

const FAULTS: Record<BodyFault, () => HttpProblem> = {
  too_large: () => new HttpProblem(413, 'The payload is larger than 25 MB, the most that GitHub sends.'),
  too_many: () =>
    new HttpProblem(503, 'Too much is being received at once. This delivery is fetched from GitHub later.'),
  broken: () => new HttpProblem(400, 'The request ended before its body was complete.'),
};
