import { sql as raw } from 'kysely';

import { createRule, ensureEnvironmentSentry } from '../../src/errors/errors.ts';
import { Secret } from '../../src/lib/secret.ts';
import { selectSentryConnection } from '../../src/errors/connect/sentry-connections.store.ts';
import { SentryRuleDraft } from '../../src/contract/sentry.ts';
import { startReread } from '../../src/errors/read/reread.ts';
import { startRule } from '../../src/errors/read/discover.ts';
import { selectRule } from '../../src/errors/rules/rules.store.ts';
import { startFakeSentry } from '../fakes/sentry.ts';
import { eventually, PROGRAM, startCircle } from './circle.ts';
import type { Circle, CircleOptions } from './circle.ts';
import type { FakeSentry, FakeSentryOptions } from '../fakes/sentry.ts';
import type { Row } from '../../src/db/db.model.ts';
import type { SentryConnection } from '../../src/errors/connect/sentry-connections.model.ts';
import type { ErrorsCtx, SentryRule } from '../../src/errors/errors.model.ts';
import type { SentryRunRow } from '../../src/errors/rows.model.ts';
import type { TestContext } from 'node:test';

/** The circle with a Sentry beside it: rules run when a test says so, filing by the workers it starts. */
export interface ErrorsCircle extends Circle {
  /** Speaks to Sentry as fast as it answers. */
  ctx: Circle['ctx'] & ErrorsCtx;
  sentry: FakeSentry;
  sentryConnection(): Promise<SentryConnection>;
  /** Makes a rule into the fake repository. */
  rule(draft?: Partial<SentryRuleDraft>): Promise<SentryRule>;
  /** Runs a rule, as its schedule would; returns how it went. */
  run(rule: SentryRule, connection?: SentryConnection): Promise<SentryRunRow>;
  /** Reads what is linked anew. */
  reread(): Promise<SentryRunRow>;
  /** As if all that was read of Sentry had been read so much earlier: the database's own clock tells when. */
  timePasses(ms: number): Promise<void>;
  /** What is stored of a Sentry issue. */
  seen(sentryId: string): Promise<Row<'sentry_issues'>>;
  /** Waits until a Sentry issue's error is filed, and gives the number of its issue on GitHub. */
  filed(sentryId: string): Promise<number>;
}

export interface ErrorsOptions extends CircleOptions {
  sentry?: FakeSentry;
  sentryOptions?: FakeSentryOptions;
}

export async function startErrors(t: TestContext, options: ErrorsOptions = {}): Promise<ErrorsCircle> {
  const circle = await startCircle(t, options);
  const { db, tenant } = circle;
  const ctx = { ...circle.ctx, sentryCallsPerSecond: Infinity };
  const sentry = options.sentry ?? (await startFakeSentry(t, options.sentryOptions));
  const { id } = await ensureEnvironmentSentry(ctx, tenant.id, {
    url: sentry.url,
    token: new Secret(sentry.token),
    organization: sentry.organization,
  });
  const sentryConnection = async () => {
    const connection = await selectSentryConnection(ctx.sql, id, null);
    if (connection === null) throw new Error('the Sentry connection is gone');
    return connection;
  };
  const ended = async (run: SentryRunRow, done: Promise<void>) => {
    await done;
    return db.sql.selectFrom('sentry_runs').selectAll().where('id', '=', run.id).executeTakeFirstOrThrow();
  };
  const seen = async (sentryId: string) =>
    db.sql.selectFrom('sentry_issues').selectAll().where('sentry_id', '=', sentryId).executeTakeFirstOrThrow();
  return {
    ...circle,
    ctx,
    sentry,
    sentryConnection,
    async rule(draft = {}) {
      const target = (await circle.connection()).id;
      const whole = SentryRuleDraft.parse({ name: 'All', sentry_connection_id: id, connection_id: target, ...draft });
      return createRule(ctx, PROGRAM, tenant.id, whole);
    },
    async run(rule, connection) {
      const fresh = await selectRule(ctx.sql, rule.id, null);
      const { run, done } = await startRule(ctx, connection ?? (await sentryConnection()), fresh ?? rule, 'person');
      return ended(run, done);
    },
    async reread() {
      const { run, done } = await startReread(ctx, await sentryConnection(), 'person');
      return ended(run, done);
    },
    async timePasses(ms) {
      const earlier = (column: string) => raw<Date>`${raw.ref(column)} - ${ms} * interval '1 millisecond'`;
      await db.sql
        .updateTable('sentry_issues')
        .set({
          read_at: earlier('read_at'),
          reread_at: earlier('reread_at'),
          missing_since: earlier('missing_since'),
          status_changed_at: earlier('status_changed_at'),
        })
        .execute();
    },
    seen,
    async filed(sentryId) {
      const { error_id: errorId } = await seen(sentryId);
      if (errorId === null) throw new Error(`Sentry issue ${sentryId} was not taken`);
      const filing = await eventually(
        async () => circle.filing(errorId),
        ({ state }) => state === 'synced',
        (row) => `the filing is ${row.state}: ${row.failure_message ?? ''}`,
      );
      const link = db.sql
        .selectFrom('links')
        .innerJoin('issues', 'issues.id', 'links.issue_id')
        .select('issues.number')
        .where('links.source_id', '=', filing.source_id);
      return (await link.executeTakeFirstOrThrow()).number;
    },
  };
}
