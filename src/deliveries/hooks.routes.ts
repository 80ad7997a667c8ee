import { connectionsOf } from '../connections/connections.ts';
import { editHook, pingHook, readHooks, removeHook } from './hooks.ts';
import { findRepository, selectHook } from './hooks.store.ts';
import { hookFate, missingEvents } from './hooks.decide.ts';
import { makeHook } from './make-hook.ts';
import { makeSecret } from './make-secret.ts';
import { notFound } from '../lib/problem.ts';
import type { Call, Handlers } from '../accounts/routes.model.ts';
import type { DeliveriesCtx, HookRow, KnownRepository } from './deliveries.model.ts';
import type { Hook } from '../contract/deliveries.ts';

type HookHandlers = Pick<
  Handlers,
  'listHooks' | 'createHook' | 'changeHook' | 'deleteHook' | 'pingHook' | 'makeWebhookSecret'
>;

/** Webhooks at GitHub, managed from here. */
export function hookRoutes(ctx: DeliveriesCtx): HookHandlers {
  const repository = async (call: Call, { owner, name }: { owner: string; name: string }): Promise<KnownRepository> => {
    const found = await findRepository(ctx.sql, call.principal.tenantId, `${owner}/${name}`);
    if (found === null) throw notFound('repository');
    return found;
  };
  const find = async (call: Call, id: string): Promise<HookRow> => {
    const row = await selectHook(ctx.sql, id, call.principal.tenantId);
    if (row === null) throw notFound('webhook');
    return row;
  };
  return {
    async listHooks(call, { params }) {
      const { items, ...others } = await readHooks(ctx, await repository(call, params));
      return { items: items.map(toView), ...others };
    },
    async createHook(call, { params, body }) {
      const kind = body?.target_kind ?? 'repository';
      return toView(await makeHook(ctx, call.principal, await repository(call, params), kind));
    },
    async changeHook(call, { params, body }) {
      return toView(await editHook(ctx, call.principal, await find(call, params.id), body));
    },
    async deleteHook(call, { params }) {
      await removeHook(ctx, call.principal, await find(call, params.id));
      return undefined;
    },
    async pingHook(call, { params }) {
      return toView(await pingHook(ctx, await find(call, params.id)));
    },
    async makeWebhookSecret(call, { params }) {
      const all = await connectionsOf(ctx.sql, call.principal.tenantId);
      const connection = all.find(({ id }) => id === params.id);
      if (connection === undefined) throw notFound('connection');
      return makeSecret(ctx, call.principal, connection);
    },
  };
}

function toView(row: HookRow): Hook {
  return {
    id: row.id,
    connection_id: row.connection_id,
    target: row.target,
    target_kind: row.target_kind,
    url: row.url,
    events: row.events,
    missing_events: missingEvents(row),
    active: row.active,
    last_code: row.last_code,
    last_message: row.last_message,
    ...hookFate(row),
    checked_at: row.checked_at?.toISOString() ?? null,
    pulled_until: row.pulled_until?.toISOString() ?? null,
    created_at: row.created_at.toISOString(),
  };
}
