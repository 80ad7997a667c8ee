import { familiesOf } from './app-family.decide.ts';
import { provenApp } from '../connections/connections.ts';
import { secretsIn } from './webhook-secret.ts';
import { selectReceivers } from './receivers.store.ts';
import type { DeliveriesCtx, Subscribe } from './deliveries.model.ts';
import type { FamilyMember } from './app-family.decide.ts';
import type { ReceiverRow } from './receivers.store.ts';

/** How soon the list is read again for an id that is not in it, and at the latest for any. */
const MISS_REREAD_MS = 1000;
const REREAD_MS = 60_000;

/** A connection as the receiver knows it: its secrets are in the clear, in memory only. */
export interface ReceivingConnection extends Relative {
  /** Of all connections of its App: there is one webhook, which signs with one of them. */
  secrets: string[];
  /** All connections of its App, itself among them. */
  family: Relative[];
}

interface Relative extends FamilyMember {
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
  const connections = (await selectReceivers(ctx.sql)).map((row) => receiving(ctx, row));
  const families = familiesOf(connections);
  return new Map(
    connections.map((connection) => {
      const family = families.get(connection.id) ?? [connection];
      return [connection.id, { ...connection, family, secrets: family.flatMap(({ secrets }) => secrets) }];
    }),
  );
}

function receiving(ctx: DeliveriesCtx, row: ReceiverRow): Relative & { secrets: string[] } {
  const { id, base_url: baseUrl, credential_kind: credentialKind, credential_encrypted: credentialEncrypted } = row;
  return {
    id,
    tenantId: row.tenant_id,
    app: provenApp(ctx.keyring, { baseUrl, credentialKind, credentialEncrypted }),
    secrets: secretsIn(ctx.keyring, row.webhook_secret_encrypted),
    allowUnsigned: row.webhook_allow_unsigned,
  };
}
