import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { connect, type createServer as createTcpServer } from 'node:net';
import type { TestContext } from 'node:test';
import { TEST_PRIVATE_KEY } from './certificates.fixture.ts';
import type { OutboundOutcome, OutboundRequest } from './outbound.model.ts';
import { openOutbound } from './outbound.ts';

export async function listening(t: TestContext, server: Server | ReturnType<typeof createTcpServer>): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    if ('closeAllConnections' in server) server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  assert.ok(typeof address === 'object' && address !== null);
  return address.port;
}

export const serve = (t: TestContext, answer: RequestListener) => listening(t, createServer(answer));

export async function send(
  t: TestContext,
  request: Partial<OutboundRequest> & { url: string },
  env: Record<string, string> = {},
): Promise<OutboundOutcome> {
  const outbound = openOutbound(env);
  t.after(() => outbound.close());
  return outbound.send({
    method: 'GET',
    headers: {},
    timeoutMs: 5_000,
    bodyBytesMax: 1_000,
    addresses: 'private',
    ...request,
  });
}

export function assertFailed(outcome: OutboundOutcome, kind: 'not_sent' | 'no_answer', reason: string): string {
  assert.ok(outcome.kind !== 'answered', `answered ${JSON.stringify(outcome)}`);
  assert.deepEqual([outcome.kind, outcome.reason], [kind, reason], outcome.message);
  return outcome.message;
}

export async function serveTls(t: TestContext, certificate: string): Promise<number> {
  const server = createTlsServer({ cert: certificate, key: TEST_PRIVATE_KEY }, (_, response) => response.end('secure'));
  return listening(t, server);
}

/** A proxy that tunnels every CONNECT to this machine and writes down what was asked. */
export async function serveProxy(
  t: TestContext,
  target: number,
  status = '200 OK',
): Promise<{ url: string; asked: string[] }> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    response.end('through the proxy');
  });
  server.on('connect', (request, socket) => {
    asked.push(`CONNECT ${request.url}`);
    socket.write(`HTTP/1.1 ${status}\r\n\r\n`);
    if (!status.startsWith('200')) return socket.end();
    const upstream = connect(target, '127.0.0.1');
    upstream.on('error', () => socket.destroy());
    socket.on('error', () => upstream.destroy());
    return upstream.pipe(socket).pipe(upstream);
  });
  return { url: `http://127.0.0.1:${await listening(t, server)}`, asked };
}
