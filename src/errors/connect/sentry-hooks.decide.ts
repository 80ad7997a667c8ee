import { createHmac, timingSafeEqual } from 'node:crypto';

import { storable } from '../read/sentry-rows.decide.ts';

/**
 * Whether the integration's client secret signed these bytes: `signature` is Sentry-Hook-Signature, hexadecimal digits without
 * a prefix, over the body as it came (facts/sentry.md §10). Takes as long for a wrong one as for a right one.
 */
export function isSentrySigned(body: Buffer, secret: string, signature: string | undefined): boolean {
  if (signature === undefined || !/^[0-9a-f]{64}$/iu.test(signature)) return false;
  return timingSafeEqual(createHmac('sha256', secret).update(body).digest(), Buffer.from(signature, 'hex'));
}

/** What a webhook tells: which Sentry issue to look at anew. `null`: of nothing that is looked at here. */
export function hintOf(
  resource: string,
  payload: Record<string, unknown>,
): { sentryId: string; action: string } | null {
  const action = typeof payload['action'] === 'string' ? storable(payload['action'].slice(0, 50)) : '';
  const data = recordOf(payload['data']);
  const id = idAt(resource, data);
  return id === null ? null : { sentryId: id, action };
}

function idAt(resource: string, data: Record<string, unknown>): string | null {
  if (resource === 'issue') return idOf(recordOf(data['issue'])['id']);
  if (resource === 'event_alert') return idOf(recordOf(data['event'])['issue_id']);
  if (resource === 'comment') return idOf(data['issue_id']);
  return null;
}

// Sentry's ids are digits, as text or as a number
function idOf(value: unknown): string | null {
  const text = typeof value === 'number' && Number.isSafeInteger(value) ? String(value) : value;
  return typeof text === 'string' && /^[0-9]{1,20}$/u.test(text) ? text : null;
}

function recordOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}
