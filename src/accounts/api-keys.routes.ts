import type { z } from 'zod';

import { recordAudit } from '../audit/audit.ts';
import type { ApiKey } from '../contract/people.ts';
import { inTransaction } from '../db/db.ts';
import type { Ctx } from '../db/db.model.ts';
import { sha256 } from '../lib/fernet.ts';
import { newId } from '../lib/ids.ts';
import { notFound } from '../lib/problem.ts';
import { requireTenantId } from '../tenants/tenants.ts';
import { insertApiKey, revokeApiKey, selectApiKeys } from './api-keys.store.ts';
import type { ApiKeyRow } from './api-keys.store.ts';
import { API_KEY_START_LENGTH, newApiKey } from './random-tokens.ts';
import type { Handlers } from './routes.model.ts';

type ApiKeyHandlers = Pick<Handlers, 'listApiKeys' | 'createApiKey' | 'revokeApiKey'>;

/** Answers the routes about a tenant's API keys. */
export function apiKeyHandlers(ctx: Ctx): ApiKeyHandlers {
  return {
    async listApiKeys({ principal }) {
      const keys = await selectApiKeys(ctx.sql, await requireTenantId(ctx.sql, principal));
      return { items: keys.map(apiKeyView) };
    },

    createApiKey: ({ principal }, { body }) =>
      inTransaction(ctx.sql, async (sql) => {
        const now = ctx.now();
        const key = newApiKey();
        const tenantId = await requireTenantId(sql, principal);
        const row = await insertApiKey(sql, {
          id: newId(now),
          tenant_id: tenantId,
          name: body.name,
          key_hash: sha256(key),
          key_start: key.slice(0, API_KEY_START_LENGTH),
          role: body.role,
          created_by: principal.name,
          created_at: now,
        });
        const view = apiKeyView(row);
        await recordAudit(sql, principal, { action: 'api_key.created', subject: subject(row), after: view, tenantId });
        return { ...view, key };
      }),

    revokeApiKey: ({ principal }, { params }) =>
      inTransaction(ctx.sql, async (sql) => {
        const tenantId = await requireTenantId(sql, principal);
        const row = await revokeApiKey(sql, tenantId, params.id, ctx.now());
        if (row === undefined) throw notFound('API key');
        const before = apiKeyView(row);
        await recordAudit(sql, principal, { action: 'api_key.revoked', subject: subject(row), before, tenantId });
        return undefined;
      }),
  };
}

function subject(row: ApiKeyRow): string {
  return `api_key:${row.id}`;
}

function apiKeyView(row: ApiKeyRow): z.output<typeof ApiKey> {
  return {
    id: row.id,
    name: row.name,
    key_start: row.key_start,
    role: row.role,
    created_by: row.created_by,
    created_at: row.created_at.toISOString(),
    last_used_at: row.last_used_at?.toISOString() ?? null,
  };
}
