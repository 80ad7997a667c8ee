import { join } from 'node:path';

import { apiKeyHandlers } from '../accounts/api-keys.routes.ts';
import { auditHandlers } from '../audit/audit.routes.ts';
import { authenticate } from '../accounts/accounts.ts';
import { buildServer, mergeHandlers } from '../http/http.ts';
import { connectionRoutes } from '../connections/connections.ts';
import {
  errorRoutes,
  sentryConnectionRoutes,
  sentryHookRoutes,
  sentryRuleRoutes,
  undoRoutes,
} from '../errors/errors.ts';
import { databaseAnswers, healthRoutes } from '../health/health.ts';
import { mayHear } from './live-events.ts';
import { deliveryRoutes, hookRoutes, openReceiver } from '../deliveries/deliveries.ts';
import { peopleHandlers } from '../accounts/people.routes.ts';
import { reportRoutes } from '../reports/reports.ts';
import { sessionHandlers } from '../accounts/session.routes.ts';
import { driftRoutes } from '../mirror/drift.routes.ts';
import { listNamesRoutes } from '../mirror/lists-names.routes.ts';
import { listRoutes } from '../mirror/lists.routes.ts';
import { repositoryRoutes } from '../mirror/repositories.routes.ts';
import { syncRoutes } from '../mirror/mirror.ts';
import { templateError } from '../filing/filing.ts';
import { tenantHandlers } from '../tenants/tenants.routes.ts';
import { tokenSignerHandlers } from '../accounts/token-signers.routes.ts';
import type { Handlers } from '../accounts/routes.model.ts';
import type pino from 'pino';
import type { Hub } from './hub.ts';
import type { Metrics } from '../health/health.ts';
import type { ServerDeps } from '../http/http.model.ts';
import type { Work } from './work.ts';

const WEB_ROOT = join(import.meta.dirname, '../../dist/web');
/** A worker that has not looked for work for this long is stuck. */
const WORKER_SILENT_MS = 30_000;

/** Every route's handler, put together. */
export function handlersOf({ ctx, db, config }: Hub): Handlers {
  return mergeHandlers(
    sessionHandlers(ctx),
    peopleHandlers(ctx),
    apiKeyHandlers(ctx),
    tokenSignerHandlers(ctx),
    tenantHandlers(ctx),
    auditHandlers(ctx),
    connectionRoutes(ctx, { templateError }, ctx.publicUrl),
    reportRoutes(ctx, (heard) => db.live.subscribe(heard)),
    syncRoutes(ctx),
    repositoryRoutes(ctx),
    driftRoutes(ctx),
    listRoutes(ctx),
    listNamesRoutes(ctx),
    deliveryRoutes(ctx),
    hookRoutes(ctx),
    sentryConnectionRoutes(ctx),
    sentryRuleRoutes(ctx),
    errorRoutes(ctx),
    undoRoutes(ctx),
    healthRoutes(ctx, db.kind === 'embedded' ? config.dataDir : null),
  );
}

/** The HTTP server of a hub, not yet listening. `work` null: this process only serves. */
export async function openServer(
  hub: Hub,
  logger: pino.Logger,
  metrics: Metrics,
  work: Work | null,
): ReturnType<typeof buildServer> {
  const { ctx, config, db } = hub;
  return buildServer({
    handlers: handlersOf(hub),
    authenticate: async (credentials) => authenticate(ctx, credentials),
    logger,
    publicUrl: config.publicUrl,
    subscribe: (principal, send) =>
      db.live.subscribe(
        (notice) => void mayHear(ctx, principal, notice).then((event) => event === null || send(event)),
      ),
    receiver: openReceiver(ctx, (heard) => db.live.subscribe(heard), hub.rush),
    sentryHooks: sentryHookRoutes(ctx),
    ready: async () => readyChecks(hub, work),
    metrics: async () => ({ contentType: metrics.contentType, text: await metrics.render(ctx) }),
    webRoot: WEB_ROOT,
    // a proxy on this machine or in the private network; with anybody's header the caller's address would be free to choose
    trustProxy: config.trustProxy ? ['loopback', 'linklocal', 'uniquelocal'] : false,
  });
}

async function readyChecks({ ctx }: Hub, work: Work | null): ReturnType<ServerDeps['ready']> {
  const answers = await databaseAnswers(ctx);
  const silentMs = work === null ? 0 : ctx.now().getTime() - work.lastTurnAt().getTime();
  const works = silentMs < WORKER_SILENT_MS;
  return [
    { name: 'database', ok: answers, text: answers ? 'The database answers.' : 'The database does not answer.' },
    {
      name: 'worker',
      ok: works,
      text: works
        ? 'The worker looks for work.'
        : `The worker has been silent for ${Math.round(silentMs / 1000)} seconds.`,
    },
  ];
}
