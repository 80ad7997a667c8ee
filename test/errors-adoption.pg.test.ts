import assert from 'node:assert/strict';
import { test } from 'node:test';

import { changeRule } from '../src/errors/rules/manage-rules.ts';
import { connect, eventually, PROGRAM } from './support/circle.ts';
import { connectionById } from '../src/connections/connections.ts';
import { deleteConnection } from '../src/connections/manage.ts';
import { retryError } from '../src/errors/act-on-error.ts';
import { startErrors } from './support/errors.ts';
import type { ErrorsCircle } from './support/errors.ts';
import type { SentryRule } from '../src/errors/errors.model.ts';

/** Of the fake's first issue. */
const SHORT_ID = 'SHOP-WEB-1';
const creations = ({ fake }: ErrorsCircle) => fake.countRequests('POST', /\/issues$/u);

test("a link's number decides: another Sentry issue of the same short id does not swallow a new error", async (t) => {
  const circle = await startErrors(t, { unread: true });
  const { fake, sentry } = circle;
  const issue = sentry.newIssue();
  const other = sentry.newIssue({ project: 'api' });
  sentry.setStatus(other.id, 'resolved');
  const own = `${sentry.url}/organizations/${sentry.organization}/issues`;
  const bodies = [
    `Sentry Issue: [${SHORT_ID}](${own}/${other.id}/)`,
    `${sentry.url}/organizations/other/issues/${SHORT_ID}/`,
  ];
  const others = bodies.map((body) => fake.openIssue({ title: 'Of another one', body, labels: ['sentry'] }).number);
  const rule = await circle.rule();
  circle.startWorker();
  await circle.run(rule);
  const { error_id: errorId } = await circle.seen(issue.id);
  await eventually(
    async () => circle.filing(errorId ?? ''),
    ({ failure_message: why }) => why !== null,
    () => 'Sentry is not to be asked for the other one',
  );
  await circle.reread();
  assert.equal(others.includes(await circle.filed(issue.id)), false);
  assert.equal((await circle.seen(issue.id)).short_id, SHORT_ID);
  assert.equal(creations(circle), 1);
});

test('a short id of the own organisation is enough where the link has no number', async (t) => {
  const circle = await startErrors(t, { unread: true });
  const { fake, sentry } = circle;
  const issue = sentry.newIssue();
  const body = `${sentry.url}/organizations/${sentry.organization}/issues/${SHORT_ID}/`;
  const { number } = fake.openIssue({ title: 'By a script', body, labels: ['sentry'] });
  const rule = await circle.rule();
  circle.startWorker();
  await circle.run(rule);
  assert.deepEqual([await circle.filed(issue.id), creations(circle)], [number, 0]);
});

test('a digest that lists two Sentry issues is taken over for neither', async (t) => {
  const circle = await startErrors(t, { unread: true });
  const { fake, sentry } = circle;
  const issues = [sentry.newIssue({ title: 'A broke' }), sentry.newIssue({ title: 'B broke' })];
  const body = issues.map(({ id }) => `- ${sentry.url}/organizations/acme/issues/${id}/`).join('\n');
  const digest = fake.openIssue({ title: 'Weekly digest', body, labels: ['sentry'] });
  const rule = await circle.rule();
  circle.startWorker();
  await circle.run(rule);
  const numbers = await Promise.all(issues.map(async ({ id }) => circle.filed(id)));
  assert.equal(new Set([...numbers, digest.number]).size, 3);
});

test('what was filed under the public address is known though the connection has an inner one', async (t) => {
  const circle = await startErrors(t, { unread: true });
  const { db, fake, sentry } = circle;
  const issue = sentry.newIssue();
  const permalink = `https://sentry.corp.example/organizations/acme/issues/${issue.id}/`;
  const { number } = fake.openIssue({ title: 'Old script', body: `Sentry: ${permalink}`, labels: ['sentry'] });
  await circle.run(await circle.rule());
  await db.sql.updateTable('sentry_issues').set({ permalink }).execute();
  circle.startWorker();
  assert.deepEqual([await circle.filed(issue.id), creations(circle)], [number, 0]);
});

