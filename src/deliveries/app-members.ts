import { connectionsOf, provenApp } from '../connections/connections.ts';
import { familiesOf } from './app-family.decide.ts';
import type { DeliveriesCtx } from './deliveries.model.ts';
import type { FamilyMember } from './app-family.decide.ts';
import type { GithubConnection } from '../connections/connections.model.ts';

/** A connection with the App that it proves to be. */
export interface AppMember extends FamilyMember {
  connection: GithubConnection;
}

/** All connections with those of the same App, oldest first, by the id of each; one by a token is alone. */
export async function readFamilies(ctx: DeliveriesCtx): Promise<Map<string, AppMember[]>> {
  const members = (await connectionsOf(ctx.sql, null)).map((connection) => {
    const { id, tenantId } = connection;
    return { id, tenantId, app: provenApp(ctx.keyring, connection), connection };
  });
  return familiesOf(members);
}
