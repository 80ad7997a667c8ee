import { Pool, types as pgTypes } from 'pg';

import type { Log } from '../lib/log.ts';
import type { CustomTypesConfig } from 'pg';

const INT8_OID = 20;
const CONNECT_TIMEOUT_MS = 10_000;

/** bigint as a number. Throws where a number would be wrong; no id of ours or GitHub's comes near 2^53. */
export function parseInt8(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new Error(`bigint ${text} does not fit a JavaScript number`);
  return value;
}

// per pool and not global: pg-boss and other users of pg keep pg's own parsers
const types: CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
    oid === INT8_OID && format !== 'binary'
      ? parseInt8
      : pgTypes.getTypeParser(oid, format)) as typeof pgTypes.getTypeParser, // pg's overloads cannot be written as one function
};

/** A pool with our type parsers. An idle connection that dies is logged and replaced, it must not end the process. */
export function openPool(url: string, log: Log, max: number): Pool {
  const pool = new Pool({
    connectionString: url,
    max,
    types,
    application_name: 'throughline',
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    keepAlive: true,
  });
  pool.on('error', (error) => {
    if (!pool.ending) log.warn({ error: error.message }, 'an idle database connection was lost');
  });
  // A connection in use that dies between two statements of a transaction has nobody else to tell: unheard, it would end the
  // process. The statement that follows fails by itself.
  pool.on('connect', (client) =>
    client.on('error', (error) => log.warn({ error: error.message }, 'a database connection in use was lost')),
  );
  return pool;
}
