import { bodyReader } from './read-body.ts';
import { HttpProblem } from '../lib/problem.ts';
import type { BodyFault, BodyReader } from './read-body.ts';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Receipt, Receiver } from './deliveries.model.ts';

const PATH = /^\/webhooks\/github\/([^/?]+)(?:\?|$)/u;

/**
 * `POST /webhooks/github/:connectionId`, for GitHub: no session, no CSRF check, no limit per person, no line in the log for each.
 * Such a post goes past the web framework, which would cost more than all that is done with it. Returns false, and does nothing,
 * when the request is another one; `answerError` answers what has no answer of its own. `headers` go with each answer.
 */
export function webhookListener(
  receiver: Receiver,
  headers: Record<string, string>,
  answerError: (request: IncomingMessage, response: ServerResponse, error: unknown) => void,
): (request: IncomingMessage, response: ServerResponse) => boolean {
  const bodies = bodyReader();
  const answer = answersWith(headers);
  return (request, response) => {
    const connectionId = request.method === 'POST' ? PATH.exec(request.url ?? '')?.[1] : undefined;
    if (connectionId === undefined) return false;
    take(receiver, bodies, connectionId, request).then(
      (receipt) => answer(response, receipt),
      (error: unknown) => answerError(request, response, error),
    );
    return true;
  };
}

async function take(
  receiver: Receiver,
  bodies: BodyReader,
  connectionId: string,
  request: IncomingMessage,
): Promise<Receipt> {
  const { headers } = request;
  if (!(await receiver.mayRead(connectionId, headers))) return 'not_signed';
  const length = Number(headers['content-length'] ?? Number.NaN);
  // the bytes as they came: the signature is theirs
  const body = await bodies.read(connectionId, request, Number.isNaN(length) ? null : length);
  if (body === 'too_large') receiver.refuseSize();
  if (typeof body === 'string') throw FAULTS[body]();
  try {
    return await receiver.receive({ connectionId, headers, body });
  } finally {
    bodies.release(connectionId, body);
  }
}

const ANSWERS: Record<Receipt, { status: number; text: string }> = {
  stored: { status: 202, text: 'Stored.' },
  duplicate: { status: 200, text: 'This delivery is here already.' },
  other_installation: {
    status: 202,
    text: 'Nothing was kept: no connection here uses this installation of the App.',
  },
  not_signed: {
    status: 401,
    text: 'The signature (X-Hub-Signature-256) is missing or not made with the secret of this connection. Set the secret of the webhook anew.',
  },
  not_json: {
    status: 400,
    text: 'The body is not a JSON object, and not a form with one as "payload". Set the content type of the webhook to application/json.',
  },
};

/** Gives an answer to a receipt. What can be answered is made once. */
function answersWith(headers: Record<string, string>): (response: ServerResponse, receipt: Receipt) => void {
  const prepared = Object.fromEntries(
    Object.entries(ANSWERS).map(([receipt, { status, text }]) => {
      // GitHub shows the answer beside the delivery, to whoever looks why it failed
      const body = JSON.stringify({ message: text });
      const length = String(Buffer.byteLength(body));
      const all = { ...headers, 'content-type': 'application/json', 'content-length': length };
      return [receipt, { status, head: Object.entries(all).flat(), body }];
    }),
  ) as Record<Receipt, { status: number; head: string[]; body: string }>; // the keys are those of ANSWERS
  return (response, receipt) => {
    const { status, head, body } = prepared[receipt];
    // a text goes out with its head by one write, bytes by two
    response.writeHead(status, head).end(body);
  };
}

const FAULTS: Record<BodyFault, () => HttpProblem> = {
  too_large: () => new HttpProblem(413, 'The payload is larger than 25 MB, the most that GitHub sends.'),
  too_many: () =>
    new HttpProblem(503, 'Too much is being received at once. This delivery is fetched from GitHub later.'),
  broken: () => new HttpProblem(400, 'The request ended before its body was complete.'),
};
