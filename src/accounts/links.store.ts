import { sql as raw } from 'kysely';

import type { NewRow, Row, Sql } from '../db/db.model.ts';

export type LinkPurpose = Row<'one_time_links'>['purpose'];

export async function insertLink(sql: Sql, link: NewRow<'one_time_links'>): Promise<void> {
  await sql.insertInto('one_time_links').values(link).execute();
}

/**
 * Uses a link up, and returns whose it was. One statement, so that of two callers at the same instant one gets undefined,
 * like one who comes too late or guesses.
 */
export async function useLinkOnce(sql: Sql, tokenHash: Buffer, purpose: LinkPurpose, now: Date) {
  return sql
    .updateTable('one_time_links')
    .set({ used_at: now })
    .where('token_hash', '=', tokenHash)
    .where('purpose', '=', purpose)
    .where('used_at', 'is', null)
    .where('expires_at', '>', now)
    .returning(['account_id', 'tenant_id'])
    .executeTakeFirst();
}

export async function deleteSetupLinks(sql: Sql): Promise<void> {
  await sql.deleteFrom('one_time_links').where('purpose', '=', 'setup').execute();
}

/** Links of an account that nobody may use any more: after a password was set or access taken away. */
export async function deleteLinksOf(sql: Sql, accountId: string): Promise<void> {
  await sql.deleteFrom('one_time_links').where('account_id', '=', accountId).where('used_at', 'is', null).execute();
}

export async function deleteExpiredLinks(sql: Sql, now: Date): Promise<void> {
  await sql.deleteFrom('one_time_links').where('expires_at', '<=', now).execute();
}

/** Held until the transaction ends: two hubs that start at once leave one set-up link, and it makes one admin. */
export async function lockSetup(sql: Sql): Promise<void> {
  await raw`lock table one_time_links in share row exclusive mode`.execute(sql);
}
