import type { NewRow, Row, Sql } from '../db/db.model.ts';

export type TokenSignerRow = Row<'token_signers'>;

export async function selectTokenSigners(sql: Sql, tenantId: string): Promise<TokenSignerRow[]> {
  return sql.selectFrom('token_signers').selectAll().where('tenant_id', '=', tenantId).orderBy('id').execute();
}

/** Those a token may come from: of its issuer, for one of its audiences. */
export async function selectSignersOf(
  sql: Sql,
  issuer: string,
  audiences: readonly string[],
): Promise<TokenSignerRow[]> {
  if (audiences.length === 0) return [];
  return sql
    .selectFrom('token_signers')
    .selectAll()
    .where('issuer', '=', issuer)
    .where('audience', 'in', audiences)
    .execute();
}

/** Undefined when issuer and audience are taken. */
export async function insertTokenSigner(
  sql: Sql,
  signer: NewRow<'token_signers'>,
): Promise<TokenSignerRow | undefined> {
  return sql
    .insertInto('token_signers')
    .values(signer)
    .onConflict((conflict) => conflict.columns(['issuer', 'audience']).doNothing())
    .returningAll()
    .executeTakeFirst();
}

export async function deleteTokenSigner(sql: Sql, tenantId: string, id: string): Promise<TokenSignerRow | undefined> {
  return sql
    .deleteFrom('token_signers')
    .where('id', '=', id)
    .where('tenant_id', '=', tenantId)
    .returningAll()
    .executeTakeFirst();
}
