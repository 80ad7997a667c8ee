import { Secret } from './lib/secret.ts';

/** Short enough for a trial, too short for a guess by hand; the help asks for more. */
const SECRET_LENGTH_MIN = 8;

export type Environment = Record<string, string | undefined>;

/** One setting. `parse` gets the text, trimmed and not empty, and throws a sentence that continues "NAME …". */
export interface Setting<T> {
  env: string;
  /** Another name that is read when the first is not set. */
  alias?: string;
  parse(text: string): T;
  /** What it is when it is not set; `shown` is how the help says so. */
  fallback: T;
  shown: string;
  secret: boolean;
  help: string;
}

export interface HelpRow {
  name: string;
  default: string;
  secret: boolean;
  help: string;
}

/** The environment was wrong; the message lists every fault, a sentence each. */
export class ConfigProblem extends Error {
  override readonly name = 'ConfigProblem';
}

/** Reads one setting; what is wrong with it is added to `faults` in a sentence, which never repeats the value of a secret. */
export function readInto<T>(faults: string[], row: Setting<T>, env: Environment): T {
  try {
    const text = env[nameOf(row, env)]?.trim() ?? '';
    return text === '' ? row.fallback : row.parse(text);
  } catch (error) {
    faults.push(`${nameOf(row, env)} ${error instanceof Error ? error.message : String(error)}`);
    return row.fallback;
  }
}

/** Names, defaults and meaning of settings, one row each, for help texts and documents. */
export function helpRows(rows: readonly Setting<unknown>[]): HelpRow[] {
  return rows.map((row) => ({
    name: row.alias === undefined ? row.env : `${row.env} (or ${row.alias})`,
    default: row.shown,
    secret: row.secret,
    help: row.help,
  }));
}

/** A row that anybody may see. */
export function setting<T>(env: string, parse: (text: string) => T, fallback: T, help: string): Setting<T> {
  return { env, parse, fallback, shown: String(fallback), secret: false, help };
}

/** A row whose value is never shown. */
export function secret<T>(env: string, help: string, parse: (text: string) => T): Setting<T | null> {
  return { env, parse, fallback: null, shown: 'not set', secret: true, help };
}

/** Any text. */
export function plain(text: string): string {
  return text;
}

export function secretOf(parse: (text: string) => string): (text: string) => Secret {
  return (text) => new Secret(parse(text));
}

/** Throws for a secret that is too short. */
export function longEnough(text: string): string {
  if (text.length < SECRET_LENGTH_MIN) throw new Error(`needs ${SECRET_LENGTH_MIN} characters or more.`);
  return text;
}

/** Comma-separated keys; throws when one is too short. */
export function secretKeys(text: string): Secret[] {
  const keys = text.split(',').map((key) => key.trim());
  return keys.map((key) => new Secret(longEnough(key)));
}

/** Whole numbers of this range. */
export function whole(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^\d+$/u.test(text) || value < min || value > max)
      throw new Error(`is "${text}"; it must be a whole number from ${min} to ${max}.`);
    return value;
  };
}

/** Seconds that rise, separated by commas. */
export function seconds(text: string): number[] {
  const values = text.split(',').map((part) => Number(part.trim()));
  const isRising = values.every((value, index) => value > (values[index - 1] ?? 0));
  if (!isRising) throw new Error(`is "${text}"; it must be seconds that rise, as 5,30,120,600.`);
  return values;
}

export function yesNo(text: string): boolean {
  if (['true', '1', 'yes'].includes(text.toLowerCase())) return true;
  if (['false', '0', 'no'].includes(text.toLowerCase())) return false;
  throw new Error(`is "${text}"; it must be true or false.`);
}

/** An address without user name, query and fragment, and without a slash at its end. */
export function httpUrl(text: string): string {
  const url = URL.parse(text);
  if (url === null || !['http:', 'https:'].includes(url.protocol))
    throw new Error(`is "${text}"; it must be an address like https://example.com.`);
  if (url.username !== '' || url.search !== '' || url.hash !== '')
    throw new Error('must hold no user name, query or fragment.');
  return url.href.replace(/\/+$/u, '');
}

/** owner/name. */
export function repository(text: string): string {
  if (!/^[A-Za-z0-9][A-Za-z0-9-]*\/[A-Za-z0-9._-]+$/u.test(text))
    throw new Error(`is "${text}"; it must be owner/name.`);
  return text;
}

function nameOf(row: Setting<unknown>, env: Environment): string {
  const isSet = (env[row.env]?.trim() ?? '') !== '';
  return isSet || row.alias === undefined ? row.env : row.alias;
}
