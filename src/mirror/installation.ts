import {
  connectionsOf,
  githubOf,
  pauseForFailure,
  provenApp,
  refreshConnection,
  resumeConnection,
} from '../connections/connections.ts';
import { SYSTEM } from '../accounts/accounts.model.ts';
import type { ApplyDelivery } from '../deliveries/deliveries.model.ts';
import type { GithubConnection, OutsideCtx } from '../connections/connections.model.ts';

/**
 * Looks at the connections of an installation that GitHub told of: the message may be old, or of another installation of the same
 * App. One that GitHub refuses now is paused; one that was paused because GitHub refused it goes on when it does no more.
 */
export async function applyInstallation(
  ctx: OutsideCtx,
  connection: GithubConnection,
  { installationId, words }: { installationId: number | null; words: string },
): ReturnType<ApplyDelivery> {
  const concerned = await connectionsAt(ctx, connection, installationId);
  if (concerned.length === 0) return { state: 'ignored', message: `${words} No connection uses that installation.` };
  for (const one of concerned) await lookAt(ctx, one);
  return { state: 'applied', message: words };
}

/** The connections of one's tenant that use the same App in this installation. */
export async function connectionsAt(
  ctx: OutsideCtx,
  connection: GithubConnection,
  installationId: number | null,
): Promise<GithubConnection[]> {
  const key = provenApp(ctx.keyring, connection)?.key;
  return (await connectionsOf(ctx.sql, connection.tenantId)).filter((one) => {
    const app = provenApp(ctx.keyring, one);
    return app !== null && app.key === key && app.installationId === installationId;
  });
}

async function lookAt(ctx: OutsideCtx, connection: GithubConnection): Promise<void> {
  const github = githubOf(ctx, connection);
  if (github === null) return;
  const answer = await refreshConnection(ctx, connection, github, true);
  if (answer.ok) {
    if (connection.pausedKind === 'forbidden') await resumeConnection(ctx, SYSTEM, connection);
  } else if (answer.failure.kind === 'forbidden' || answer.failure.kind === 'unauthorized')
    await pauseForFailure(ctx, connection, answer.failure.kind, answer.failure);
}
