import assert from 'node:assert/strict';
import { test } from 'node:test';

import { eventually } from './support/circle.ts';
import { startApi } from './support/api.ts';
import { startPlacing } from '../src/filing/filing.ts';

type Api = Awaited<ReturnType<typeof startApi>>;

async function connected(api: Api, places: object = {}) {
  const { fake } = api;
  return api.call('POST', '/connections', {
    repository: 'acme/webshop',
    base_url: fake.apiUrl,
    token: fake.token,
    ...places,
  });
}

test('a parent and a project come back as they were set, change one by one, and end with null', async (t) => {
  const api = await startApi(t, { connected: false });
  const places = {
    parent_issue: 3,
    project: `${api.fake.url}/orgs/acme/projects/4/views/1`,
    project_fields: { Status: 'To do', Größe: '3' },
  };
  const made = await connected(api, places);
  assert.equal(made.status, 201);
  const shown = ({ body }: { body: Record<string, unknown> }) => [
    body['parent_issue'],
    body['project'],
    body['project_fields'],
  ];
  assert.deepEqual(shown(made), Object.values(places));
  const path = `/connections/${String(made.body['id'])}`;
  assert.deepEqual(shown(await api.call('PATCH', path, { project_fields: { Status: 'Done' } })), [
    3,
    places.project,
    { Status: 'Done' },
  ]);
  assert.deepEqual(shown(await api.call('PATCH', path, { parent_issue: null, project: null })), [
    null,
    null,
    { Status: 'Done' },
  ]);
  assert.deepEqual(shown(await connected(api)), [null, null, {}]);
});

test('a parent, project or field that cannot be one is refused with its name, and nothing is stored', async (t) => {
  const api = await startApi(t, { connected: false });
  const many = Object.fromEntries(Array.from({ length: 21 }, (_, place) => [`Field ${place}`, 'x']));
  const wrong: [string, unknown][] = [
    ['parent_issue', 0],
    ['parent_issue', 1.5],
    ['parent_issue', 2 ** 31],
    ['parent_issue', '7'],
    ['project', 'acme/4'],
    ['project', `${api.fake.url}/acme/webshop/projects/4`],
    ['project', 'https://elsewhere.example/orgs/acme/projects/4'],
    ['project', `https://user@${new URL(api.fake.url).host}/orgs/acme/projects/4`],
    ['project', 'javascript:alert(1)//orgs/acme/projects/4'],
    ['project_fields', many],
    ['project_fields', { Status: '' }],
    ['project_fields', { ' ': 'x' }],
    ['project_fields', { Status: 'a\u0000b' }],
    ['project_fields', { 'a\u0000b': 'x' }],
    ['project_fields', ['Status']],
    ['project_fields', { Status: { name: 'x' } }],
    ['project_fields', { Status: 'x'.repeat(1025) }],
  ];
  for (const [field, value] of wrong) {
    const answer = await connected(api, { [field]: value });
    const said = `${field} ${JSON.stringify(value).slice(0, 60)}`;
    assert.equal(answer.status, 400, said);
    assert.ok(JSON.stringify(answer.body['errors']).includes(field), said);
  }
  assert.deepEqual(await api.db.sql.selectFrom('connections').selectAll().execute(), []);
  const made = await connected(api);
  const path = `/connections/${String(made.body['id'])}`;
  const elsewhere = { project: 'https://elsewhere.example/orgs/acme/projects/4' };
  assert.equal((await api.call('PATCH', path, elsewhere)).status, 400);
});

test('a saved connection’s test says what its parent and its project come to', async (t) => {
  const api = await startApi(t, { connected: false });
  const { fake } = api;
  fake.openIssue({ title: 'The parent' });
  const board = fake.addProject('acme', 4, { Status: ['SINGLE_SELECT', 'Todo'] });
  fake.addToken(fake.token, { login: 'throughline-bot', scopes: ['repo', 'project'] });
  const project = `${fake.url}/orgs/acme/projects/4`;
  const made = await connected(api, { parent_issue: 1, project, project_fields: { Status: 'Todo', Size: '3' } });
  const path = `/connections/${String(made.body['id'])}`;
  const checks = async () => {
    const { body } = await api.call('POST', `${path}/test`);
    assert.equal(body['ok'], true);
    return (body['checks'] as { name: string; severity: string; text: string }[])
      .filter(({ name }) => name === 'parent' || name === 'project')
      .map(({ severity, text }) => `${severity}: ${text}`);
  };
  assert.deepEqual(await checks(), [
    'ok: New issues become sub-issues of #1, which has 0 of 100.',
    'ok: New issues are put onto the project "Board 4", with Status.',
    'warning: The project has no field "Size".',
  ]);
  board.closed = true;
  await api.call('PATCH', path, { parent_issue: 99 });
  assert.deepEqual(await checks(), [
    'warning: GitHub shows no issue #99 in acme/webshop, or has no sub-issues.',
    'warning: The project "Board 4" is closed.',
  ]);
  fake.addToken(fake.token, { login: 'throughline-bot', scopes: ['repo'] });
  await api.call('PATCH', path, { parent_issue: null });
  const [lacking, ...none] = await checks();
  assert.deepEqual(none, []);
  assert.match(lacking ?? '', /^warning: .+ cannot be used: The token lacks a permission\. .+the scope "project"/u);
});

test('a report says what its issue was to get and did not, in its explanation and in its timeline', async (t) => {
  const api = await startApi(t);
  await api.db.sql.updateTable('connections').set({ parent_issue: 99 }).execute();
  api.startWorker();
  const placing = startPlacing(api.ctx);
  api.db.beforeClose(async () => placing.stop());
  const id = await api.report('Without its parent');
  const { body } = await eventually(
    async () => api.call('GET', `/reports/${id}`),
    (answer) => /sub-issue/u.test(String(answer.body['explanation'])),
    (answer) => JSON.stringify(answer.body),
  );
  const why = 'It is not a sub-issue of #99: GitHub shows no such issue in acme/webshop, or has no sub-issues.';
  assert.equal(body['state'], 'synced');
  assert.equal(body['explanation'], `Filed as #1 in acme/webshop. ${why}`);
  const last = (body['timeline'] as { kind: string; details: { message: string } }[]).at(-1);
  assert.deepEqual([last?.kind, last?.details.message], ['failed', why]);
});
