import { isDeepStrictEqual } from 'node:util';

import { truthOf } from './truth.ts';
import type { Rows, TableName } from './truth.ts';
import type { Stage } from './stage.ts';

const TABLES: readonly TableName[] = [
  ...(['repositories', 'issues', 'pull_requests', 'comments', 'labels', 'milestones'] as const),
  ...(['branches', 'collaborators', 'teams'] as const),
];
/** What GitHub works out in its own time, and tells only when asked again. */
const SETTLING = new Set(['mergeable', 'merge_state', 'reviews', 'review_decision']);

/** In words, where the mirror is not as GitHub: field by field, what is missing, and what should have a tombstone. */
export async function differences(stage: Stage, { settled }: { settled: boolean }): Promise<string[]> {
  const { fake, repository } = stage;
  const truth = truthOf(fake.state, repository, fake.url);
  const said: string[] = [];
  for (const table of TABLES) {
    const mirrored = await rowsOf(stage, table);
    for (const [key, should] of truth[table])
      said.push(...compared(`${table} ${key}`, mirrored.get(key), should, settled));
    for (const [key, row] of mirrored) {
      if (row['gone_at'] !== null || truth[table].has(key)) continue;
      // nobody asks for the comments of an issue that is gone itself
      if (table === 'comments' && !isPresent(stage, Number(row['issue_number']))) continue;
      said.push(`${table} ${key} (${nameOf(row)}) is gone on GitHub and has no tombstone`);
    }
  }
  return [...said, ...(await wrongTombstones(stage))];
}

function compared(
  name: string,
  row: Record<string, unknown> | undefined,
  should: Record<string, unknown>,
  settled: boolean,
): string[] {
  if (row === undefined) return [`${name} (${nameOf(should)}) is missing`];
  if (row['gone_at'] !== null) return [`${name} (${nameOf(should)}) has a tombstone`];
  return Object.entries(should).flatMap(([field, value]) => {
    if (!settled && SETTLING.has(field)) return [];
    const mirrored = plain(row[field]);
    return isDeepStrictEqual(mirrored, value)
      ? []
      : [`${name}.${field} is ${JSON.stringify(mirrored)}, GitHub has ${JSON.stringify(value)}`];
  });
}

async function rowsOf(stage: Stage, table: TableName): Promise<Rows> {
  const repositoryId = await stage.repositoryId();
  const column = table === 'repositories' ? 'id' : 'repository_id';
  const rows = await stage.query(`select * from ${table} where ${column} = $1`, [repositoryId]);
  return new Map(rows.map((row) => [String(row[table === 'branches' ? 'name' : 'github_id']), row]));
}

async function wrongTombstones(stage: Stage): Promise<string[]> {
  const rows = await rowsOf(stage, 'issues');
  return stage.repository.issues.flatMap(({ id, number, gone }) => {
    const row = rows.get(String(id));
    if (gone === null || row === undefined) return [];
    const why = gone === 'deleted' ? 'deleted' : 'transferred';
    return row['gone'] === why ? [] : [`#${number} was ${why}, and its tombstone says ${String(row['gone'])}`];
  });
}

function isPresent({ repository }: Stage, number: number): boolean {
  return repository.issues[number - 1]?.gone === null;
}

function nameOf({ number, name, login }: Record<string, unknown>): string {
  return JSON.stringify(number ?? name ?? login ?? '');
}

function plain(value: unknown): unknown {
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)));
  return value ?? null;
}
