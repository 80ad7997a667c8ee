import { connectionById } from '../connections/connections.ts';
import { finishDelivery } from './deliveries.store.ts';
import { parseObject } from './payload.decide.ts';
import { payloadOf } from './packs.ts';
import { stepAfterError, stopsItsProcess } from './attempts.decide.ts';
import type { ApplyDelivery, DeliveriesCtx } from './deliveries.model.ts';
import type { ClaimedDelivery } from './deliveries.store.ts';

/**
 * Applies one delivery that this process has taken and stores what became of it. An error is a value here: it says in the row
 * why, and when it is tried again. Should the process die in between, another applies it again.
 */
export async function applyClaimed(ctx: DeliveriesCtx, apply: ApplyDelivery, claimed: ClaimedDelivery): Promise<void> {
  const outcome = await attempt(ctx, apply, claimed).catch((error: unknown) => failureOf(ctx, claimed, error));
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
}

/** Null: the delivery or its connection was deleted meanwhile. */
async function attempt(ctx: DeliveriesCtx, apply: ApplyDelivery, claimed: ClaimedDelivery): Promise<Outcome | null> {
  const { id, guid, event, action, receivedAt } = claimed;
  if (stopsItsProcess(claimed.attempts)) {
    const message =
      'The hub stopped each time it applied this delivery. Sync the repository instead, and tell who runs the hub.';
    return { state: 'failed', message, runAt: ctx.now() };
  }
  const connection = await connectionById(ctx.sql, claimed.connectionId);
  const bytes = claimed.payload ?? (await payloadOf(ctx.sql, id));
  if (connection === null || bytes === null) return null;
  const delivery = { id, guid, event, action, payload: parseObject(bytes), receivedAt };
  return { ...(await apply(connection, delivery)), runAt: ctx.now() };
}

function failureOf(ctx: DeliveriesCtx, claimed: ClaimedDelivery, error: unknown): Outcome {
  const words = error instanceof Error ? error.message : String(error);
  const step = stepAfterError(claimed.attempts, words, ctx.now());
  const fields = { delivery: claimed.id, event: claimed.event, attempts: claimed.attempts, error: words };
  if (step.state === 'failed') ctx.log.error(fields, 'a delivery could not be applied and is left to a person');
  else ctx.log.warn(fields, 'a delivery could not be applied and is tried again');
  return step;
}
