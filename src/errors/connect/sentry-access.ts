import { noteSentryAnswer, pauseSentryRow, restSentryRow } from './sentry-connections.store.ts';
import { openSentry } from '../../sentry/sentry.ts';
import { publish } from '../../db/db.ts';
import { troubleOf } from './sentry-trouble.decide.ts';
import { unseal } from '../../lib/keyring.ts';
import type { Asked } from './sentry-trouble.decide.ts';
import type { ErrorsCtx } from '../errors.model.ts';
import type { Sentry, SentryFailure, SentryResult } from '../../sentry/sentry.model.ts';
import type { SentryConnection } from './sentry-connections.model.ts';

export const UNREADABLE_TOKEN =
  'The stored Sentry token cannot be decrypted: SECRET_KEY is another one than when it was saved. Put the token in again, or give the old SECRET_KEY too.';

/** The door to Sentry with a connection's token; null when the stored token cannot be decrypted. */
export function sentryOf(ctx: ErrorsCtx, connection: SentryConnection): Sentry | null {
  const token = unseal(ctx.keyring, connection.tokenEncrypted);
  if (token === null) return null;
  return openSentry(
    {
      baseUrl: connection.baseUrl,
      regionUrl: connection.regionUrl,
      organization: connection.organization,
      token,
      addresses: connection.source === 'environment' ? 'any' : ctx.allowPrivateAddresses ? 'private' : 'public',
      ca: connection.caPem,
      insecureTls: connection.insecureTls,
      abilities: connection.abilities,
    },
    { log: ctx.log, now: ctx.now, callsPerSecond: ctx.sentryCallsPerSecond },
  );
}

/** Stops a connection until a person mends it; all that waits is kept. Says so in the log once. */
export async function pauseSentry(
  ctx: ErrorsCtx,
  connection: SentryConnection,
  kind: NonNullable<SentryConnection['pausedKind']>,
  message: string,
): Promise<void> {
  if (!(await pauseSentryRow(ctx.sql, connection, { kind, message, at: ctx.now() }))) return;
  ctx.log.error({ connection: connection.id, organization: connection.organization, kind }, 'Sentry connection paused');
  await publish(ctx.sql, { kind: 'connection', id: connection.id, tenantId: connection.tenantId });
}

/** What a failure does to everything over the connection: it pauses, rests, or nothing. */
export async function settleSentryFailure(
  ctx: ErrorsCtx,
  connection: SentryConnection,
  failure: SentryFailure,
  asked: Asked = 'list',
): Promise<void> {
  ctx.meter.failed('sentry', failure.kind);
  const trouble = troubleOf(failure, asked, connection.restCount, ctx.now(), Math.random());
  if (trouble.kind === 'pause') await pauseSentry(ctx, connection, trouble.pausedKind, failure.message);
  if (trouble.kind === 'rest') await restSentryRow(ctx.sql, connection.id, trouble.until, failure.message);
}

/** Asks, and keeps the connection's state true by what came: an answer ends its rest, a failure may pause it. */
export async function askSentry<T>(
  ctx: ErrorsCtx,
  connection: SentryConnection,
  ask: () => Promise<SentryResult<T>>,
  asked: Asked = 'list',
): Promise<SentryResult<T>> {
  const result = await ask();
  if (!result.ok) await settleSentryFailure(ctx, connection, result.failure, asked);
  else if (connection.restCount > 0) await noteSentryAnswer(ctx.sql, connection.id, ctx.now());
  return result;
}
