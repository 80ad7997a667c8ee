import type { Readable } from 'node:stream';

/** GitHub sends nothing larger (facts: payloads are capped at 25 MB). */
export const WEBHOOK_BYTES_MAX = 25 * 1024 * 1024;
/** What all bodies being read may take of the memory together; GitHub keeps what is refused, and we fetch it later. */
const READING_BYTES_MAX = 400 * 1024 * 1024;

/** Why a body was not read to its end. */
export type BodyFault = 'too_large' | 'too_many' | 'broken';

/** Reads bodies, each up to 25 MB and all together within a limit. Nothing more is read after a fault. */
export function bodyReader(): {
  read(stream: Readable, contentLength: number | null): Promise<Buffer | BodyFault>;
  /** Gives the memory of a body back, once it is stored. */
  release(body: Buffer): void;
} {
  let held = 0;
  const release = (bytes: number) => void (held -= bytes);
  return {
    async read(stream, contentLength) {
      if (contentLength !== null && contentLength > WEBHOOK_BYTES_MAX) return 'too_large';
      const chunks: Buffer[] = [];
      let bytes = 0;
      const fault = await new Promise<BodyFault | null>((resolve) => {
        stream.on('data', (chunk: Buffer) => {
          chunks.push(chunk);
          bytes += chunk.length;
          held += chunk.length;
          if (bytes > WEBHOOK_BYTES_MAX) resolve('too_large');
          else if (held > READING_BYTES_MAX) resolve('too_many');
        });
        stream.once('end', () => resolve(null));
        stream.once('error', () => resolve('broken'));
        stream.once('close', () => resolve('broken'));
      });
      if (fault === null) return Buffer.concat(chunks, bytes);
      stream.pause();
      stream.removeAllListeners('data');
      release(bytes);
      return fault;
    },
    release: (body) => release(body.length),
  };
}
