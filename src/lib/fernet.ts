import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  hkdfSync,
  randomBytes,
  timingSafeEqual,
} from 'node:crypto';

const VERSION = 0x80;
const SIGNING_KEY_BYTES = 16;
const HEADER_BYTES = 1 + 8 + 16;
const HMAC_BYTES = 32;

/** 32 bytes: the first 16 sign, the last 16 encrypt (the Fernet spec's order). */
export type FernetKey = Buffer;

/**
 * Derives the Fernet key for secrets at rest from the operator's `SECRET_KEY`, whatever its length.
 * HKDF-SHA256 with a fixed purpose, so the same `SECRET_KEY` used elsewhere gives another key.
 */
export function deriveFernetKey(secretKey: string): FernetKey {
  return Buffer.from(hkdfSync('sha256', secretKey, '', 'throughline secrets at rest', 32));
}

/** Encrypts text as a Fernet token (https://github.com/fernet/spec, version 0x80: AES-128-CBC and HMAC-SHA256). */
export function fernetEncrypt(key: FernetKey, text: string, now: Date, iv: Buffer = randomBytes(16)): string {
  const header = Buffer.alloc(9);
  header[0] = VERSION;
  header.writeBigUInt64BE(BigInt(Math.floor(now.getTime() / 1000)), 1);
  const cipher = createCipheriv('aes-128-cbc', key.subarray(SIGNING_KEY_BYTES), iv);
  const signed = Buffer.concat([header, iv, cipher.update(text, 'utf8'), cipher.final()]);
  return toPaddedBase64Url(Buffer.concat([signed, sign(key, signed)]));
}

/**
 * Decrypts a Fernet token with the first key that fits, so secrets written before a rotation stay readable.
 * Returns null when no key fits or the token was changed.
 */
export function fernetDecrypt(keys: readonly FernetKey[], token: string): string | null {
  const bytes = Buffer.from(token, 'base64url');
  if (bytes.length < HEADER_BYTES + 16 + HMAC_BYTES || bytes[0] !== VERSION) return null;
  const signed = bytes.subarray(0, bytes.length - HMAC_BYTES);
  const hmac = bytes.subarray(bytes.length - HMAC_BYTES);
  const key = keys.find((candidate) => timingSafeEqual(sign(candidate, signed), hmac));
  if (key === undefined) return null;
  const decipher = createDecipheriv('aes-128-cbc', key.subarray(SIGNING_KEY_BYTES), signed.subarray(9, HEADER_BYTES));
  return Buffer.concat([decipher.update(signed.subarray(HEADER_BYTES)), decipher.final()]).toString('utf8');
}

/** Hash under which sessions, API keys and one-time links are stored: they are random, so one round of SHA-256 is enough. */
export function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

function sign(key: FernetKey, bytes: Buffer): Buffer {
  return createHmac('sha256', key.subarray(0, SIGNING_KEY_BYTES)).update(bytes).digest();
}

// The reference implementations write the padding; Buffer's base64url leaves it out.
function toPaddedBase64Url(bytes: Buffer): string {
  return bytes.toString('base64').replaceAll('+', '-').replaceAll('/', '_');
}
