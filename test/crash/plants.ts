import { sql as raw } from 'kysely';

import { PLANT_VARIABLE } from './orders.ts';
import type { Plant } from './orders.ts';
import type { Sql } from '../../src/db/db.model.ts';

const STATEMENTS: Record<Plant, string> = {
  'repeats its POST':
    "update filings set state = 'pending', locked_by = null, lease_until = null, run_at = now() where state in ('sending', 'unknown')",
  'forgets what it was sending': "delete from filings where state in ('sending', 'unknown')",
  'keeps an error without its filing': "delete from filings where source_kind = 'error' and state = 'pending'",
  'forgets what it was saying': 'delete from reflections where finished_at is null',
};

/** What a worse hub would do when it starts; nothing unless the environment asks for it. */
export async function plant(sql: Sql): Promise<void> {
  const asked = Object.entries(STATEMENTS).find(([name]) => name === process.env[PLANT_VARIABLE]);
  if (asked !== undefined) await raw.raw(asked[1]).execute(sql);
}
