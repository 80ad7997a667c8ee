import { resolve } from 'node:path';

import {
  ConfigProblem,
  helpRows,
  httpUrl,
  longEnough,
  plain,
  readInto,
  repository,
  secret,
  secretKeys,
  secretOf,
  seconds,
  setting,
  whole,
  yesNo,
} from './settings.ts';
import type { Environment, HelpRow, Setting } from './settings.ts';
import type { Secret } from './lib/secret.ts';

export { ConfigProblem } from './settings.ts';

/** Everything an operator can set by environment. */
export interface Config {
  port: number;
  host: string;
  dataDir: string;
  databaseUrl: Secret | null;
  /** The first encrypts and signs, all read. Null: `keepSecretKey` (secret-key.ts) makes one. */
  secretKeys: Secret[] | null;
  /** Without a trailing slash. */
  publicUrl: string;
  /** Without a trailing slash. */
  githubApiUrl: string;
  githubToken: Secret | null;
  githubRepo: string | null;
  /** Without a trailing slash. */
  sentryUrl: string;
  sentryToken: Secret | null;
  sentryOrg: string | null;
  adminApiKey: Secret | null;
  metricsPrefix: string;
  logLevel: LogLevel;
  allowPrivateAddresses: boolean;
  trustProxy: boolean;
  /** Seconds after an unanswered create at which it is looked up on GitHub. */
  filingLookupSeconds: number[];
  leaseSeconds: number;
  createSpacingMs: number;
}

