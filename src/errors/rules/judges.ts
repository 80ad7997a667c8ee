import { canFile } from './seen.decide.ts';
import { selectRules } from './rules.store.ts';
import type { ErrorsCtx } from '../errors.model.ts';
import type { Judges } from './seen.decide.ts';
import type { SentryConnection } from '../connect/sentry-connections.model.ts';

/** Whose word counts for the Sentry issues of a connection at the moment. */
export async function judgesOf(
  ctx: ErrorsCtx,
  { tenantId, id: sentryConnectionId, abilities }: SentryConnection,
): Promise<Judges> {
  const rules = await selectRules(ctx.sql, { tenantId, sentryConnectionId });
  return { usable: rules.filter(canFile), abilities };
}
