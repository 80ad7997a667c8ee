import { headOf, parseObject } from './payload.decide.ts';
import { newId } from '../lib/ids.ts';
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

/** The row of a delivery that was posted or pulled, ready to be applied; null when its bytes are no JSON object. */
export function deliveryRowOf(
  way: { tenantId: string; connectionId: string; cameBy: 'post' | 'pull' },
  { guid, hookId, event, bytes, at }: Arrived,
  now: Date,
): NewDelivery | null {
  const payload = parseObject(bytes);
  if (payload === null) return null;
  const head = headOf(payload, event);
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
