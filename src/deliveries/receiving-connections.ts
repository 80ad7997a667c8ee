import { secretsIn } from './webhook-secret.ts';
import { selectReceivers } from './receivers.store.ts';
import type { DeliveriesCtx, Subscribe } from './deliveries.model.ts';

/** How soon the list is read again for an id that is not in it, and at the latest for any. */
const MISS_REREAD_MS = 1000;
const REREAD_MS = 60_000;

/** A connection as the receiver knows it: its secrets are in the clear, in memory only. */
export interface ReceivingConnection {
  tenantId: string;
  secrets: string[];
  allowUnsigned: boolean;
}

export interface ReceivingConnections {
  /** Costs nothing while nothing changes, however many unknown ids are asked for. */
  find(id: string): Promise<ReceivingConnection | null>;
  close(): void;
}

/** Keeps every connection's webhook secrets unsealed, and reads them again when a connection changes. */
export function openReceivingConnections(ctx: DeliveriesCtx, subscribe: Subscribe): ReceivingConnections {
  let known: Promise<Map<string, ReceivingConnection>> | null = null;
  let readAt = 0;
  const unsubscribe = subscribe((notice) => {
    if (notice.kind === 'connection' || notice.kind === 'reconnected') known = null;
  });
  const read = async () => {
    readAt = Date.now();
    const reading = readAll(ctx);
    known = reading;
    // what failed must not be believed for a minute
    reading.catch(() => {
      if (known === reading) known = null;
    });
    return reading;
  };
  return {
    async find(id) {
      const connections = await (known === null || Date.now() - readAt > REREAD_MS ? read() : known);
      const found = connections.get(id);
      if (found !== undefined) return found;
      if (Date.now() - readAt < MISS_REREAD_MS) return null;
      return (await read()).get(id) ?? null;
    },
    close: unsubscribe,
  };
}

async function readAll(ctx: DeliveriesCtx): Promise<Map<string, ReceivingConnection>> {
  const rows = await selectReceivers(ctx.sql);
  return new Map(
    rows.map((row) => [
      row.id,
      {
        tenantId: row.tenant_id,
        secrets: secretsIn(ctx.keyring, row.webhook_secret_encrypted),
        allowUnsigned: row.webhook_allow_unsigned,
      },
    ]),
  );
}
