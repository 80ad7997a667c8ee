import { connectionById } from '../connections/connections.ts';
import { finishDelivery } from './deliveries.store.ts';
import { headOf, parseObject } from './payload.decide.ts';
import { payloadOf } from './packs.ts';
import { stepAfterError, stopsItsProcess } from './attempts.decide.ts';
import type { ApplyDelivery, DeliveriesCtx } from './deliveries.model.ts';
import type { ClaimedDelivery } from './deliveries.store.ts';
import type { DeliveryHead } from './payload.decide.ts';

/**
 * Applies one delivery that this process has taken and stores what became of it. An error is a value here: it says in the row
 * why, and when it is tried again. Should the process die in between, another applies it again.
 */
export async function applyClaimed(ctx: DeliveriesCtx, apply: ApplyDelivery, claimed: ClaimedDelivery): Promise<void> {
  const outcome = await attempt(ctx, apply, claimed).catch((error: unknown) => ({
    ...failureOf(ctx, claimed, error),
    head: null,
  }));
  if (outcome === null) return;
  const now = ctx.now();
  const isDone = outcome.state === 'applied' || outcome.state === 'ignored';
  await finishDelivery(ctx.sql, claimed, { ...outcome, appliedAt: isDone ? now : null });
  const seconds = Math.max(0, (now.getTime() - claimed.receivedAt.getTime()) / 1000);
  ctx.meter.applied(outcome.state === 'received' ? 'waiting' : outcome.state, seconds);
}

interface Outcome {
  state: 'received' | 'applied' | 'ignored' | 'failed';
  message: string;
  runAt: Date;
  /** Null: the payload was not read. */
  head: DeliveryHead | null;
}

const NO_JSON =
  'The payload begins like a JSON object and is none. GitHub sends no such thing: see what stands between GitHub and this hub.';

/** Null: the delivery or its connection was deleted meanwhile. */
async function attempt(ctx: DeliveriesCtx, apply: ApplyDelivery, claimed: ClaimedDelivery): Promise<Outcome | null> {
  const { id, guid, event, receivedAt } = claimed;
  if (stopsItsProcess(claimed.attempts)) {
    const message =
      'The hub stopped each time it applied this delivery. Sync the repository instead, and tell who runs the hub.';
    return { state: 'failed', message, runAt: ctx.now(), head: null };
  }
  const connection = await connectionById(ctx.sql, claimed.connectionId);
  const bytes = claimed.payload ?? (await payloadOf(ctx.sql, id));
  if (connection === null || bytes === null) return null;
  const payload = parseObject(bytes);
  if (payload === null) return { state: 'failed', message: NO_JSON, runAt: ctx.now(), head: null };
  const head = headOf(payload);
  const end = await apply(connection, { id, guid, event, action: head.action, payload, receivedAt }).catch(
    (error: unknown) => failureOf(ctx, claimed, error),
  );
  return { runAt: ctx.now(), ...end, head };
}

function failureOf(ctx: DeliveriesCtx, claimed: ClaimedDelivery, error: unknown): Omit<Outcome, 'head'> {
  const words = error instanceof Error ? error.message : String(error);
  const step = stepAfterError(claimed.attempts, words, ctx.now());
  const fields = { delivery: claimed.id, event: claimed.event, attempts: claimed.attempts, error: words };
  if (step.state === 'failed') ctx.log.error(fields, 'a delivery could not be applied and is left to a person');
  else ctx.log.warn(fields, 'a delivery could not be applied and is tried again');
  return step;
}
