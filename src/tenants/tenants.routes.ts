import type { Handlers } from '../accounts/routes.model.ts';
import { recordAudit } from '../audit/audit.ts';
import { inTransaction } from '../db/db.ts';
import type { Ctx } from '../db/db.model.ts';
import { newId } from '../lib/ids.ts';
import { HttpProblem } from '../lib/problem.ts';
import { insertTenant } from './tenants.store.ts';
import { changeTenant, listTenants, tenantView } from './tenants.ts';

type TenantHandlers = Pick<Handlers, 'listTenants' | 'createTenant' | 'changeTenant'>;

/** Answers the tenants' routes. */
export function tenantHandlers(ctx: Ctx): TenantHandlers {
  return {
    listTenants: async () => ({ items: await listTenants(ctx.sql) }),

    createTenant: ({ principal }, { body }) =>
      inTransaction(ctx.sql, async (sql) => {
        const now = ctx.now();
        const row = await insertTenant(sql, { ...body, id: newId(now), created_at: now });
        if (row === undefined) throw slugTaken();
        const tenant = tenantView(row);
        await recordAudit(sql, principal, audit('tenant.created', tenant.id, { after: tenant }));
        return tenant;
      }),

    changeTenant: ({ principal }, { params, body }) => changeTenant(ctx, principal, params.id, body),
  };
}

function audit(action: string, tenantId: string, values: { before?: unknown; after?: unknown }) {
  return { action, subject: `tenant:${tenantId}`, tenantId, ...values };
}

function slugTaken(): HttpProblem {
  const message = 'Another tenant has this slug. Choose another.';
  return new HttpProblem(409, message, { errors: [{ field: 'slug', message }] });
}
