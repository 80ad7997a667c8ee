import { decodeCursor, encodeCursor } from '../lib/cursor.ts';
import { invalidField, notFound } from '../lib/problem.ts';
import { payloadOf } from './packs.ts';
import { publish } from '../db/db.ts';
import { recordAudit } from '../audit/audit.ts';
import { resetDelivery, resetFailed, selectDeliveries, selectDelivery } from './deliveries.store.ts';
import type { Delivery } from '../contract/deliveries.ts';
import type { DeliveriesCtx } from './deliveries.model.ts';
import type { DeliveryRow, DeliveryStart } from './deliveries.store.ts';
import type { Handlers } from '../accounts/routes.model.ts';

const PAYLOAD_SHOWN_BYTES = 200_000;

/** What GitHub sent: to look at, and to apply again. */
export function deliveryRoutes(
  ctx: DeliveriesCtx,
): Pick<Handlers, 'listDeliveries' | 'getDelivery' | 'replayDelivery' | 'replayFailedDeliveries'> {
  return {
    async listDeliveries(call, { query }) {
      const rows = await selectDeliveries(ctx.sql, call.principal.tenantId, query, startOf(query.cursor));
      const page = rows.slice(0, query.limit);
      const last = rows.length > query.limit ? page.at(-1) : undefined;
      const next = last === undefined ? null : encodeCursor([last.received_at.toISOString(), last.id]);
      return { items: page.map(toView), next };
    },
    async getDelivery(call, { params }) {
      const row = await selectDelivery(ctx.sql, params.id, call.principal.tenantId, PAYLOAD_SHOWN_BYTES);
      if (row === null) throw notFound('delivery');
      const payload = row.payload ?? (await payloadOf(ctx.sql, row.id)) ?? Buffer.alloc(0);
      const truncated = row.payload_bytes > PAYLOAD_SHOWN_BYTES;
      return {
        ...toView(row),
        payload: textOf(payload.subarray(0, PAYLOAD_SHOWN_BYTES), truncated),
        payload_bytes: row.payload_bytes,
        payload_truncated: truncated,
      };
    },
    async replayDelivery(call, { params }) {
      return ctx.sql.transaction().execute(async (sql) => {
        const row = await resetDelivery(sql, params.id, call.principal.tenantId, ctx.now());
        if (row === null) throw notFound('delivery');
        await recordAudit(sql, call.principal, {
          action: 'delivery.replayed',
          subject: `delivery:${row.id}`,
          tenantId: row.tenant_id,
          after: { guid: row.guid, event: row.event },
        });
        await publish(sql, { kind: 'delivery', id: row.id, tenantId: row.tenant_id });
        return toView(row);
      });
    },
    async replayFailedDeliveries({ principal }, { body = {} }) {
      const replayed = await ctx.sql.transaction().execute(async (sql) => {
        const rows = await resetFailed(sql, principal.tenantId, body, ctx.now());
        for (const [tenantId, group] of Map.groupBy(rows, (row) => row.tenant_id)) {
          await recordAudit(sql, principal, {
            action: 'deliveries.replayed',
            subject: 'deliveries:failed',
            tenantId,
            after: { filter: body, count: group.length },
          });
          // whoever applies looks for all that is due: one notice wakes as well as many
          for (const { id } of group.slice(0, 1)) await publish(sql, { kind: 'delivery', id, tenantId });
        }
        return rows.length;
      });
      return { replayed };
    },
  };
}

function toView(row: DeliveryRow): Delivery {
  return {
    id: row.id,
    connection_id: row.connection_id,
    guid: row.guid,
    event: row.event,
    action: row.action,
    repository: row.repository,
    sender: row.sender,
    came_by: row.came_by,
    received_at: row.received_at.toISOString(),
    state: row.state,
    attempts: row.attempts,
    next_attempt_at: row.state === 'received' ? row.run_at.toISOString() : null,
    applied_at: row.applied_at?.toISOString() ?? null,
    message: row.message,
  };
}

// the cut may go through a character
function textOf(bytes: Buffer, truncated: boolean): string {
  const text = bytes.toString('utf8');
  return truncated ? text.replace(/\ufffd{1,3}$/u, '') : text;
}

function startOf(cursor: string | undefined): DeliveryStart | null {
  const [at, id] = decodeCursor(cursor, 2) ?? [];
  if (at === undefined || id === undefined) return null;
  const date = new Date(at);
  if (Number.isNaN(date.getTime()) || !/^[0-9a-f-]{36}$/u.test(id))
    throw invalidField('cursor', 'This cursor is not one of ours. Leave it out to start from the first page.');
  return { at: date, id };
}
