import { hostname } from 'node:os';
import { randomBytes } from 'node:crypto';

import { ensureEnvironmentSentry, ERROR_SOURCE } from '../errors/errors.ts';
import { REPORT_SOURCE } from '../reports/reports.ts';
import { connectionsOf, ensureEnvironmentConnection, openPlanner } from '../connections/connections.ts';
import { ConfigProblem } from '../config.ts';
import { deriveKeyring, unseal } from '../lib/keyring.ts';
import { ensureFirstTenant } from '../tenants/tenants.ts';
import { keepSecretKey } from '../secret-key.ts';
import { keySetsOver } from '../accounts/accounts.ts';
import { migrate, openDatabase } from '../db/db.ts';
import { NO_METER } from '../lib/meter.ts';
import { openOutbound } from '../outbound/outbound.ts';
import { openRush } from '../deliveries/deliveries.ts';
import { SECOND_MS } from '../lib/clock.ts';
import type { AccountsCtx } from '../accounts/accounts.model.ts';
import type { Config } from '../config.ts';
import type { Database } from '../db/db.ts';
import type { Log } from '../lib/log.ts';
import type { Meter } from '../lib/meter.ts';
import type { ReportsCtx } from '../reports/reports.model.ts';
import type { Rush } from '../deliveries/deliveries.model.ts';

/** An open hub without its loops: database, schema, keys, first tenant and the unattended connection. */
export interface Hub {
  config: Config;
  db: Database;
  ctx: ReportsCtx & AccountsCtx;
  /** Of webhook deliveries to this process: the loop that applies them holds back. */
  rush: Rush;
  close(): Promise<void>;
}

/** Opens what every command needs. Throws `ConfigProblem` or `DatabaseProblem` with a sentence for the operator. */
export async function openHub(config: Config, log: Log, meter: Meter = NO_METER): Promise<Hub> {
  const keyring = deriveKeyring(keepSecretKey(config));
  const db = await openDatabase({ databaseUrl: config.databaseUrl?.reveal() ?? null, dataDir: config.dataDir, log });
  try {
    await migrate(db, log);
    const outbound = openOutbound(process.env);
    const ctx: ReportsCtx & AccountsCtx = {
      sql: db.sql,
      now: () => new Date(),
      log,
      meter,
      keyring,
      keySets: keySetsOver(outbound, config.allowPrivateAddresses ? 'private' : 'public', log),
      adminApiKey: config.adminApiKey,
      publicUrl: config.publicUrl,
      hasConnection: async (tenantId) =>
        (await connectionsOf(db.sql, tenantId)).some((connection) => connection.enabled),
      allowPrivateAddresses: config.allowPrivateAddresses,
      createSpacingMs: config.createSpacingMs,
      planner: openPlanner({ sql: db.sql, log }),
      workerId: `${hostname()} ${process.pid} ${randomBytes(4).toString('hex')}`,
      leaseMs: config.leaseSeconds * SECOND_MS,
      lookupDelaysMs: config.filingLookupSeconds.map((seconds) => seconds * SECOND_MS),
      sources: { report: REPORT_SOURCE, error: ERROR_SOURCE },
    };
    await refuseForeignKey(ctx, config);
    const tenant = await ensureFirstTenant(ctx);
    if (config.githubToken !== null && config.githubRepo !== null)
      await ensureEnvironmentConnection(ctx, tenant.id, {
        apiUrl: config.githubApiUrl,
        token: config.githubToken,
        repository: config.githubRepo,
      });
    if (config.sentryToken !== null && config.sentryOrg !== null)
      await ensureEnvironmentSentry(ctx, tenant.id, {
        url: config.sentryUrl,
        token: config.sentryToken,
        organization: config.sentryOrg,
      });
    return {
      config,
      db,
      ctx,
      rush: openRush(),
      async close() {
        outbound.close();
        await db.close();
      },
    };
  } catch (error) {
    await db.close();
    throw error;
  }
}

// Two machines on one DATABASE_URL that each made their own key would each lock out the other's secrets.
async function refuseForeignKey(ctx: ReportsCtx, config: Config): Promise<void> {
  if (config.databaseUrl === null || config.secretKeys !== null) return;
  const connections = await connectionsOf(ctx.sql, null);
  if (connections.every((connection) => unseal(ctx.keyring, connection.credentialEncrypted) !== null)) return;
  throw new ConfigProblem(
    'The tokens in this database were saved with another secret key than the one in DATA_DIR/secret.key. Set SECRET_KEY to the key of the machine that saved them (its DATA_DIR/secret.key), the same on all machines.',
  );
}
