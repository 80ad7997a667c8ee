import { ConfigProblem, helpRows, plain, readInto, setting, whole, yesNo } from './settings.ts';
import { SETTINGS } from './config.ts';
import type { Environment, HelpRow, Setting } from './settings.ts';
import type { Secret } from './lib/secret.ts';

/** Everything that `throughline sentry sync` is told by environment. */
export interface SentrySyncSettings {
  sentryUrl: string;
  sentryToken: Secret;
  sentryOrg: string;
  githubApiUrl: string;
  githubToken: Secret;
  githubRepo: string;
  stateFile: string | null;
  sentryQuery: string;
  sentryProjects: string[];
  sentryStatsPeriod: string;
  maxNew: number;
  dryRun: boolean;
  secretKeys: Secret[] | null;
  logLevel: (typeof SETTINGS.logLevel)['fallback'];
  leaseSeconds: number;
  filingLookupSeconds: number[];
  createSpacingMs: number;
}

const NEW_MAX = 25;

/** The one table: what the hub knows too is read as the hub reads it, with what it means here. */
const ROWS: { [Key in keyof SentrySyncSettings]: Setting<SentrySyncSettings[Key] | null> } = {
  sentryUrl: SETTINGS.sentryUrl,
  sentryToken: needed(SETTINGS.sentryToken, 'Reads Sentry: event:read, org:read and project:read are enough.'),
  sentryOrg: needed(SETTINGS.sentryOrg, 'Slug of the organisation.'),
  githubApiUrl: SETTINGS.githubApiUrl,
  githubToken: needed(SETTINGS.githubToken, 'May read and write issues of the repository.'),
  githubRepo: needed(SETTINGS.githubRepo, 'Where issues are filed, as owner/name.'),
  stateFile: {
    ...setting<string | null>(
      'STATE_FILE',
      plain,
      null,
      'Journal of what was done, so that later runs read less and know what an earlier one left open. Safe without.',
    ),
    shown: 'not set',
  },
  sentryQuery: setting('SENTRY_QUERY', plain, 'is:unresolved', "Sentry's search."),
  sentryProjects: {
    ...setting<string[]>('SENTRY_PROJECT', names, [], 'Projects by their slugs, separated by commas.'),
    shown: 'all',
  },
  sentryStatsPeriod: setting(
    'SENTRY_STATS_PERIOD',
    period,
    '24h',
    'Which errors are looked at: those seen so recently, as 24h, 14d or 12w.',
  ),
  maxNew: setting('MAX_NEW', whole(1, 1000), NEW_MAX, 'New issues in one run at most; the next run goes on.'),
  dryRun: setting('DRY_RUN', yesNo, false, 'true: say what would be filed, and file nothing.'),
  secretKeys: {
    ...SETTINGS.secretKeys,
    shown: 'not set',
    help: "The hub's. With it issues bear the hub's own marks, and a hub that is set up later takes them over.",
  },
  logLevel: { ...SETTINGS.logLevel, fallback: 'silent', shown: 'silent' },
  leaseSeconds: {
    ...SETTINGS.leaseSeconds,
    help: 'How long a run that died keeps others from filing.',
  },
  filingLookupSeconds: {
    ...SETTINGS.filingLookupSeconds,
    help: 'After the last of these an issue that was sent, and is not found, may be sent again.',
  },
  createSpacingMs: SETTINGS.createSpacingMs,
};

/** Reads all settings. Throws one `ConfigProblem` that lists everything wrong or missing, a sentence each. */
export function readSentrySyncSettings(env: Environment): SentrySyncSettings {
  const faults: string[] = [];
  const read = <T>(row: Setting<T | null>): T => {
    const before = faults.length;
    const value = readInto(faults, row, env);
    if (value === null && !OPTIONAL.has(row.env) && faults.length === before)
      faults.push(`${row.env} is not set. ${row.help}`);
    // what is missing is told by the problem below
    return value as T;
  };
  const entries = Object.entries(ROWS).map(([key, row]) => [key, read<unknown>(row)]);
  if (faults.length > 0) throw new ConfigProblem(faults.join('\n'));
  // the table's type holds each row against its member
  return Object.fromEntries(entries) as SentrySyncSettings;
}

const OPTIONAL = new Set(['STATE_FILE', 'SECRET_KEY']);

/** Names, defaults and meaning, for `--help` and the documents. */
export function sentrySyncHelp(): HelpRow[] {
  return helpRows(Object.values<Setting<unknown>>(ROWS));
}

function needed<T>(row: Setting<T>, help: string): Setting<T> {
  return { ...row, shown: 'needed', help };
}

function names(text: string): string[] {
  return text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
}

function period(text: string): string {
  if (!/^[1-9]\d{0,3}[hdw]$/u.test(text)) throw new Error(`is "${text}"; write it as 24h, 14d or 12w.`);
  return text;
}
