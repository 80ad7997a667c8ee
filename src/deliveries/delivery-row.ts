import { inferEvent, installationIn, mayBeObject, namedEvent, parseObject } from './payload.decide.ts';
import { newId } from '../lib/ids.ts';
import type { NewDelivery } from './inbox.store.ts';

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

export interface ReadDelivery extends Arrived {
  event: string;
  /** Of an App's webhook, which brings those of all installations. */
  installationId: number | null;
}

/**
 * What came, as far as it must be known to be kept; null when its bytes are no JSON object. The JSON is read here only where an App's
 * webhook must be spread or nobody named the event: applying reads it in any case, and reading it twice cost more than anything else here.
 */
export function readArrived(arrived: Arrived, isOfApp: boolean): ReadDelivery | null {
  const event = namedEvent(arrived.event);
  if (event !== null && !isOfApp)
    return mayBeObject(arrived.bytes) ? { ...arrived, event, installationId: null } : null;
  const payload = parseObject(arrived.bytes);
  if (payload === null) return null;
  return { ...arrived, event: event ?? inferEvent(payload), installationId: installationIn(payload) };
}

/** The row of a delivery that was posted or pulled, ready to be applied. */
export function deliveryRowOf(
  way: { tenantId: string; connectionId: string; cameBy: 'post' | 'pull' },
  { guid, hookId, event, bytes, at }: ReadDelivery,
  now: Date,
): NewDelivery {
  return {
    id: newId(now),
    tenant_id: way.tenantId,
    connection_id: way.connectionId,
    guid,
    hook_id: hookId,
    event,
    came_by: way.cameBy,
    received_at: at,
    run_at: now,
    payload: bytes,
  };
}
