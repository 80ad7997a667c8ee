import type { Readable } from 'node:stream';

/** GitHub sends nothing larger (facts: payloads are capped at 25 MB). */
export const WEBHOOK_BYTES_MAX = 25 * 1024 * 1024;
/** What all bodies being read may take of the memory together; GitHub keeps what is refused, and we fetch it later. */
const READING_BYTES_MAX = 400 * 1024 * 1024;
/** And what those for one connection may: whoever knows its address can send to it, and must not shut out the others. */
const READING_BYTES_MAX_EACH = 4 * WEBHOOK_BYTES_MAX;

/** Why a body was not read to its end. */
export type BodyFault = 'too_large' | 'too_many' | 'broken';

export interface BodyReader {
  /** `contentLength` in bytes; null where the sender does not tell. */
  read(connectionId: string, stream: Readable, contentLength: number | null): Promise<Buffer | BodyFault>;
  /** Gives the memory of a body back, once it is stored. */
  release(connectionId: string, body: Buffer): void;
}

/** Reads bodies, each up to 25 MB and all together within limits. Nothing more is read after a fault. */
export function bodyReader(): BodyReader {
  const room = openRoom();
  return {
    async read(connectionId, stream, contentLength) {
      if (contentLength !== null && contentLength > WEBHOOK_BYTES_MAX) return 'too_large';
      const body = contentLength === null ? growingBody() : promisedBody(contentLength);
      const grow = (bytes: number) => room.take(connectionId, bytes);
      // what was promised is counted before a byte of it came
      const fits = grow(body.held());
      const fault = fits ? await readAll(stream, (chunk) => addTo(body, chunk, grow)) : 'too_many';
      if (fault === null) return body.bytes();
      room.giveBack(connectionId, body.held());
      return fault;
    },
    release: (connectionId, body) => room.giveBack(connectionId, body.length),
  };
}

function addTo(body: Body, chunk: Buffer, grow: (bytes: number) => boolean): BodyFault | null {
  const before = body.held();
  body.add(chunk);
  const hasRoom = grow(body.held() - before);
  if (body.held() > WEBHOOK_BYTES_MAX) return 'too_large';
  return hasRoom ? null : 'too_many';
}

async function readAll(stream: Readable, add: (chunk: Buffer) => BodyFault | null): Promise<BodyFault | null> {
  const fault = await new Promise<BodyFault | null>((resolve) => {
    stream.on('data', (chunk: Buffer) => {
      const why = add(chunk);
      if (why !== null) resolve(why);
    });
    stream.once('end', () => resolve(null));
    stream.once('error', () => resolve('broken'));
    stream.once('close', () => resolve('broken'));
  });
  if (fault === null) return null;
  stream.pause();
  stream.removeAllListeners('data');
  return fault;
}

interface Body {
  add(chunk: Buffer): void;
  /** What it takes of the memory, in bytes. */
  held(): number;
  bytes(): Buffer;
}

/** One of known length is never there twice: what comes in one piece is kept as it came, pieces are written where they stay. */
function promisedBody(length: number): Body {
  let bytes: Buffer = Buffer.alloc(0);
  let at = 0;
  return {
    add(chunk) {
      if (chunk.length === length) bytes = chunk;
      else {
        if (at === 0) bytes = Buffer.allocUnsafe(length);
        chunk.copy(bytes, at);
      }
      at += chunk.length;
    },
    held: () => length,
    bytes: () => bytes,
  };
}

function growingBody(): Body {
  const chunks: Buffer[] = [];
  let length = 0;
  return {
    add(chunk) {
      chunks.push(chunk);
      length += chunk.length;
    },
    held: () => length,
    bytes: () => Buffer.concat(chunks, length),
  };
}

/** How many bytes are being read, for each connection and for all. */
function openRoom() {
  const held = new Map<string, number>();
  let all = 0;
  const add = (connectionId: string, bytes: number): number => {
    const own = (held.get(connectionId) ?? 0) + bytes;
    all += bytes;
    if (own === 0) held.delete(connectionId);
    else held.set(connectionId, own);
    return own;
  };
  return {
    /** Counts them in any case; false when that is more than there may be. */
    take: (connectionId: string, bytes: number) =>
      add(connectionId, bytes) <= READING_BYTES_MAX_EACH && all <= READING_BYTES_MAX,
    giveBack: (connectionId: string, bytes: number) => void add(connectionId, -bytes),
  };
}
