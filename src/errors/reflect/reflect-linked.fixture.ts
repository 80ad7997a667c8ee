import assert from 'node:assert/strict';

import { connectionsOf } from '../../connections/connections.ts';
import { eventually } from '../../../test/support/circle.ts';
import { insertHint } from '../read/hints.store.ts';
import { publish } from '../../db/db.ts';
import { selectRules } from '../rules/rules.store.ts';
import { startErrors } from '../../../test/support/errors.ts';
import { startReflecting } from './reflect.jobs.ts';
import { startSync } from '../../mirror/mirror.ts';
import type { ErrorsCircle, ErrorsOptions } from '../../../test/support/errors.ts';
import type { Row } from '../../db/db.model.ts';
import type { SentryRule } from '../errors.model.ts';
import type { SentryRuleDraft } from '../../contract/sentry.ts';
import type { TestContext } from 'node:test';

/** An error that is linked and agreed on, and what others do to either side of it. */
export interface Linked {
  circle: ErrorsCircle;
  sentryId: string;
  number: number;
  error(): Promise<Row<'errors'>>;
  acts(): Promise<Row<'reflections'>[]>;
  readSentry(): Promise<void>;
  readGithub(): Promise<void>;
  /** Another Sentry issue that the rule takes, and its number on GitHub. */
  another(): Promise<{ sentryId: string; number: number }>;
  rule(): Promise<SentryRule>;
  /** Waits until nothing is due. */
  compared(): Promise<void>;
  /** Both sides are read, as webhooks and polls do, and compared until nothing is due. */
  settle(): Promise<void>;
  /** The same for all errors, those of regressions too, once they are filed. */
  settleAll(): Promise<void>;
  issue(): {
    state: string;
    reason: string | null;
    labels: readonly string[];
    assignees: readonly string[];
    comments: string[];
  };
  status(): string;
}

/** Files one error by a rule and lets hubs compare its sides. */
export async function linked(
  t: TestContext,
  rule: Partial<SentryRuleDraft> = {},
  { processes = 1, ...options }: ErrorsOptions & { processes?: number } = {},
): Promise<Linked> {
  const circle = await startErrors(t, options);
  const { sql } = circle.db;
  const { id: sentryId } = circle.sentry.newIssue();
  circle.startWorker();
  await circle.run(await circle.rule({ refresh: false, back_link: false, assign: 'off', ...rule }));
  const number = await circle.filed(sentryId);
  for (let n = 0; n < processes; n += 1) startOne(circle, `reflector ${n}`);
  const errorId = (await circle.seen(sentryId)).error_id ?? '';
  const error = async () => sql.selectFrom('errors').selectAll().where('id', '=', errorId).executeTakeFirstOrThrow();
  const compared = async () => untilCompared(error);
  const readSentry = async () => readSentryAnew(circle);
  await compared();
  return {
    circle,
    sentryId,
    number,
    error,
    readSentry,
    readGithub: async () => readGithubAnew(circle),
    compared,
    rule: async () => ruleOf(circle),
    async another() {
      const { id } = circle.sentry.newIssue();
      await circle.run(await ruleOf(circle));
      return { sentryId: id, number: await circle.filed(id) };
    },
    acts: async () => sql.selectFrom('reflections').selectAll().orderBy('id').execute(),
    async settle() {
      await readSentry();
      await readGithubAnew(circle);
      await makeAllDue(circle);
      await compared();
    },
    async settleAll() {
      await readSentry();
      await readGithubAnew(circle);
      await makeAllDue(circle);
      await circle.filed(sentryId);
      await untilAllCompared(circle);
    },
    issue: () => issueOf(circle, number),
    status: () => circle.sentry.world.state.issues.find(({ id }) => id === sentryId)?.status ?? 'gone',
  };
}

async function ruleOf({ db }: ErrorsCircle): Promise<SentryRule> {
  const [rule] = await selectRules(db.sql, { tenantId: null });
  assert.ok(rule);
  return rule;
}

function startOne(circle: ErrorsCircle, workerId: string): void {
  const loop = startReflecting({ ...circle.ctx, workerId }, (heard) => circle.db.live.subscribe(heard));
  circle.db.beforeClose(async () => loop.stop());
}

async function untilCompared(error: Linked['error']): Promise<void> {
  const soon = () => new Date(Date.now() + 1000);
  await eventually(
    error,
    (row) =>
      row.agreed_github !== null && row.locked_by === null && (row.reflect_at === null || row.reflect_at > soon()),
    (row) => `still due: ${JSON.stringify(row)}`,
  );
}

async function untilAllCompared({ db }: ErrorsCircle): Promise<void> {
  const unfinished = async () =>
    db.sql
      .selectFrom('errors')
      .selectAll()
      .where((eb) => eb.or([eb('agreed_github', 'is', null), eb('reflect_at', '<', new Date(Date.now() + 1000))]))
      .execute();
  await eventually(
    unfinished,
    (rows) => rows.length === 0,
    (rows) => `still due: ${JSON.stringify(rows)}`,
  );
}

// Told like any change, or who compares would sleep on for seconds.
async function makeAllDue({ db, tenant }: ErrorsCircle): Promise<void> {
  await db.sql.updateTable('errors').set({ reflect_at: new Date() }).where('reflect_at', 'is', null).execute();
  await publish(db.sql, { kind: 'error', id: 'all', tenantId: tenant.id });
}

// As if webhooks had hinted at all of them.
async function readSentryAnew(circle: ErrorsCircle): Promise<void> {
  const { sql } = circle.db;
  const now = new Date();
  const rows = await sql.selectFrom('sentry_issues').selectAll().where('gone', 'is', null).execute();
  for (const { sentry_connection_id: connectionId, sentry_id: sentryId } of rows)
    await insertHint(sql, { connectionId, sentryId, resource: 'issue', action: 'created', now });
  await circle.reread();
}

async function readGithubAnew({ ctx, db }: ErrorsCircle): Promise<void> {
  const [connection] = await connectionsOf(db.sql, null);
  assert.ok(connection);
  const { done } = await startSync(ctx, connection, 'person');
  await done;
}

function issueOf({ fake }: ErrorsCircle, number: number): ReturnType<Linked['issue']> {
  const found = fake.issues().find((one) => one.number === number);
  assert.ok(found);
  const { state, stateReason: reason, labels, assignees } = found;
  const comments = (fake.state.repositories[0]?.comments[number] ?? []).map(({ body }) => body);
  return { state, reason, labels, assignees, comments };
}

/** What became of each act, in order. */
export const ended = (acts: Row<'reflections'>[]) => acts.map(({ act, state }) => `${act} ${state}`);
