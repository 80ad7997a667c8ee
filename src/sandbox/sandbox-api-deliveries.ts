import type { SandboxAnswer } from './sandbox.model.ts';
import type { SandboxDelivery } from './sandbox-webhooks.model.ts';
import type { HookCall } from './sandbox-api-hooks.ts';
import { notFound, ok, refusal } from './sandbox-answers.ts';
import { findHook, listenerOf } from './sandbox-api-hooks.ts';
import { pageSize, withQuery } from './sandbox-pagination.ts';

/** `GET …/hooks/{id}/deliveries`: newest first, by `cursor`; `status` is success (below 400) or failure (400 to 599). */
export function listDeliveries(call: HookCall): SandboxAnswer {
  const hook = findHook(call);
  if (hook === null) return notFound();
  return deliveryPage(call, call.webhooks.deliveriesOf(hook.id), `${call.place.stable}/hooks/${hook.id}/deliveries`);
}

/** One page of a log of deliveries, for hooks of every kind. */
export function deliveryPage(
  { query }: { query: URLSearchParams },
  log: readonly SandboxDelivery[],
  address: string,
): SandboxAnswer {
  const wanted = log.filter((delivery) => hasStatus(delivery, query.get('status')));
  const cursor = query.get('cursor');
  const at = /^v1_(?<id>\d+)$/.exec(cursor ?? '')?.groups?.['id'];
  if (cursor !== null && at === undefined) return refusal(400, 'The cursor is not valid.');
  const rest = at === undefined ? wanted : wanted.filter(({ id }) => id < Number(at));
  const items = rest.slice(0, pageSize(query));
  const last = items.at(-1);
  const next =
    last === undefined || items.length === rest.length ? null : withQuery(address, query, { cursor: `v1_${last.id}` });
  return ok(
    items.map((delivery) => itemShape(delivery)),
    next === null ? {} : { link: `<${next}>; rel="next"` },
  );
}

// A delivery that nobody answered has no code, so no filter finds it.
function hasStatus({ statusCode }: SandboxDelivery, status: string | null): boolean {
  if (status === 'success') return statusCode >= 200 && statusCode < 400;
  if (status === 'failure') return statusCode >= 400 && statusCode < 600;
  return true;
}

/** `GET …/deliveries/{id}`, with what was sent and what came back. */
export function getDelivery(call: HookCall): SandboxAnswer {
  const found = findDelivery(call);
  return found === null ? notFound() : ok(deliveryShape(found));
}

/** `POST …/deliveries/{id}/attempts`: sent again under the same GUID. */
export function createAttempt(call: HookCall): SandboxAnswer {
  const hook = findHook(call);
  const found = findDelivery(call);
  if (hook === null || found === null) return notFound();
  call.webhooks.redeliver(listenerOf(call, hook), found);
  return { status: 202, body: {} };
}

function findDelivery(call: HookCall): SandboxDelivery | null {
  const hook = findHook(call);
  const log = hook === null ? [] : call.webhooks.deliveriesOf(hook.id);
  return log.find(({ id }) => id === Number(call.params[1])) ?? null;
}

function itemShape(delivery: SandboxDelivery): object {
  return {
    id: delivery.id,
    guid: delivery.guid,
    delivered_at: delivery.deliveredAt,
    redelivery: delivery.redelivery,
    duration: delivery.duration,
    status: delivery.status,
    status_code: delivery.statusCode,
    event: delivery.event,
    action: delivery.action,
    installation_id: delivery.installationId,
    repository_id: delivery.repositoryId,
    throttled_at: null,
  };
}

/** A whole delivery, for hooks of every kind. */
export function deliveryShape(delivery: SandboxDelivery): object {
  return {
    ...itemShape(delivery),
    url: delivery.url,
    request: { headers: delivery.requestHeaders, payload: delivery.payload },
    response: { headers: delivery.responseHeaders, payload: delivery.responseBody },
  };
}
