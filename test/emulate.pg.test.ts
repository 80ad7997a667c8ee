import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TestContext } from 'node:test';

import { createEmulator } from 'emulate';

import { connectionsOf, ensureEnvironmentConnection } from '../src/connections/connections.ts';
import { Secret } from '../src/lib/secret.ts';
import { startCircle } from './support/circle.ts';
import { startSync } from '../src/mirror/mirror.ts';
import type { Circle } from './support/circle.ts';

/*
 * The main flow against a GitHub that others wrote and that knows nothing of ours. It is faithful only on the good road (no lost
 * answers, no ETags, no redirects), so nothing else is asked of it here.
 */
const TOKEN = 'a-token-of-the-emulated-bot';
const REPOSITORY = 'acme/webshop';

interface EmulatedIssue {
  number: number;
  title: string;
  body: string;
  state: string;
  labels: { name: string }[];
}

test('the main flow works against an independent GitHub: a report becomes an issue, is closed there, and shows it', async (t) => {
  const { circle, github } = await circleWithEmulator(t);
  circle.startWorker();
  const id = await circle.report('The export is empty', { tags: ['export'], severity: 'high' });
  await circle.settled(id, 'synced');

  const issues = await github<EmulatedIssue[]>('GET', '/issues?state=all');
  assert.deepEqual(
    issues.map(({ title, state, labels }) => ({ title, state, labels: labels.map(({ name }) => name) })),
    [{ title: 'The export is empty', state: 'open', labels: ['export', 'severity: high'] }],
  );
  assert.match(issues[0]?.body ?? '', /^<!-- throughline tlm1r[0-9a-f]{56} -->\n/u);
  const [issue] = issues;
  assert.ok(issue);
  assert.equal((await circle.row(id)).issue_number, issue.number);

  await github('POST', `/issues/${issue.number}/comments`, { body: 'Fixed in the next release.' });
  await github('PATCH', `/issues/${issue.number}`, { state: 'closed', state_reason: 'completed' });
  await syncNow(circle);
  const row = await circle.row(id);
  assert.deepEqual([row.issue_state, row.issue_state_reason, row.issue_comments], ['closed', 'completed', 1]);
});

test('a rebuilt hub finds its issue on an independent GitHub and opens no second one', async (t) => {
  const { circle, github } = await circleWithEmulator(t);
  circle.startWorker();
  const id = await circle.report('Kept on GitHub', { key: 'order-7' });
  await circle.settled(id, 'synced');
  const { sql } = circle.db;
  for (const table of ['links', 'filings', 'issues', 'reports'] as const) await sql.deleteFrom(table).execute();
  await sql.updateTable('connections').set({ adopted_at: null }).execute();
  assert.equal(await circle.report('Kept on GitHub', { key: 'order-7' }), id);
  await circle.settled(id, 'synced');
  assert.equal((await github<EmulatedIssue[]>('GET', '/issues?state=all')).length, 1);
});

type Call = <T>(method: string, path: string, body?: object) => Promise<T>;

async function circleWithEmulator(t: TestContext): Promise<{ circle: Circle; github: Call }> {
  const emulator = await createEmulator({
    service: 'github',
    port: 0,
    seed: {
      tokens: { [TOKEN]: { login: 'throughline-bot', scopes: ['repo'] } },
      github: {
        users: [{ login: 'throughline-bot' }, { login: 'acme' }],
        repos: [{ owner: 'acme', name: 'webshop' }],
      },
    },
  });
  t.after(async () => emulator.close());
  const circle = await startCircle(t, { connected: false });
  await ensureEnvironmentConnection(circle.ctx, circle.tenant.id, {
    apiUrl: emulator.url,
    token: new Secret(TOKEN),
    repository: REPOSITORY,
  });
  const github: Call = async (method, path, body) => {
    const answer = await fetch(`${emulator.url}/repos/${REPOSITORY}${path}`, {
      method,
      headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    assert.ok(answer.ok, `${method} ${path} answered ${answer.status}`);
    return answer.json() as never;
  };
  return { circle, github };
}

async function syncNow(circle: Circle): Promise<void> {
  const [connection] = await connectionsOf(circle.db.sql, null);
  assert.ok(connection);
  await (
    await startSync(circle.ctx, connection, 'person')
  ).done;
}
