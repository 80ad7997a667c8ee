import { hintOf, isSentrySigned } from './sentry-hooks.decide.ts';
import { insertHint } from '../read/hints.store.ts';
import { selectSentryConnection, updateSentryConnection } from './sentry-connections.store.ts';
import { unseal } from '../../lib/keyring.ts';
import type { ErrorsCtx } from '../errors.model.ts';

/** What became of a post. `ignored`: signed, and of nothing that is looked at here. */
export type HookReceipt = 'stored' | 'ignored' | 'not_signed' | 'not_json';

export interface HookPost {
  connectionId: string;
  resource: string | undefined;
  signature: string | undefined;
  body: Buffer;
}

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/iu;

/**
 * Takes a webhook of an internal integration (SPEC S7): the signature first, over the bytes as they came; then which Sentry
 * issue it is about is stored, and nothing else of it is believed. Sentry repeats no webhook and wants its answer within a second.
 */
export async function receiveSentryHook(ctx: ErrorsCtx, post: HookPost): Promise<HookReceipt> {
  const connection = UUID.test(post.connectionId)
    ? await selectSentryConnection(ctx.sql, post.connectionId, null)
    : null;
  const sealed = connection?.clientSecretEncrypted ?? null;
  const secret = sealed === null ? null : unseal(ctx.keyring, sealed);
  if (connection === null || secret === null || !isSentrySigned(post.body, secret.reveal(), post.signature))
    return 'not_signed';
  const payload = parsed(post.body);
  if (payload === null) return 'not_json';
  const now = ctx.now();
  await updateSentryConnection(ctx.sql, connection.id, { hook_at: now });
  const resource = post.resource ?? '';
  const hint = hintOf(resource, payload);
  if (hint === null) return 'ignored';
  await insertHint(ctx.sql, { connectionId: connection.id, ...hint, resource, now });
  return 'stored';
}

function parsed(body: Buffer): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(body.toString('utf8'));
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : null;
  } catch {
    return null;
  }
}
