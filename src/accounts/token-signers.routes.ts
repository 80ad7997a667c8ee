import type { z } from 'zod';

import { recordAudit } from '../audit/audit.ts';
import type { TokenSigner, TokenSignerDraft } from '../contract/people.ts';
import { inTransaction } from '../db/db.ts';
import { newId } from '../lib/ids.ts';
import { seal } from '../lib/keyring.ts';
import { HttpProblem, invalidField, notFound } from '../lib/problem.ts';
import { Secret } from '../lib/secret.ts';
import { requireTenantId } from '../tenants/tenants.ts';
import type { AccountsCtx } from './accounts.model.ts';
import type { Handlers } from './routes.model.ts';
import { deleteTokenSigner, insertTokenSigner, selectTokenSigners } from './token-signers.store.ts';
import type { TokenSignerRow } from './token-signers.store.ts';

type TokenSignerHandlers = Pick<Handlers, 'listTokenSigners' | 'createTokenSigner' | 'deleteTokenSigner'>;

/** Answers the routes about the host apps a tenant trusts. */
export function tokenSignerHandlers(ctx: AccountsCtx): TokenSignerHandlers {
  return {
    async listTokenSigners({ principal }) {
      const signers = await selectTokenSigners(ctx.sql, await requireTenantId(ctx.sql, principal));
      return { items: signers.map(tokenSignerView) };
    },

    createTokenSigner: ({ principal }, { body }) =>
      inTransaction(ctx.sql, async (sql) => {
        const tenantId = await requireTenantId(sql, principal);
        const row = await insertTokenSigner(sql, newSigner(ctx, tenantId, body));
        if (row === undefined) throw issuerTaken();
        const after = tokenSignerView(row);
        await recordAudit(sql, principal, { action: 'token_signer.created', subject: subject(row), after, tenantId });
        return after;
      }),

    deleteTokenSigner: ({ principal }, { params }) =>
      inTransaction(ctx.sql, async (sql) => {
        const tenantId = await requireTenantId(sql, principal);
        const row = await deleteTokenSigner(sql, tenantId, params.id);
        if (row === undefined) throw notFound('token signer');
        const before = tokenSignerView(row);
        await recordAudit(sql, principal, { action: 'token_signer.deleted', subject: subject(row), before, tenantId });
        return undefined;
      }),
  };
}

function newSigner(ctx: AccountsCtx, tenantId: string, draft: z.output<typeof TokenSignerDraft>) {
  const now = ctx.now();
  if (draft.jwks_url !== undefined) requireSafeAddress(draft.jwks_url, ctx.keySets.allowHttp);
  return {
    id: newId(now),
    tenant_id: tenantId,
    name: draft.name,
    issuer: draft.issuer,
    audience: draft.audience,
    method: draft.method,
    secret_encrypted: draft.secret === undefined ? null : seal(ctx.keyring, new Secret(draft.secret), now),
    jwks_url: draft.jwks_url ?? null,
    created_at: now,
  };
}

/** Keys that came unencrypted could be anybody's. Where the address leads is checked when it is fetched. */
function requireSafeAddress(url: string, allowHttp: boolean): void {
  const { protocol } = new URL(url);
  if (protocol === 'https:' || (protocol === 'http:' && allowHttp)) return;
  throw invalidField('jwks_url', 'Give an address that begins with https://.');
}

function issuerTaken(): HttpProblem {
  const message = 'This issuer and audience are in use already. Choose another audience.';
  return new HttpProblem(409, message, { errors: [{ field: 'audience', message }] });
}

function subject(row: TokenSignerRow): string {
  return `token_signer:${row.id}`;
}

function tokenSignerView(row: TokenSignerRow): z.output<typeof TokenSigner> {
  return {
    id: row.id,
    name: row.name,
    issuer: row.issuer,
    audience: row.audience,
    method: row.method,
    jwks_url: row.jwks_url,
    created_at: row.created_at.toISOString(),
  };
}
