import { createServer } from 'node:http';
import type { IncomingHttpHeaders } from 'node:http';
import type { FakeGithub } from './github-server.ts';
import { call } from './github-call.ts';
import { payloadFaults } from './github-schemas.ts';
import { startFakeGithub } from './github-server.ts';

/** Where the hooks of the fake's repository are. */
export const HOOKS = '/repos/acme/webshop/hooks';
/** Secret of the hook that `hooked` makes. */
export const SECRET = "It's a Secret to Everybody";

/** One webhook as it arrived. */
export interface Received {
  headers: IncomingHttpHeaders;
  /** The body as it came; `payload` is what it says, null when it is cut. */
  text: string;
  payload: Record<string, unknown> | null;
}

/** A server that hooks lead to. */
export interface Receiver {
  url: string;
  received: Received[];
  /** Event and action of each, in the order of arrival. */
  events(): string[];
  /** What is wrong with the payloads, by GitHub's description of them; empty when nothing is. */
  faults(): string[];
  /** What it answers from now on; 202 at first. */
  answerWith(status: number, headers?: Record<string, string>): void;
}

/** Starts a server that takes webhooks; closed with the test. */
export async function startReceiver(t: { after(done: () => void): void }): Promise<Receiver> {
  const received: Received[] = [];
  let answer: { status: number; headers: Record<string, string> } = { status: 202, headers: {} };
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => void chunks.push(chunk));
    request.on('end', () => {
      const text = Buffer.concat(chunks).toString('utf8');
      received.push({ headers: request.headers, text, payload: payloadOf(text) });
      response.writeHead(answer.status, answer.headers).end();
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  t.after(() => {
    server.close();
    server.closeAllConnections();
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the receiver has no port');
  return {
    url: `http://127.0.0.1:${address.port}/hook`,
    received,
    events: () => received.map(({ headers, payload }) => eventName(headers, payload)),
    faults: () => received.flatMap((one) => faultsOf(one)),
    answerWith(status, headers = {}) {
      answer = { status, headers };
    },
  };
}

function eventName(headers: IncomingHttpHeaders, payload: Received['payload']): string {
  const action = payload?.['action'];
  return typeof action === 'string'
    ? `${String(headers['x-github-event'])}.${action}`
    : String(headers['x-github-event']);
}

function faultsOf({ headers, payload }: Received): string[] {
  const event = String(headers['x-github-event']);
  const action = payload?.['action'];
  const faults = payloadFaults(event, typeof action === 'string' ? action : null, payload);
  return faults.map((fault) => `${eventName(headers, payload)}: ${fault}`);
}

function payloadOf(text: string): Received['payload'] {
  const json = text.startsWith('payload=') ? (new URLSearchParams(text).get('payload') ?? '') : text;
  try {
    return JSON.parse(json) as Record<string, unknown>;
  } catch {
    return null;
  }
}

export interface Setting {
  fake: FakeGithub;
  receiver: Receiver;
  hook: number;
}

/** A fake whose bot is an admin, with one hook that hears everything; its ping has come. */
export async function hooked(
  t: { after(done: () => Promise<void> | void): void },
  events: string[] = ['*'],
): Promise<Setting> {
  const fake = await startFakeGithub(t);
  const receiver = await startReceiver(t);
  fake.setRole('throughline-bot', 'admin');
  const config = { url: receiver.url, content_type: 'json', secret: SECRET };
  const made = await call(fake, `POST ${HOOKS}`, { body: { name: 'web', events, config } });
  if (made.status !== 201) throw new Error(`no hook: ${JSON.stringify(made.body)}`);
  await fake.deliveriesSettled();
  receiver.received.length = 0;
  return { fake, receiver, hook: Number(made.body['id']) };
}
