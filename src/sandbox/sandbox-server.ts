import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { SandboxAnswer, SandboxRequest } from './sandbox.model.ts';

const REQUEST_BYTES_MAX = 4 * 1024 * 1024;

/** Listens, on loopback and any free port unless told otherwise; the address at which people open it. */
export async function listenOn(
  server: Server,
  { port = 0, host = '127.0.0.1' }: { port?: number | undefined; host?: string | undefined },
): Promise<string> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the sandbox has no port');
  return `http://${host === '0.0.0.0' || host === '::' ? 'localhost' : host}:${address.port}`;
}

/** Closes it with all its connections. */
export function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

/** A request as the sandbox looks at it; a body above 4 MB is read to its end and refused. */
export async function readRequest(incoming: IncomingMessage): Promise<SandboxRequest | 'too_large'> {
  const target = incoming.url ?? '/';
  const mark = target.indexOf('?');
  const text = await readText(incoming);
  if (text === null) return 'too_large';
  return {
    method: incoming.method ?? 'GET',
    path: mark === -1 ? target : target.slice(0, mark),
    query: new URLSearchParams(mark === -1 ? '' : target.slice(mark + 1)),
    headers: incoming.headers,
    text,
  };
}

async function readText(incoming: IncomingMessage): Promise<string | null> {
  if (incoming.method === 'GET' || incoming.method === 'HEAD') return '';
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes <= REQUEST_BYTES_MAX) chunks.push(chunk);
  }
  return bytes > REQUEST_BYTES_MAX ? null : Buffer.concat(chunks).toString('utf8');
}

/** Sends an answer with the house's own headers, or the part of it before it is cut. */
export function sendAnswer(response: ServerResponse, answer: SandboxAnswer, own: Record<string, string>): void {
  const text = answer.text ?? (answer.body === undefined ? '' : JSON.stringify(answer.body));
  const bytes = Buffer.from(text, 'utf8');
  const headers: Record<string, string> = { ...own };
  if (answer.body !== undefined) headers['content-type'] = 'application/json; charset=utf-8';
  if (answer.status !== 204 && answer.status !== 304) headers['content-length'] = String(bytes.length);
  response.writeHead(answer.status, { ...headers, ...answer.headers });
  if (answer.cutAt === undefined) return void response.end(bytes);
  response.write(bytes.subarray(0, Math.floor(bytes.length * answer.cutAt)), () => response.socket?.destroy());
}
