import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { test } from 'node:test';

import { eventually } from './support/eventually.ts';
import { SentryRuleDraft } from '../src/contract/sentry.ts';
import { startApi } from './support/api.ts';
import { startFakeSentry } from './fakes/sentry.ts';
import type { Api } from './support/api.ts';
import type { FakeSentry } from './fakes/sentry.ts';
import type { TestContext } from 'node:test';

interface SentryApi extends Api {
  sentry: FakeSentry;
  connectionId: string;
  /** A rule's settings as the form sends them. */
  draft(changes?: Partial<SentryRuleDraft>): SentryRuleDraft;
}

async function startSentryApi(t: TestContext): Promise<SentryApi> {
  const api = await startApi(t);
  const sentry = await startFakeSentry(t);
  const { token, organization, clientSecret, url } = sentry;
  const body = { base_url: `${url}/`, organization, token, client_secret: clientSecret };
  const made = await api.call('POST', '/sentry-connections', body);
  assert.equal(made.status, 201, JSON.stringify(made.body));
  const connectionId = String(made.body['id']);
  const target = (await api.connection()).id;
  return {
    ...api,
    sentry,
    connectionId,
    draft: (changes = {}) =>
      SentryRuleDraft.parse({ name: 'All', sentry_connection_id: connectionId, connection_id: target, ...changes }),
  };
}

test('a Sentry connection is tested before it is saved, shows no secret, and each fault has its sentence', async (t) => {
  const api = await startSentryApi(t);
  const { token, organization, url } = api.sentry;
  const ask = async (body: object) => (await api.call('POST', '/sentry-connections/test', body)).body;
  const good = await ask({ base_url: url, organization, token });
  assert.deepEqual([good['ok'], good['product']], [true, 'sentry'], JSON.stringify(good));
  assert.equal((good['projects'] as unknown[]).length, 2);
  for (const [body, words] of [
    [{ base_url: url, organization, token: 'wrong' }, /token/iu],
    [{ base_url: url, organization: 'nobody', token }, /organi[sz]ation/iu],
    [{ base_url: api.fake.apiUrl, organization, token }, /Sentry/u],
    [{ base_url: 'http://127.0.0.1:1', organization, token }, /./u],
  ] as const) {
    const result = await ask(body);
    const [check] = result['checks'] as { text: string; fix: string | null }[];
    assert.equal(result['ok'], false);
    assert.match(check?.text ?? '', words);
    assert.ok(check?.fix, JSON.stringify(check));
  }
  const listed = await api.call('GET', '/sentry-connections');
  assert.doesNotMatch(JSON.stringify(listed.body), new RegExp(`${token}|${api.sentry.clientSecret}|gAAAA`, 'u'));
});

test('a dry run tells what would be filed where and why not, and sends and stores nothing', async (t) => {
  const api = await startSentryApi(t);
  api.sentry.seedMany(4);
  const posts = api.fake.countRequests('POST', /./u);
  const draft = api.draft({ new_per_hour: 2, tags: [] });
  const run = await api.call('POST', '/sentry-rules/dry-run', { rule: draft, days: 7 });
  assert.equal(run.status, 200, JSON.stringify(run.body));
  assert.deepEqual(run.body['totals'], { filed: 2, waiting: 2, shared: 0, known: 0, skipped: 0 });
  const [first] = run.body['items'] as { title: string; repository: string; labels: string[] }[];
  assert.match(first?.title ?? '', /^🐛 Sentry: Error: case/u);
  assert.equal(first?.repository, api.fake.repository);
  assert.ok(first?.labels.includes('sentry'));
  assert.equal(api.fake.countRequests('POST', /./u), posts);
  assert.equal((await api.db.sql.selectFrom('sentry_issues').selectAll().execute()).length, 0);
});

test('a preview shows title and body of a real Sentry issue, and names a template that cannot be used', async (t) => {
  const api = await startSentryApi(t);
  const issue = api.sentry.newIssue({ title: 'TypeError: @dba see #12' });
  const preview = async (changes: Partial<SentryRuleDraft>) =>
    api.call('POST', '/sentry-rules/preview', { rule: api.draft(changes), sentry_issue: issue.id });
  const good = await preview({ title_template: '{{ project }}: {{ title }}' });
  assert.equal(good.status, 200, JSON.stringify(good.body));
  assert.match(String(good.body['title']), /^shop-web: TypeError/u);
  assert.doesNotMatch(String(good.body['title']), /@dba/u);
  assert.equal((await preview({ title_template: '{{ title | nonsense }}' })).status, 400);
});

test('what no rule took is filed when a person says so, and the list tells why each is or is not an issue', async (t) => {
  const api = await startSentryApi(t);
  const issue = api.sentry.newIssue();
  const made = await api.call('POST', '/sentry-rules', api.draft({ events_min: 1000 }));
  assert.equal(made.status, 201, JSON.stringify(made.body));
  const run = async () => {
    await api.call('POST', `/sentry-rules/${String(made.body['id'])}/run`);
    await untilIdle(api);
  };
  await run();
  const list = await api.call('GET', '/errors?state=skipped');
  const [row] = list.body['items'] as { id: string; explanation: string; sentry: { id: string } }[];
  assert.equal(row?.sentry.id, issue.id);
  assert.match(row?.explanation ?? '', /the rule wants 1,000/u);
  const asked = await api.call('POST', `/errors/${row?.id ?? ''}/file`);
  assert.equal(asked.status, 202, JSON.stringify(asked.body));
  await run();
  api.startWorker();
  await untilFiled(api);
  const detail = await api.call('GET', `/errors/${row?.id ?? ''}`);
  assert.deepEqual([detail.status, detail.body['state']], [200, 'synced'], JSON.stringify(detail.body));
  assert.match(JSON.stringify(detail.body['timeline']), /Sent to GitHub, and filed/u);
  assert.equal((await api.call('POST', `/errors/${row?.id ?? ''}/file`)).status, 409);
});

