import { after, DAY_MS } from '../../lib/clock.ts';
import { askSentry, sentryOf } from './sentry-access.ts';
import { updateSentryConnection } from './sentry-connections.store.ts';
import type { ErrorsCtx } from '../errors.model.ts';
import type { Sentry, SentryFailure } from '../../sentry/sentry.model.ts';
import type { SentryConnection } from './sentry-connections.model.ts';

type Probed =
  | { ok: true; connection: SentryConnection; sentry: Sentry; requests: number }
  | { ok: false; failure: SentryFailure; requests: number };

/** What a server or a token can do changes now and then: it is asked again after this long. */
const PROBE_MS = DAY_MS;

/** A connection whose server was asked within a day what it can do and who its organisation is; costs nothing while that is known. */
export async function probed(ctx: ErrorsCtx, connection: SentryConnection, sentry: Sentry): Promise<Probed> {
  const { abilities, organizationId, probedAt } = connection;
  const isFresh = probedAt !== null && probedAt > after(ctx.now(), -PROBE_MS);
  if (abilities !== null && organizationId !== null && isFresh) return { ok: true, connection, sentry, requests: 0 };
  return probe(ctx, connection, sentry);
}

/** Asks anew, and keeps what was found. */
export async function probe(ctx: ErrorsCtx, connection: SentryConnection, sentry: Sentry): Promise<Probed> {
  const result = await askSentry(ctx, connection, async () => sentry.probe());
  if (!result.ok) return result;
  const { organization, abilities } = result.value;
  const stored = await updateSentryConnection(ctx.sql, connection.id, {
    organization: organization.slug,
    organization_id: organization.id,
    region_url: organization.regionUrl,
    product: abilities.product,
    version: abilities.version,
    abilities: JSON.stringify(abilities),
    checked_at: ctx.now(),
    probed_at: ctx.now(),
  });
  // opened anew: it now knows the region and what the server can do
  return { ok: true, connection: stored, sentry: sentryOf(ctx, stored) ?? sentry, requests: result.requests };
}
