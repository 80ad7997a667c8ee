import { deliveryRowOf, readArrived } from './delivery-row.ts';
import { guidOf, jsonBytes, numberIn } from './payload.decide.ts';
import { isSigned } from './signature.decide.ts';
import { keepersOf } from './app-family.decide.ts';
import { MINUTE_MS } from '../lib/clock.ts';
import { openInbox } from './inbox.ts';
import { openRush } from './rush.ts';
import { openReceivingConnections } from './receiving-connections.ts';
import { publish } from '../db/db.ts';
import type { DeliveriesCtx, Receipt, Receiver, Rush, Subscribe, WebhookPost } from './deliveries.model.ts';
import type { NewDelivery } from './inbox.store.ts';
import type { ReadDelivery } from './delivery-row.ts';
import type { ReceivingConnection } from './receiving-connections.ts';

/**
 * Takes GitHub's posts (SPEC W1): the signature first, over the bytes as they came, then whether they look like JSON, then the commit.
 * Applying is for the loop, which hears of it at once; `rush` tells it when to hold back.
 */
export function openReceiver(ctx: DeliveriesCtx, subscribe: Subscribe, rush: Rush = openRush()): Receiver {
  const connections = openReceivingConnections(ctx, subscribe);
  const tellRefused = refusalLog(ctx);
  const tellStored = noticeOf(ctx);
  const inbox = openInbox(ctx.sql, (first, count) => {
    rush.stored(count);
    tellStored(first);
  });
  const settle = (receipt: Receipt): Receipt => {
    ctx.meter.received(receipt);
    if (receipt === 'not_signed') tellRefused();
    return receipt;
  };
  return {
    async mayRead(connectionId, headers) {
      const connection = await connections.find(connectionId);
      const hasSignature = headers['x-hub-signature-256'] !== undefined;
      // a stranger who knows no connection takes none of the memory
      if (connection !== null && (connection.allowUnsigned || (hasSignature && connection.secrets.length > 0)))
        return true;
      settle('not_signed');
      return false;
    },
    async receive(post) {
      const connection = await connections.find(post.connectionId);
      const proof = connection === null ? null : proofOf(post, connection);
      if (connection === null || proof === null) return settle('not_signed');
      const now = ctx.now();
      const read = readPost(post, now, connection.app !== null);
      if (read === null) return settle('not_json');
      // nobody signed it: only those who said that this is enough for them may be told
      const family = connection.family.filter(
        ({ id, allowUnsigned }) => proof === 'signed' || id === post.connectionId || allowUnsigned,
      );
      const keepers = keepersOf(family, read, connection);
      const added = await Promise.all(
        keepers.map(async ({ id, tenantId }) =>
          inbox.add(deliveryRowOf({ tenantId, connectionId: id, cameBy: 'post' }, read, now)),
        ),
      );
      if (added.length === 0) return settle('other_installation');
      return settle(added.includes(true) ? 'stored' : 'duplicate');
    },
    refuseSize: () => ctx.meter.received('too_large'),
    close: () => connections.close(),
  };
}

function proofOf(post: WebhookPost, { secrets, allowUnsigned }: ReceivingConnection): 'signed' | 'unsigned' | null {
  const signature = headerOf(post, 'x-hub-signature-256');
  // a signature that nobody here can check is as good as none
  if (allowUnsigned && (signature === undefined || secrets.length === 0)) return 'unsigned';
  return isSigned(post.body, secrets, signature) ? 'signed' : null;
}

function readPost(post: WebhookPost, now: Date, isOfApp: boolean): ReadDelivery | null {
  const bytes = jsonBytes(post.body, headerOf(post, 'content-type'));
  if (bytes === null) return null;
  const guid = guidOf(headerOf(post, 'x-github-delivery'), post.body);
  const hookId = numberIn(headerOf(post, 'x-github-hook-id'));
  return readArrived({ guid, hookId, event: headerOf(post, 'x-github-event'), bytes, at: now }, isOfApp);
}

function headerOf({ headers }: WebhookPost, name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value[0] : value;
}

/** Rouses the loops of all processes; what is stored while a notice is on its way shares the next one. */
function noticeOf(ctx: DeliveriesCtx): (stored: NewDelivery) => void {
  let waiting: NewDelivery | null = null;
  let isTelling = false;
  const tell = async () => {
    isTelling = true;
    for (let row = waiting; row !== null; row = waiting) {
      waiting = null;
      // should it fail, the loops look by themselves within seconds
      await publish(ctx.sql, { kind: 'delivery', id: row.id, tenantId: row.tenant_id }).catch(() => undefined);
    }
    isTelling = false;
  };
  return (stored) => {
    waiting = stored;
    if (!isTelling) void tell();
  };
}

/** One line a minute at most, however many posts are refused: a stranger must not fill the disk. */
function refusalLog(ctx: DeliveriesCtx): () => void {
  let refused = 0;
  let saidAt = Number.NEGATIVE_INFINITY;
  return () => {
    refused += 1;
    const now = ctx.now().getTime();
    if (now - saidAt < MINUTE_MS) return;
    ctx.log.warn({ refused }, 'webhook posts were refused: unsigned, wrongly signed, or for no connection');
    saidAt = now;
    refused = 0;
  };
}
