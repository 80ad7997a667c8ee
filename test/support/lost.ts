import { eventually } from './circle.ts';
import { startErrors } from './errors.ts';
import type { ErrorsCircle, ErrorsOptions } from './errors.ts';
import type { SandboxSentryIssue } from '../../src/sandbox/sentry-world.model.ts';
import type { SentryRuleDraft } from '../../src/contract/sentry.ts';
import type { TestContext } from 'node:test';

/** Issues that were made on GitHub. */
export const posts = ({ fake }: ErrorsCircle) => fake.countRequests('POST', /\/issues$/u);
/** Questions to Sentry about one issue, and about many by their ids. */
export const singles = ({ sentry }: ErrorsCircle) => sentry.countRequests('GET', /\/issues\/\d+\/$/u);
export const batches = ({ sentry }: ErrorsCircle) =>
  sentry.requests.filter(({ query }) => query.includes('group=')).length;

/** A hub anew, with a database of its own, over the GitHub and the Sentry of another. */
export async function rebuilt(
  t: TestContext,
  { fake, sentry }: ErrorsCircle,
  options: ErrorsOptions = {},
): Promise<ErrorsCircle> {
  return startErrors(t, { fake, sentry, unread: true, ...options });
}

/** Runs a rule over a repository whose issues are then read, until what it took is on GitHub or held. */
export async function runRule(circle: ErrorsCircle, draft: Partial<SentryRuleDraft> = {}): Promise<void> {
  const rule = await circle.rule(draft);
  circle.startWorker();
  await circle.run(rule);
}

/** Waits until a Sentry issue's filing is held for Sentry's answer, and gives the reason. */
export async function held(circle: ErrorsCircle, sentryId: string): Promise<string> {
  const { error_id: errorId } = await circle.seen(sentryId);
  const { failure_message: why } = await eventually(
    async () => circle.filing(errorId ?? ''),
    (row) => row.state === 'pending' && row.failure_message !== null,
    (row) => `the filing is ${row.state}: ${row.failure_message ?? 'about to be sent'}`,
  );
  return why ?? '';
}

/** Waits until a Sentry issue stands on GitHub, by whatever error, and gives the number. */
export async function numberOf({ db }: ErrorsCircle, sentryId: string): Promise<number> {
  const number = async () =>
    db.sql
      .selectFrom('sentry_issues as s')
      .innerJoin('links as l', 'l.source_id', 's.error_id')
      .innerJoin('issues as i', 'i.id', 'l.issue_id')
      .select('i.number')
      .where('s.sentry_id', '=', sentryId)
      .executeTakeFirst();
  const found = await eventually(
    number,
    (row) => row !== undefined,
    () => `${sentryId} is not on GitHub`,
  );
  return found?.number ?? 0;
}

/** How many errors the hub has. */
export async function errorsOf({ db }: ErrorsCircle): Promise<number> {
  return (await db.sql.selectFrom('errors').select('id').execute()).length;
}

/** Two Sentry issues of which the first one is on GitHub, and will be merged into the second. */
export async function filedOne(
  t: TestContext,
  options: ErrorsOptions = {},
): Promise<{ hub: ErrorsCircle; one: SandboxSentryIssue; two: SandboxSentryIssue; number: number }> {
  const hub = await startErrors(t, options);
  const [one, two] = [hub.sentry.newIssue({ title: 'A broke' }), hub.sentry.newIssue({ title: 'B broke' })];
  hub.sentry.event(two.id);
  await runRule(hub, { query: 'is:unresolved "A broke"' });
  return { hub, one, two, number: await hub.filed(one.id) };
}
