import assert from 'node:assert/strict';
import { test } from 'node:test';
import { failureOf, json, REPOSITORY, testGithub, valueOf } from './github.fixture.ts';

const HOOK = {
  type: 'Repository',
  id: 12,
  name: 'web',
  active: true,
  events: ['issues'],
  config: { url: 'https://hub.example/webhooks/github/1', content_type: 'json', secret: '********' },
  last_response: { code: 502, status: 'bad', message: 'Bad Gateway' },
};
const PLACE = { repository: REPOSITORY };

test('hooks are read with what GitHub last heard from them', async (t) => {
  const { github, seen } = await testGithub(t, (_, response) =>
    json(response, 200, [HOOK, { ...HOOK, last_response: null }]),
  );
  const [hook, silent] = valueOf(await github.hooks(PLACE));
  assert.deepEqual(hook, {
    id: 12,
    url: 'https://hub.example/webhooks/github/1',
    events: ['issues'],
    active: true,
    lastCode: 502,
    lastMessage: 'Bad Gateway',
  });
  assert.deepEqual([silent?.lastCode, silent?.lastMessage], [null, null]);
  valueOf(await github.hooks({ organization: 'acme' }));
  assert.deepEqual(
    seen.map(({ url }) => url),
    ['/repos/acme/app/hooks?per_page=100', '/orgs/acme/hooks?per_page=100'],
  );
});

test('a hook is made once, as JSON over verified TLS', async (t) => {
  const { github, seen } = await testGithub(t, (_, response) => json(response, 201, HOOK));
  const hook = { url: HOOK.config.url, events: ['issues', 'push'], secret: 's3cret' };
  assert.equal(valueOf(await github.createHook(PLACE, hook)).id, 12);
  assert.equal(`${seen[0]?.method} ${seen[0]?.url}`, 'POST /repos/acme/app/hooks');
  assert.deepEqual(JSON.parse(seen[0]?.body ?? ''), {
    name: 'web',
    active: true,
    events: ['issues', 'push'],
    config: { url: HOOK.config.url, secret: 's3cret', content_type: 'json', insecure_ssl: '0' },
  });
});

test('a hook that GitHub has already is refused as invalid, and one whose answer is lost has an unknown outcome', async (t) => {
  const { github, seen } = await testGithub(t, (request, response, incoming) => {
    if (request.url.startsWith('/orgs')) return incoming.socket.destroy();
    const errors = [{ resource: 'Hook', code: 'custom', message: 'Hook already exists on this repository' }];
    return json(response, 422, { message: 'Validation Failed', errors });
  });
  const hook = { url: HOOK.config.url, events: ['issues'], secret: 's' };
  const failure = failureOf(await github.createHook(PLACE, hook));
  assert.ok(failure.kind === 'invalid' && /already exists/.test(failure.message));
  assert.equal(failureOf(await github.createHook({ organization: 'acme' }, hook)).kind, 'outcome_unknown');
  assert.equal(seen.length, 2);
});

test('a hook keeps its secret: address and secret go together, each alone goes where nothing else is replaced', async (t) => {
  const { github, seen } = await testGithub(t, (request, response) =>
    json(response, 200, request.url.endsWith('/config') ? HOOK.config : HOOK),
  );
  const sent = () =>
    seen.splice(0).map(({ method, url, body }) => [method, url, body === '' ? null : JSON.parse(body)]);
  const config = { url: 'https://new', content_type: 'json', insecure_ssl: '0' };
  valueOf(await github.changeHook(PLACE, 12, { url: 'https://new', secret: 's', events: ['push'] }));
  assert.deepEqual(sent(), [
    ['PATCH', '/repos/acme/app/hooks/12', { events: ['push'], config: { ...config, secret: 's' } }],
  ]);
  valueOf(await github.changeHook(PLACE, 12, { url: 'https://new' }));
  assert.deepEqual(sent(), [
    ['PATCH', '/repos/acme/app/hooks/12/config', config],
    ['GET', '/repos/acme/app/hooks/12', null],
  ]);
  valueOf(await github.changeHook(PLACE, 12, { secret: 's', active: false }));
  assert.deepEqual(sent(), [
    ['PATCH', '/repos/acme/app/hooks/12/config', { secret: 's' }],
    ['PATCH', '/repos/acme/app/hooks/12', { active: false }],
  ]);
});

test('a hook is pinged and deleted', async (t) => {
  const { github, seen } = await testGithub(t, (_, response) => response.writeHead(204).end());
  assert.equal(valueOf(await github.pingHook(PLACE, 12)), true);
  assert.equal(valueOf(await github.deleteHook(PLACE, 12)), true);
  assert.deepEqual(
    seen.map(({ method, url }) => `${method} ${url}`),
    ['POST /repos/acme/app/hooks/12/pings', 'DELETE /repos/acme/app/hooks/12'],
  );
});

test('the log of a hook is walked by its cursor, and a delivery that never connected did not succeed', async (t) => {
  const item = {
    id: 501,
    guid: 'g-1',
    delivered_at: '2026-05-01T10:00:00Z',
    redelivery: false,
    duration: 0.1,
    status: 'OK',
    status_code: 202,
    event: 'issues',
    action: 'opened',
    installation_id: null,
    repository_id: 7,
  };
  const { github } = await testGithub(t, (request, response) =>
    json(
      response,
      200,
      [item, { ...item, id: 502, status: 'failed to connect to host', status_code: 0, action: null }],
      {
        link: `<http://${request.headers.host}/repositories/7/hooks/12/deliveries?cursor=v1_1>; rel="next"`,
      },
    ),
  );
  const page = valueOf(await github.deliveryPage(PLACE, 12));
  assert.match(page.next ?? '', /cursor=v1_1$/);
  assert.deepEqual(page.items[0], {
    id: 501,
    guid: 'g-1',
    event: 'issues',
    action: 'opened',
    deliveredAt: new Date('2026-05-01T10:00:00Z'),
    succeeded: true,
    code: 202,
    status: 'OK',
    repositoryId: 7,
    installationId: null,
  });
  assert.deepEqual([page.items[1]?.succeeded, page.items[1]?.action], [false, null]);
});

test('a delivery with a payload of 25 MB can be read', async (t) => {
  const payload = { action: 'opened', blob: 'x'.repeat(25 * 1024 * 1024) };
  const { github, seen } = await testGithub(t, (_, response) =>
    json(response, 200, { id: 1, request: { headers: { 'X-GitHub-Event': 'issues' }, payload }, response: {} }),
  );
  const delivery = valueOf(await github.delivery(PLACE, 12, 1));
  assert.equal(seen[0]?.url, '/repos/acme/app/hooks/12/deliveries/1');
  assert.deepEqual(delivery.headers, { 'x-github-event': 'issues' });
  assert.ok(delivery.payload === JSON.stringify(payload));
});

test('the hook of an App is not asked for with a token, which GitHub would call bad', async (t) => {
  const { github, seen } = await testGithub(t, (_, response) => json(response, 401, { message: 'Bad credentials' }));
  const place = { app: true } as const;
  for (const result of [
    await github.hooks(place),
    await github.deliveryPage(place, null),
    await github.delivery(place, null, 1),
    await github.deleteHook(place, 1),
  ]) {
    assert.equal(failureOf(result).kind, 'invalid');
  }
  assert.equal(seen.length, 0);
});