test('what looks like a secret in an error is masked on the pages of the hub, too', async (t) => {
  const api = await startSentryApi(t);
  api.sentry.newIssue({ title: 'Refused: Bearer abcdefghijklmnop', culprit: 'ask password=hunter22' });
  const made = await api.call('POST', '/sentry-rules', api.draft());
  await api.call('POST', `/sentry-rules/${String(made.body['id'])}/run`);
  await untilIdle(api);
  api.startWorker();
  await untilFiled(api);
  const errors = await api.call('GET', '/errors');
  const [row] = errors.body['items'] as { id: string }[];
  const seen = [
    errors,
    await api.call('GET', `/errors/${row?.id ?? ''}`),
    await api.call('GET', '/reports?source=error'),
  ];
  for (const { status, body } of seen) {
    assert.equal(status, 200);
    assert.match(JSON.stringify(body), /Refused: Bearer \[masked\]/u);
    assert.doesNotMatch(JSON.stringify(body), /abcdefghijklmnop|hunter22/u);
  }
});

test('the metrics tell when each rule last looked and what its cap holds back', async (t) => {
  const api = await startSentryApi(t);
  api.sentry.seedMany(3);
  const made = await api.call('POST', '/sentry-rules', api.draft({ new_per_hour: 1 }));
  const told = async () => (await api.app.inject('/metrics')).body;
  assert.match(await told(), /sentry_last_look_seconds_ago\{rule="All"\} -1/u);
  await api.call('POST', `/sentry-rules/${String(made.body['id'])}/run`);
  await untilIdle(api);
  const text = await told();
  assert.match(text, /sentry_last_look_seconds_ago\{rule="All"\} \d/u);
  assert.match(text, /sentry_waiting\{rule="All"\} 2/u);
  assert.match(text, /error_conflicts 0/u);
});

test("another tenant's connections cannot be named in a rule", async (t) => {
  const api = await startSentryApi(t);
  const other = await api.call('POST', '/tenants', { slug: 'zeta', name: 'Zeta' });
  const headers = { authorization: 'Bearer the-admin-key-of-a-test', 'x-tenant': 'zeta' };
  assert.equal(other.status, 201);
  for (const [method, path, body] of [
    ['POST', '/sentry-rules', api.draft()],
    ['POST', '/sentry-rules/dry-run', { rule: api.draft() }],
    ['POST', '/sentry-rules/preview', { rule: api.draft() }],
  ] as const)
    assert.equal((await api.call(method, path, body, headers)).status, 404, path);
});

test('a webhook is believed only with the client secret, and is only a hint to look', async (t) => {
  const api = await startSentryApi(t);
  const post = async (payload: string, signature: string | null, connection = api.connectionId) =>
    api.app.inject({
      method: 'POST',
      url: `/webhooks/sentry/${connection}`,
      headers: {
        'content-type': 'application/json',
        'sentry-hook-resource': 'issue',
        ...(signature === null ? {} : { 'sentry-hook-signature': signature }),
      },
      payload,
    });
  const sign = (payload: string) => createHmac('sha256', api.sentry.clientSecret).update(payload).digest('hex');
  const hint = JSON.stringify({ action: 'resolved', data: { issue: { id: '42', status: 'resolved' } } });
  assert.equal((await post(hint, null)).statusCode, 401);
  assert.equal((await post(hint, sign(`${hint} `))).statusCode, 401);
  assert.equal((await post(hint, sign(hint), '018f0000-0000-7000-8000-0000000000ff')).statusCode, 401);
  assert.equal((await post(hint, sign(hint), 'nonsense')).statusCode, 401);
  assert.equal((await post('[1]', sign('[1]'))).statusCode, 400);
  assert.equal((await post('{', sign('{'))).statusCode, 400);
  const odd = JSON.stringify({ action: 'created', data: { issue: { id: '1; drop table errors' } } });
  assert.equal((await post(odd, sign(odd))).statusCode, 200);
  assert.equal((await post(hint, sign(hint))).statusCode, 202);
  assert.equal((await post(hint, sign(hint))).statusCode, 202);
  const rows = await api.db.sql.selectFrom('sentry_hints').selectAll().execute();
  assert.deepEqual(
    rows.map(({ sentry_id, action }) => [sentry_id, action]),
    [['42', 'resolved']],
  );
});

async function untilIdle({ db }: Api): Promise<void> {
  await eventually(
    async () => db.sql.selectFrom('sentry_runs').select('id').where('state', '=', 'running').execute(),
    (running) => running.length === 0,
    () => 'the run does not end',
  );
}

async function untilFiled({ db }: Api): Promise<void> {
  await eventually(
    async () => db.sql.selectFrom('filings').select(['state', 'failure_message']).executeTakeFirst(),
    (filing) => filing?.state === 'synced',
    (filing) => `the filing is ${filing?.state}: ${filing?.failure_message ?? ''}`,
  );
}