test('an issue that Sentry shows as linked twice is taken over, and one on another GitHub is not', async (t) => {
  const circle = await startErrors(t);
  const { fake, sentry } = circle;
  const { number } = fake.openIssue({ title: 'By hand' });
  const [here, elsewhere] = [sentry.newIssue({ title: 'A broke' }), sentry.newIssue({ title: 'B broke' })];
  const path = `${fake.repository}/issues/${number}`;
  sentry.linkNatively(here.id, `${fake.url}/${path}`);
  sentry.linkNatively(here.id, `${fake.url}/${path.replace('acme', 'ACME')}#issuecomment-1`);
  sentry.linkNatively(elsewhere.id, `https://git.corp.example/${path}`);
  circle.startWorker();
  const run = await circle.run(await circle.rule());
  assert.deepEqual([run.state, run.taken], ['done', 2]);
  assert.equal(await circle.filed(here.id), number);
  assert.notEqual(await circle.filed(elsewhere.id), number);
});

/** The rule's repository is disconnected and connected anew, and the rule given it. */
async function reconnect(circle: ErrorsCircle, rule: SentryRule): Promise<void> {
  const { ctx, fake, tenant } = circle;
  const old = await connectionById(ctx.sql, (await circle.connection()).id);
  assert.ok(old);
  await deleteConnection(ctx, PROGRAM, old);
  await connect(ctx, tenant.id, fake);
  await changeRule(ctx, PROGRAM, rule, { connection_id: (await circle.connection()).id });
}

test("an error that was refused is filed once its rule's repository was connected again and a person tries", async (t) => {
  const circle = await startErrors(t);
  const issue = circle.sentry.newIssue();
  const rule = await circle.rule();
  await circle.run(rule);
  const row = await circle.seen(issue.id);
  const refused = { state: 'failed', failure_kind: 'invalid', failure_message: 'refused' } as const;
  await circle.db.sql.updateTable('filings').set(refused).execute();
  await reconnect(circle, rule);
  await retryError(circle.ctx, PROGRAM, row.id);
  circle.startWorker();
  assert.ok(await circle.filed(issue.id));
});

test('an error that waits goes to the repository its rule was given before the first one was disconnected', async (t) => {
  const circle = await startErrors(t);
  const issue = circle.sentry.newIssue();
  const rule = await circle.rule();
  await circle.run(rule);
  await circle.db.sql.updateTable('filings').set({ connection_id: null }).execute();
  circle.startWorker();
  assert.ok(await circle.filed(issue.id));
});

test('a repository that is disconnected and connected again has its links again, and nothing is filed twice', async (t) => {
  const circle = await startErrors(t);
  const issue = circle.sentry.newIssue();
  const rule = await circle.rule();
  circle.startWorker();
  await circle.run(rule);
  const number = await circle.filed(issue.id);
  await reconnect(circle, rule);
  const links = await eventually(
    async () => circle.db.sql.selectFrom('links').selectAll().execute(),
    (rows) => rows.length > 0,
    () => 'there is no link',
  );
  assert.deepEqual([links.length, await circle.filed(issue.id), creations(circle)], [1, number, 1]);
  const { error_id: errorId } = await circle.seen(issue.id);
  const filing = await circle.filing(errorId ?? '');
  assert.equal(filing.connection_id, (await circle.connection()).id);
});

for (const page of [1, 2])
  test(`a rule made while page ${page} of its repository is read still knows what was noted before`, async (t) => {
    const circle = await startErrors(t, { unread: true });
    const { fake, sentry } = circle;
    const issue = sentry.newIssue();
    const body = `${sentry.url}/organizations/acme/issues/${issue.id}/`;
    const { number } = fake.openIssue({ title: 'Old script', body, labels: ['from-our-script'] });
    for (let i = 0; i < 150; i++) fake.openIssue({ title: `Other ${i}` });
    const { error } = circle.ctx.sources;
    const { promise: made, resolve } = Promise.withResolvers<SentryRule>();
    let pages = 0;
    circle.ctx.sources.error = {
      ...error,
      async note(...given) {
        await error.note?.(...given);
        pages += 1;
        if (pages === page) resolve(await circle.rule({ labels: ['from-our-script'] }));
      },
    };
    circle.startWorker();
    await circle.run(await made);
    assert.deepEqual([await circle.filed(issue.id), creations(circle)], [number, 0]);
  });
