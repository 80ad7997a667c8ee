import { argon2, randomBytes, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';

const argon2Async = promisify(argon2);

/** OWASP's second choice for argon2id: 19 MiB, two passes. About 25 ms here, and small enough for a small machine. */
const PARAMETERS = { memory: 19_456, passes: 2, parallelism: 1 } as const;
const SALT_BYTES = 16;
const HASH_BYTES = 32;
const PHC = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/u;

/** No password has this hash. Checking against it takes as long as against a real one, so an unknown e-mail is not told by time. */
const NOBODY = phc(PARAMETERS, Buffer.alloc(SALT_BYTES), Buffer.alloc(HASH_BYTES));

interface Parameters {
  memory: number;
  passes: number;
  parallelism: number;
}

/** The password as a PHC string, `$argon2id$v=19$m=…,t=…,p=…$salt$hash`. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(SALT_BYTES);
  return phc(PARAMETERS, salt, await derive(password, salt, PARAMETERS));
}

/** False for a wrong password, and after the same time for an account without one (`stored` null). */
export async function verifyPassword(stored: string | null, password: string): Promise<boolean> {
  const match = PHC.exec(stored ?? NOBODY);
  if (match === null) throw new Error('a stored password hash is not argon2id');
  const [memory, passes, parallelism] = match.slice(1, 4).map(Number) as [number, number, number]; // three digits groups
  const salt = Buffer.from(match[4] ?? '', 'base64');
  const expected = Buffer.from(match[5] ?? '', 'base64');
  const actual = await derive(password, salt, { memory, passes, parallelism });
  return timingSafeEqual(actual, expected) && stored !== null;
}

// normalised, so that a password typed on another keyboard or system is the same password
function derive(password: string, nonce: Buffer, parameters: Parameters): Promise<Buffer> {
  const message = password.normalize('NFKC');
  return argon2Async('argon2id', { message, nonce, tagLength: HASH_BYTES, ...parameters });
}

function phc({ memory, passes, parallelism }: Parameters, salt: Buffer, hash: Buffer): string {
  const [saltText, hashText] = [salt, hash].map((bytes) => bytes.toString('base64').replaceAll('=', ''));
  return `$argon2id$v=19$m=${memory},t=${passes},p=${parallelism}$${saltText}$${hashText}`;
}
