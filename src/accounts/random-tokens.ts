import { randomBytes, randomInt } from 'node:crypto';

const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const API_KEY_CHARACTERS = 40;

/** API keys begin with this, so that secret scanners and people recognise them. */
export const API_KEY_PREFIX = 'tl_';
/** How much of a key is kept readable, to tell keys apart in a list. */
export const API_KEY_START_LENGTH = 8;

/** 256 random bits for a session or a one-time link, safe in a URL and a cookie. */
export function newRandomToken(): string {
  return randomBytes(32).toString('base64url');
}

/** `tl_` and 40 characters of 0-9A-Za-z: 238 random bits. */
export function newApiKey(): string {
  return API_KEY_PREFIX + Array.from({ length: API_KEY_CHARACTERS }, () => BASE62.charAt(randomInt(62))).join('');
}
