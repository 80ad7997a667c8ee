import { headOf, parseObject } from './payload.decide.ts';
import { newId } from '../lib/ids.ts';
import type { DeliveryHead } from './payload.decide.ts';
import type { NewDelivery } from './deliveries.store.ts';

/** What came, whichever way; `bytes` are the JSON. */
export interface Arrived {
  guid: string;
  hookId: number | null;
  /** As GitHub named it; without a name the payload tells. */
  event: string | undefined;
  bytes: Buffer;
  /** When GitHub sent it: a payload fetched today may tell of the day before yesterday. */
  at: Date;
}

export type ReadDelivery = Arrived & { head: DeliveryHead };

/** What came with what its payload tells; null when its bytes are no JSON object. */
export function readArrived(arrived: Arrived): ReadDelivery | null {
  const payload = parseObject(arrived.bytes);
  return payload === null ? null : { ...arrived, head: headOf(payload, arrived.event) };
}

/** The row of a delivery that was posted or pulled, ready to be applied. */
export function deliveryRowOf(
  way: { tenantId: string; connectionId: string; cameBy: 'post' | 'pull' },
  { guid, hookId, bytes, at, head }: ReadDelivery,
  now: Date,
): NewDelivery {
  return {
    id: newId(now),
    tenant_id: way.tenantId,
    connection_id: way.connectionId,
    guid,
    hook_id: hookId,
    event: head.event,
    action: head.action,
    repository: head.repository,
    github_repository_id: head.repositoryId,
    sender: head.sender,
    came_by: way.cameBy,
    received_at: at,
    run_at: now,
    payload: bytes,
  };
}