export const LOG_LEVELS = ['error', 'warn', 'info', 'debug', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** The one table: names, types, defaults and help come from here. */
export const SETTINGS: { [Key in keyof Config]: Setting<Config[Key]> } = {
  port: setting('PORT', whole(0, 65_535), 4400, 'Port of the pages and the API. 0: any free one.'),
  host: setting('HOST', plain, '127.0.0.1', 'Address to listen on. 0.0.0.0: all.'),
  dataDir: setting('DATA_DIR', plain, './data', 'Folder of the embedded database, the secret key and the logs.'),
  databaseUrl: secret(
    'DATABASE_URL',
    'PostgreSQL 14 or newer, as postgresql://user:password@host/database. Not set: embedded, in DATA_DIR.',
    secretOf(postgresUrl),
  ),
  secretKeys: {
    ...secret(
      'SECRET_KEY',
      'Encrypts stored credentials and signs markers; 8 characters or more, better 32. Several, separated by commas, for a rotation: the first writes, all read.',
      secretKeys,
    ),
    alias: 'JWT_SECRET_KEY',
    shown: 'made and kept in DATA_DIR/secret.key',
  },
  publicUrl: {
    ...setting('PUBLIC_URL', httpUrl, '', 'Address at which people open the pages; links on GitHub lead there.'),
    shown: 'http://HOST:PORT',
  },
  githubApiUrl: setting(
    'GITHUB_API_URL',
    httpUrl,
    'https://api.github.com',
    'REST address for GITHUB_TOKEN; https://HOST/api/v3 for GitHub Enterprise Server.',
  ),
  githubToken: secret(
    'GITHUB_TOKEN',
    'With GITHUB_REPO: makes a first connection for an unattended start.',
    secretOf(plain),
  ),
  githubRepo: {
    ...setting<string | null>('GITHUB_REPO', repository, null, 'Repository of that connection, as owner/name.'),
    shown: 'not set',
  },
  sentryUrl: setting('SENTRY_URL', httpUrl, 'https://sentry.io', 'Address of the Sentry or GlitchTip of SENTRY_TOKEN.'),
  sentryToken: secret('SENTRY_TOKEN', 'With SENTRY_ORG: makes a first Sentry connection.', secretOf(plain)),
  sentryOrg: {
    ...setting<string | null>('SENTRY_ORG', plain, null, 'Slug of the organisation of that connection.'),
    shown: 'not set',
  },
  adminApiKey: secret(
    'ADMIN_API_KEY',
    "Accepted as a system admin's API key; 8 characters or more, better 32.",
    secretOf(bearerKey),
  ),
  metricsPrefix: setting('METRICS_PREFIX', metricsPrefix, 'throughline_', 'Start of every metric name.'),
  logLevel: setting('LOG_LEVEL', logLevel, 'info', `How much is logged: ${LOG_LEVELS.join(', ')}.`),
  allowPrivateAddresses: setting(
    'ALLOW_PRIVATE_ADDRESSES',
    yesNo,
    false,
    'true: connections made on the pages may call private and loopback addresses.',
  ),
  trustProxy: setting(
    'TRUST_PROXY',
    yesNo,
    false,
    'true: a reverse proxy in front tells the address of the caller by X-Forwarded-For.',
  ),
  filingLookupSeconds: {
    ...setting(
      'FILING_LOOKUP_SECONDS',
      seconds,
      [5, 30, 120, 600],
      'When an unanswered creation is looked up on GitHub, in seconds after it.',
    ),
    shown: '5,30,120,600',
  },
  leaseSeconds: setting(
    'LEASE_SECONDS',
    whole(1, 3600),
    60,
    'How long a worker owns a filing; after that another one takes it over.',
  ),
  createSpacingMs: setting(
    'CREATE_SPACING_MS',
    whole(0, 60_000),
    3000,
    'Least time between two creations by one credential, in milliseconds.',
  ),
};

/** Reads all settings. Throws one `ConfigProblem` that lists everything wrong; never repeats the value of a secret. */
export function readConfig(env: Environment): Config {
  const faults: string[] = [];
  const read = <T>(row: Setting<T>): T => readInto(faults, row, env);
  const config: Config = {
    port: read(SETTINGS.port),
    host: read(SETTINGS.host),
    dataDir: resolve(read(SETTINGS.dataDir)),
    databaseUrl: read(SETTINGS.databaseUrl),
    secretKeys: read(SETTINGS.secretKeys),
    publicUrl: read(SETTINGS.publicUrl),
    githubApiUrl: read(SETTINGS.githubApiUrl),
    githubToken: read(SETTINGS.githubToken),
    githubRepo: read(SETTINGS.githubRepo),
    sentryUrl: read(SETTINGS.sentryUrl),
    sentryToken: read(SETTINGS.sentryToken),
    sentryOrg: read(SETTINGS.sentryOrg),
    adminApiKey: read(SETTINGS.adminApiKey),
    metricsPrefix: read(SETTINGS.metricsPrefix),
    logLevel: read(SETTINGS.logLevel),
    allowPrivateAddresses: read(SETTINGS.allowPrivateAddresses),
    trustProxy: read(SETTINGS.trustProxy),
    filingLookupSeconds: read(SETTINGS.filingLookupSeconds),
    leaseSeconds: read(SETTINGS.leaseSeconds),
    createSpacingMs: read(SETTINGS.createSpacingMs),
  };
  // a token alone is not a fault: many shells and CI machines have one set for other programs
  if (config.githubRepo !== null && config.githubToken === null) faults.push('GITHUB_REPO needs GITHUB_TOKEN.');
  if (faults.length > 0) throw new ConfigProblem(faults.join('\n'));
  return config.publicUrl === '' ? { ...config, publicUrl: defaultPublicUrl(config.host, config.port) } : config;
}

/** The settings' names, defaults and meaning, one row each, for `--help` and the README. */
export function helpTable(): HelpRow[] {
  return helpRows(Object.values(SETTINGS));
}

// It is sent as `Authorization: Bearer …`, which ends at the first space.
function bearerKey(text: string): string {
  if (!/^[\x21-\x7e]+$/u.test(text)) throw new Error('must hold only letters, digits and signs, without a space.');
  return longEnough(text);
}

function postgresUrl(text: string): string {
  // not repeated in the message: it may hold a password
  if (!/^postgres(?:ql)?:\/\//u.test(text))
    throw new Error('must be an address like postgresql://user:password@host:5432/database.');
  return text;
}

function metricsPrefix(text: string): string {
  if (!/^[a-zA-Z_:][a-zA-Z0-9_:]*$/u.test(text))
    throw new Error(`is "${text}"; it must be letters, digits and underscores, not starting with a digit.`);
  return text;
}

function logLevel(text: string): LogLevel {
  const level = LOG_LEVELS.find((candidate) => candidate === text.toLowerCase());
  if (level === undefined) throw new Error(`is "${text}"; it must be one of ${LOG_LEVELS.join(', ')}.`);
  return level;
}

function defaultPublicUrl(host: string, port: number): string {
  const name = host === '0.0.0.0' || host === '::' ? 'localhost' : host;
  return `http://${name.includes(':') ? `[${name}]` : name}:${port}`;
}
