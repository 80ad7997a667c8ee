import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { randomUUID } from 'node:crypto';

import { connectionFindings, directionFinding, fine, queueFindings, warning, wrong } from './doctor.decide.ts';
import { ConfigProblem } from '../config.ts';
import { connectionsOf, githubOf, testGithub } from '../connections/connections.ts';
import { deriveKeyring } from '../lib/keyring.ts';
import { hasEmbedded, openDatabase, schemaVersion } from '../db/db.ts';
import { keepSecretKey } from '../secret-key.ts';
import { logOver, openLogger } from './logger.ts';
import { NO_METER } from '../lib/meter.ts';
import { openGithub } from '../github/github.ts';
import { readHealth } from '../health/health.ts';
import { Secret } from '../lib/secret.ts';
import type { Config } from '../config.ts';
import type { Database } from '../db/db.ts';
import type { Finding } from './doctor.model.ts';
import type { Github } from '../github/github.model.ts';
import type { GithubConnection, OutsideCtx } from '../connections/connections.model.ts';

const API_VERSION = '2022-11-28';
const log = logOver(openLogger('silent'));

/** What the database knows, and what GitHub says of every token. Changes nothing: no migration, no key, no connection is made. */
export async function hubFindings(config: Config): Promise<Finding[]> {
  if (config.databaseUrl === null && !hasEmbedded(config.dataDir))
    return [
      fine('database', `There is no database yet: it is made in ${config.dataDir} at the first start.`),
      ...(await connectionsFindings(config, null)),
    ];
  let db: Database;
  try {
    db = await openDatabase({ databaseUrl: config.databaseUrl?.reveal() ?? null, dataDir: config.dataDir, log });
  } catch (error) {
    const findings = await connectionsFindings(config, null);
    return [wrong('database', error instanceof Error ? error.message : String(error), null), ...findings];
  }
  try {
    return [fine('database', 'PostgreSQL answers.'), ...(await databaseFindings(config, db))];
  } finally {
    await db.close();
  }
}

async function databaseFindings(config: Config, db: Database): Promise<Finding[]> {
  const schema = await schemaFinding(db);
  // an older schema may lack what is asked below, a newer one may have changed it
  if (schema.severity !== 'ok') return [schema, ...(await connectionsFindings(config, null))];
  const key = keyOf(config);
  if ('finding' in key) return [schema, key.finding];
  const ctx = contextOf(config, db, key.secretKeys);
  const [connections, health] = await Promise.all([connectionsOf(ctx.sql, null), readHealth(ctx, null, null)]);
  const nameOf = (id: string | null) => connections.find((connection) => connection.id === id)?.repository ?? null;
  return [
    schema,
    ...health.directions
      .filter(({ direction }) => direction !== 'database')
      .map((direction) => directionFinding(direction, nameOf(direction.connection_id))),
    ...queueFindings(health.queue, ctx.now()),
    ...(await connectionsFindings(config, { ctx, connections })),
  ];
}

async function schemaFinding(db: Database): Promise<Finding> {
  try {
    const { applied, newest } = await schemaVersion(db);
    if (applied >= newest) return fine('schema', `The schema is up to date (${applied}).`);
    const text =
      applied === 0 ? 'The database is empty.' : `The schema is at ${applied}, this version knows ${newest}.`;
    return warning('schema', text, 'The next start brings it up to date by itself; then ask the doctor again.');
  } catch (error) {
    return wrong('schema', error instanceof Error ? error.message : String(error), null);
  }
}

/** Without a key one made for this moment: it reads nothing, and each connection's finding says so. */
function keyOf(config: Config): { secretKeys: Secret[] } | { finding: Finding } {
  if (config.secretKeys === null && !existsSync(join(config.dataDir, 'secret.key')))
    return { secretKeys: [new Secret(randomUUID())] };
  try {
    return { secretKeys: keepSecretKey(config) };
  } catch (error) {
    if (error instanceof ConfigProblem) return { finding: wrong('secret_key', error.message, null) };
    throw error;
  }
}

function contextOf(config: Config, db: Database, secretKeys: Secret[]): OutsideCtx {
  return {
    sql: db.sql,
    now: () => new Date(),
    log,
    meter: NO_METER,
    keyring: deriveKeyring(secretKeys),
    allowPrivateAddresses: config.allowPrivateAddresses,
    createSpacingMs: config.createSpacingMs,
  };
}

interface Stored {
  ctx: OutsideCtx;
  connections: GithubConnection[];
}

/** Every connection's token as it counts from the next start on; `stored` null: only the environment's is known. */
async function connectionsFindings(config: Config, stored: Stored | null): Promise<Finding[]> {
  const known = stored?.connections ?? [];
  const environment = environmentDoor(config, known.find(({ source }) => source === 'environment') ?? null);
  const others = known.filter((connection) => environment === null || connection.source !== 'environment');
  if (environment === null && others.length === 0)
    return stored === null ? [] : [warning('connections', 'No repository is connected.', CONNECT_FIX)];
  const doors = others.map((connection) => ({
    repository: connection.repository,
    github: stored === null ? null : githubOf(stored.ctx, connection),
  }));
  return (await Promise.all([...(environment === null ? [] : [environment]), ...doors].map(doorFindings))).flat();
}

const CONNECT_FIX =
  'Connect one under Settings, GitHub; or set GITHUB_TOKEN and GITHUB_REPO. Reports are kept until then.';

interface Door {
  repository: string;
  /** Null: the stored token cannot be read. */
  github: Github | null;
}

async function doorFindings({ repository, github }: Door): Promise<Finding[]> {
  if (github !== null) return connectionFindings(await testGithub(github, repository, new Date()), repository);
  const text = `The stored token for ${repository} cannot be decrypted: SECRET_KEY is another one than when it was saved.`;
  return [{ ...wrong('token', text, 'Give SECRET_KEY its old value, or put the token in again.'), repository }];
}

function environmentDoor(config: Config, existing: GithubConnection | null): Door | null {
  const { githubToken: token, githubRepo, githubApiUrl: baseUrl } = config;
  if (token === null || githubRepo === null) return null;
  // after a rename on GitHub the stored name is newer than the variable
  const repository = existing?.repositoryGiven === githubRepo ? existing.repository : githubRepo;
  const access = { baseUrl, apiVersion: API_VERSION, credential: { kind: 'token', key: 'doctor', token } as const };
  const deps = { log, now: () => new Date(), createSpacingMs: config.createSpacingMs };
  return { repository, github: openGithub({ ...access, addresses: 'any' }, deps) };
}
