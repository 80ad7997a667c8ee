import assert from 'node:assert/strict';

import { connectionsOf } from '../connections/connections.ts';
import { eventually } from '../../test/support/circle.ts';
import { startErrors } from '../../test/support/errors.ts';
import { startReflecting } from './reflect.jobs.ts';
import { startSync } from '../mirror/mirror.ts';
import type { ErrorsCircle, ErrorsOptions } from '../../test/support/errors.ts';
import type { Row } from '../db/db.model.ts';
import type { SentryRuleDraft } from '../contract/sentry.ts';
import type { TestContext } from 'node:test';

/** An error that is linked and agreed on, and what others do to either side of it. */
export interface Linked {
  circle: ErrorsCircle;
  sentryId: string;
  number: number;
  error(): Promise<Row<'errors'>>;
  acts(): Promise<Row<'reflections'>[]>;
  readSentry(): Promise<void>;
  /** Both sides are read, as webhooks and polls do, and compared until nothing is due. */
  settle(): Promise<void>;
  issue(): {
    state: string;
    reason: string | null;
    labels: readonly string[];
    assignees: readonly string[];
    comments: string[];
  };
  status(): string;
}

/** Starts `processes` hubs that compare. */
function reflecting(t: TestContext, circle: ErrorsCircle, processes = 1): void {
  for (let n = 0; n < processes; n += 1) {
    const loop = startReflecting({ ...circle.ctx, workerId: `reflector ${n}` }, (heard) =>
      circle.db.live.subscribe(heard),
    );
    circle.db.beforeClose(async () => loop.stop());
  }
  t.diagnostic(`${processes} comparing`);
}

/** Files one error by a rule and lets hubs compare its sides. */
export async function linked(
  t: TestContext,
  rule: Partial<SentryRuleDraft> = {},
  { processes = 1, ...options }: ErrorsOptions & { processes?: number } = {},
): Promise<Linked> {
  const circle = await startErrors(t, options);
  const { id: sentryId } = circle.sentry.newIssue();
  circle.startWorker();
  await circle.run(await circle.rule({ refresh: false, back_link: false, assign: 'off', ...rule }));
  const number = await circle.filed(sentryId);
  reflecting(t, circle, processes);
  const { sql } = circle.db;
  const errorId = (await circle.seen(sentryId)).error_id ?? '';
  const error = async () => sql.selectFrom('errors').selectAll().where('id', '=', errorId).executeTakeFirstOrThrow();
  const idle = async () =>
    eventually(
      error,
      (row) => row.agreed_github !== null && row.locked_by === null && (row.reflect_at ?? NEVER) > new Date(),
      (row) => `still due: ${JSON.stringify(row)}`,
    );
  // as if the time of its re-reading had come
  const readSentry = async () => {
    await sql
      .updateTable('sentry_issues')
      .set({ read_at: new Date(0) })
      .execute();
    await circle.reread();
  };
  await idle();
  return {
    circle,
    sentryId,
    number,
    error,
    readSentry,
    acts: async () => sql.selectFrom('reflections').selectAll().orderBy('id').execute(),
    async settle() {
      await circle.reread();
      await sql
        .updateTable('sentry_issues')
        .set({ read_at: new Date(0) })
        .execute();
      await circle.reread();
      const [connection] = await connectionsOf(sql, null);
      assert.ok(connection);
      await (
        await startSync(circle.ctx, connection, 'person')
      ).done;
      await sql.updateTable('errors').set({ reflect_at: new Date() }).where('reflect_at', 'is', null).execute();
      await eventually(
        error,
        (row) => row.locked_by === null && (row.reflect_at === null || row.reflect_at > new Date(Date.now() + 1000)),
        (row) => `still due: ${JSON.stringify(row)}`,
      );
    },
    issue: () => {
      const found = circle.fake.issues().find((one) => one.number === number);
      assert.ok(found);
      const [repository] = circle.fake.state.repositories;
      return {
        state: found.state,
        reason: found.stateReason,
        labels: found.labels,
        assignees: found.assignees,
        comments: (repository?.comments[number] ?? []).map(({ body }) => body),
      };
    },
    status: () => circle.sentry.world.state.issues.find(({ id }) => id === sentryId)?.status ?? 'gone',
  };
}
const NEVER = new Date(8e15);

/** What became of each act, in order. */
export const ended = (acts: Row<'reflections'>[]) => acts.map(({ act, state }) => `${act} ${state}`);
