import { sql as raw } from 'kysely';

import type { RawBuilder } from 'kysely';
import type { Row, Sql } from '../db/db.model.ts';

export interface NamesAsk {
  q: string | null;
  /** What the last row of the page before was sorted by. */
  after: string[] | null;
  limit: number;
}

type Named = 'collaborators' | 'teams' | 'labels';
const NAME_OF = { collaborators: 'login', teams: 'name', labels: 'name' } as const;

/** Small things of a repository by their names, which are sorted and searched without regard to case. */
export async function selectNamed<Table extends Named>(
  sql: Sql,
  table: Table,
  repositoryId: string,
  ask: NamesAsk,
): Promise<(Row<Table> & { sort: string })[]> {
  const name = raw`lower(${raw.ref(NAME_OF[table])})`;
  const [after, afterId] = ask.after ?? [];
  const start = after === undefined ? raw`` : raw` and (${name}, github_id) > (${after}, ${afterId}::bigint)`;
  const { rows } = await raw<Row<Table> & { sort: string }>`
    select *, ${name} as sort from ${raw.table(table)}
     where repository_id = ${repositoryId} and gone_at is null${contains(raw.ref(NAME_OF[table]), ask.q)}${start}
     order by ${name}, github_id limit ${ask.limit}`.execute(sql);
  return rows;
}

/** Branches, newest head commit first. */
export async function selectBranches(sql: Sql, repositoryId: string, ask: NamesAsk): Promise<Row<'branches'>[]> {
  const [at, name] = ask.after ?? [];
  const when = raw`coalesce(committed_at, '-infinity')`;
  const start =
    at === undefined
      ? raw``
      : raw` and (${when} < ${at}::timestamptz or (${when} = ${at}::timestamptz and name > ${name}))`;
  const { rows } = await raw<Row<'branches'>>`
    select * from branches where repository_id = ${repositoryId} and gone_at is null${contains(raw.ref('name'), ask.q)}${start}
     order by ${when} desc, name limit ${ask.limit}`.execute(sql);
  return rows;
}

/** Milestones, newest first. */
export async function selectMilestones(sql: Sql, repositoryId: string, ask: NamesAsk): Promise<Row<'milestones'>[]> {
  const [number] = ask.after ?? [];
  const start = number === undefined ? raw`` : raw` and number < ${number}::int`;
  const { rows } = await raw<Row<'milestones'>>`
    select * from milestones where repository_id = ${repositoryId} and gone_at is null${contains(raw.ref('title'), ask.q)}${start}
     order by number desc limit ${ask.limit}`.execute(sql);
  return rows;
}

function contains(column: RawBuilder<unknown>, q: string | null): RawBuilder<unknown> {
  return q === null ? raw`` : raw` and position(lower(${q}) in lower(${column})) > 0`;
}
