import { connectionsOf, ensureEnvironmentConnection } from '../../../src/connections/connections.ts';
import { contextOver, openCrashDatabase, PROGRAM } from '../cell.ts';
import { createRule, ensureEnvironmentSentry } from '../../../src/errors/errors.ts';
import { ensureFirstTenant } from '../../../src/tenants/tenants.ts';
import { Secret } from '../../../src/lib/secret.ts';
import { selectSentryConnection } from '../../../src/errors/connect/sentry-connections.store.ts';
import { SentryRuleDraft } from '../../../src/contract/sentry.ts';
import { controlOf } from '../../support/fake-process.ts';
import { startFakeGithub } from '../../fakes/github-server.ts';
import { startFakeSentry } from '../../fakes/sentry.ts';
import type { Database } from '../../../src/db/db.ts';
import type { ErrorsCtx, SentryRule } from '../../../src/errors/errors.model.ts';
import type { GithubConnection } from '../../../src/connections/connections.model.ts';
import type { SentryConnection } from '../../../src/errors/connect/sentry-connections.model.ts';
import type { TestServer } from '../../support/database-server.ts';

/** A fake, told what to do over HTTP. */
interface ToldFake {
  control: ReturnType<typeof controlOf>;
}

/** One database, a Sentry and a GitHub, and two rules: one of single errors, one whose errors share a key. */
export interface ErrorsWorld {
  url: string;
  db: Database;
  ctx: ErrorsCtx;
  github: ToldFake;
  sentry: ToldFake;
  rules: SentryRule[];
  connection(): Promise<GithubConnection>;
  sentryConnection(): Promise<SentryConnection>;
  close(): Promise<void>;
}

/** Of the fake: its errors share one issue for each culprit. */
export const SHARING_PROJECT_ID = '4502';

export async function openErrorsWorld(server: TestServer): Promise<ErrorsWorld> {
  const { url, db, drop } = await openCrashDatabase(server);
  const [github, sentry] = await Promise.all([startFakeGithub(), startFakeSentry()]);
  const ctx: ErrorsCtx = { ...contextOver(db), sentryCallsPerSecond: Infinity };
  const tenant = await ensureFirstTenant(ctx);
  const { apiUrl, repository, organization } = { ...github, ...sentry };
  await ensureEnvironmentConnection(ctx, tenant.id, { apiUrl, token: new Secret(github.token), repository });
  await ctx.sql.updateTable('connections').set({ adopted_at: ctx.now(), creations_per_hour: 1_000_000 }).execute();
  const { id } = await ensureEnvironmentSentry(ctx, tenant.id, {
    url: sentry.url,
    token: new Secret(sentry.token),
    organization,
  });
  const connection = async () => {
    const [found] = await connectionsOf(ctx.sql, tenant.id);
    if (found === undefined) throw new Error('the connection is gone');
    return found;
  };
  const into = { sentry_connection_id: id, connection_id: (await connection()).id, new_per_hour: 100_000 };
  const rule = async (draft: Partial<SentryRuleDraft>) =>
    createRule(ctx, PROGRAM, tenant.id, SentryRuleDraft.parse({ ...into, every_seconds: 86_400, ...draft }));
  const rules = [
    await rule({ name: 'Single', projects: ['shop-web'], position: 0 }),
    await rule({ name: 'Sharing', projects: ['api'], share_key: '{{ culprit }}', position: 1 }),
  ];
  // filed by the markers of a repository that is empty: nothing is to be read first
  await ctx.sql.updateTable('connections').set({ adopted_at: ctx.now() }).execute();
  return {
    url,
    db,
    ctx,
    github: { control: controlOf(github.url) },
    sentry: { control: controlOf(sentry.url) },
    rules,
    connection,
    async sentryConnection() {
      const found = await selectSentryConnection(ctx.sql, id, null);
      if (found === null) throw new Error('the Sentry connection is gone');
      return found;
    },
    async close() {
      await Promise.all([github.close(), sentry.close()]);
      await drop();
    },
  };
}
