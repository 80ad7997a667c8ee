import { Client } from 'pg';

import { DatabaseProblem } from './db.model.ts';

const VERSION_MIN = 14;
const CONNECT_TIMEOUT_MS = 10_000;

/** Checks the PostgreSQL of `DATABASE_URL` once, so that a wrong setting is a sentence at the start and not a stack trace later. */
export async function connectExternal(url: string): Promise<{ url: string; stop(): Promise<void> }> {
  const client = clientFor(url);
  client.on('error', () => undefined); // a failure shows in connect or query below
  try {
    await client.connect();
    const answer = await client.query<{ server_version_num: string }>('show server_version_num');
    refuseOldServer(Number(answer.rows[0]?.server_version_num));
  } catch (error) {
    if (error instanceof DatabaseProblem) throw error;
    throw new DatabaseProblem(`DATABASE_URL does not work: ${describe(error)}`, { cause: error });
  } finally {
    await client.end().catch(() => undefined);
  }
  return { url, stop: async () => undefined };
}

function clientFor(url: string): Client {
  try {
    return new Client({ connectionString: url, connectionTimeoutMillis: CONNECT_TIMEOUT_MS });
  } catch {
    // the original message would repeat the URL, and with it the password
    throw new DatabaseProblem('DATABASE_URL is not an address like postgresql://user:password@host:5432/database.');
  }
}

function refuseOldServer(versionNumber: number): void {
  const major = Math.floor(versionNumber / 10_000);
  if (major >= VERSION_MIN) return;
  throw new DatabaseProblem(`DATABASE_URL is PostgreSQL ${major}; Throughline needs ${VERSION_MIN} or newer.`);
}

const SENTENCES: Record<string, string> = {
  ECONNREFUSED: 'nothing answers at its host and port. Is PostgreSQL running there?',
  ENOTFOUND: 'its host name is not known. Check the spelling.',
  ETIMEDOUT: 'its host does not answer. Check host, port and firewall.',
  '28P01': 'PostgreSQL refused the user name or password.',
  '28000': 'PostgreSQL does not let this user in. Check pg_hba.conf and the user name.',
  '3D000': 'the database it names does not exist. Create it first.',
};

function describe(error: unknown): string {
  // a host with several addresses fails with one error for each
  const one = error instanceof AggregateError ? (error.errors as unknown[])[0] : error;
  const code = one instanceof Error && 'code' in one ? String(one.code) : '';
  return SENTENCES[code] ?? (one instanceof Error ? one.message : String(one));
}
