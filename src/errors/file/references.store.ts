import type { NewRow, Row, Sql } from '../../db/db.model.ts';
import type { SentryNames } from './references.decide.ts';

export async function insertReferences(sql: Sql, rows: readonly NewRow<'sentry_references'>[]): Promise<void> {
  if (rows.length === 0) return;
  await sql
    .insertInto('sentry_references')
    .values(rows)
    .onConflict((conflict) =>
      conflict
        .columns(['connection_id', 'github_id', 'host', 'sentry_id', 'organization', 'short_id'])
        .doUpdateSet((eb) => ({ trusted: eb.ref('excluded.trusted'), number: eb.ref('excluded.number') })),
    )
    .execute();
}

/** Trusted references of a repository to any of these Sentry issues, the oldest issue on GitHub first. */
export async function selectTrusted(
  sql: Sql,
  connectionId: string,
  names: SentryNames,
): Promise<Row<'sentry_references'>[]> {
  return sql
    .selectFrom('sentry_references')
    .selectAll()
    .where('connection_id', '=', connectionId)
    .where('host', '=', (eb) => eb.fn.any(eb.val(names.hosts)))
    .where('trusted', '=', true)
    .where((eb) =>
      eb.or([
        eb('sentry_id', '=', eb.fn.any(eb.val(names.sentryIds))),
        eb.and([
          eb('short_id', '=', eb.fn.any(eb.val(names.shortIds))),
          eb('organization', '=', eb.fn.any(eb.val(names.organizations))),
        ]),
      ]),
    )
    .orderBy('number')
    .execute();
}

/** Other errors with issues that name any of these, in the repository that an error is to be sent to, the latest issue last. */
export async function selectErrorsNaming(
  sql: Sql,
  { hosts, sentryIds }: Pick<SentryNames, 'hosts' | 'sentryIds'>,
  errorId: string,
): Promise<{ sentryId: string; errorId: string }[]> {
  return sql
    .selectFrom('filings as f')
    .innerJoin('sentry_references as r', 'r.connection_id', 'f.connection_id')
    .innerJoin('issues as i', (join) =>
      join.onRef('i.connection_id', '=', 'r.connection_id').on((eb) =>
        eb.or([
          eb('i.github_id', '=', eb.ref('r.github_id')),
          // of a link that Sentry shows only the number is known
          eb.and([eb('r.github_id', '<', 0), eb('i.number', '=', eb.ref('r.number'))]),
        ]),
      ),
    )
    .innerJoin('links as l', (join) => join.onRef('l.issue_id', '=', 'i.id').on('l.source_kind', '=', 'error'))
    .select(['r.sentry_id as sentryId', 'l.source_id as errorId'])
    .where('f.source_kind', '=', 'error')
    .where('f.source_id', '=', errorId)
    .where('l.source_id', '!=', errorId)
    .where('r.sentry_id', '=', (eb) => eb.fn.any(eb.val(sentryIds)))
    .where('r.host', '=', (eb) => eb.fn.any(eb.val(hosts)))
    .orderBy('r.number')
    .execute();
}

/** Every label that a rule of the tenant puts on what it files. */
export async function labelsOfRules(sql: Sql, tenantId: string): Promise<string[]> {
  const rows = await sql.selectFrom('sentry_rules').select('labels').where('tenant_id', '=', tenantId).execute();
  return [...new Set(rows.flatMap(({ labels }) => labels))];
}
