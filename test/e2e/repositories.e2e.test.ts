import assert from 'node:assert/strict';
import { test } from 'node:test';

import { arrived, seen } from './browser.ts';
import { lookAt } from './look.ts';
import { startFakedHub } from './faked-hub.ts';

import type { Repository } from '../../src/contract/mirror.ts';

const WEBSHOP = '/repositories/acme/webshop';
const BOT = 'throughline-bot';
/** Each page of a list: the looks at an import must not outlast it. */
const SLOW_MS = 5000;

test('an import shows how far it is and when it ends, is paused and resumed, and the page becomes healthy by itself', async (t) => {
  const hub = await startFakedHub(t, (fake) => {
    for (let number = 1; number <= 2400; number += 1) fake.openIssue({ title: `Issue ${number}` });
  });
  if (hub === null) return;
  const { page, fake } = hub;
  fake.faults.add({ match: { path: /\/issues$/u }, do: 'slow', ms: SLOW_MS, times: Infinity });
  await hub.open('/repositories/track', 'Track a repository');
  await page.getByLabel('owner/name').fill(fake.repository);
  await page.getByRole('button', { name: 'Track it' }).click();
  await arrived(page, fake.repository);
  await page.evaluate('globalThis.sameDocument = true');
  const health = page.getByRole('status').filter({ hasText: 'import' }).first();
  await seen(health.getByText('importing', { exact: true }));
  await seen(page.getByText(/Importing: [\d,]+ of [\d,]+.* will finish in/u).first());
  const found = await lookAt(page, 'import under way');
  await page.getByRole('button', { name: `Pause: ${fake.repository}` }).click();
  await seen(page.getByText('A person paused it: nothing is read.'));
  found.push(...(await lookAt(page, 'import paused')));
  await page.getByRole('button', { name: `Resume: ${fake.repository}` }).click();
  await seen(page.getByText(/Importing/u).first());
  await hub.open('/repositories', 'Repositories');
  await page.evaluate('globalThis.sameDocument = true');
  await seen(page.getByText(/will finish in/u).first());
  found.push(...(await lookAt(page, 'repositories importing')));
  fake.faults.clear();
  await seen(page.getByRole('list', { name: 'Repositories' }).getByText('healthy', { exact: true }));
  await seen(page.getByText(/2,400 issues/u));
  found.push(...(await lookAt(page, 'repositories imported')));
  assert.equal(await page.evaluate('globalThis.sameDocument'), true, 'the page was never loaded again');
  assert.deepEqual([...found, ...hub.complaints], []);
});

test('limits of GitHub are told with when they end, both of them', async (t) => {
  const hub = await startFakedHub(t, (fake) => fake.openIssue({ title: 'One' }));
  if (hub === null) return;
  const { page, fake } = hub;
  await hub.call('POST', '/repositories', { full_name: fake.repository });
  await hub.until<Repository>(WEBSHOP, ({ health }) => health.word === 'healthy');
  const found: string[] = [];
  fake.faults.add({ do: 'secondary_limit', times: 1, retryAfterSeconds: 45 });
  await hub.call('POST', `${WEBSHOP}/sync`, {});
  await hub.open('/health/budgets', 'Budgets');
  await seen(page.getByText('GitHub asked for a pause'));
  found.push(...(await lookAt(page, 'budget secondary limit')));
  await hub.open(WEBSHOP, fake.repository);
  await seen(page.getByText(/GitHub asks for a pause, because many requests came in a short time/u));
  found.push(...(await lookAt(page, 'repository secondary limit')));
  await hub.open('/health', 'Health');
  found.push(...(await lookAt(page, 'health secondary limit')));
  assert.deepEqual([...found, ...hub.complaints], []);
});

test('a primary limit that is used up is told with when it is full again', async (t) => {
  const hub = await startFakedHub(t, (fake) => fake.openIssue({ title: 'One' }));
  if (hub === null) return;
  const { page, fake } = hub;
  await hub.call('POST', '/repositories', { full_name: fake.repository });
  await hub.until<Repository>(WEBSHOP, ({ health }) => health.word === 'healthy');
  const found: string[] = [];
  fake.faults.add({ do: 'primary_limit', times: Infinity, resetInSeconds: 3700 });
  await hub.call('POST', `${WEBSHOP}/sync`, {});
  await hub.open('/health/budgets', 'Budgets');
  await seen(page.getByText(/^0 of 5,000 left/u));
  await seen(page.getByText('Used up: Reads and writes (core)'));
  found.push(...(await lookAt(page, 'budget primary limit')));
  await hub.open(WEBSHOP, fake.repository);
  await seen(page.getByText(/hourly number of requests to GitHub is used up. Throughline goes on by itself/u));
  found.push(...(await lookAt(page, 'repository primary limit')));
  await hub.open('/health', 'Health');
  found.push(...(await lookAt(page, 'health primary limit')));
  assert.deepEqual([...found, ...hub.complaints], []);
});

test('a webhook that fails, a repository that is empty or lost, and a token that is refused each say why and what to do', async (t) => {
  const hub = await startFakedHub(t, (fake) => {
    fake.openIssue({ title: 'One' });
    fake.addRepository('acme/empty', { isEmpty: true, roles: { [BOT]: 'admin' } });
    fake.addRepository('acme/secret', { visibility: 'private', roles: { [BOT]: 'admin' } });
  });
  if (hub === null) return;
  const { page, fake } = hub;
  const found: string[] = [];
  for (const name of ['webshop', 'empty', 'secret']) {
    await hub.call('POST', '/repositories', { full_name: `acme/${name}` });
    await hub.until<Repository>(`/repositories/acme/${name}`, ({ health }) => health.word === 'healthy');
  }
  await hub.open('/repositories/acme/empty/issues', 'acme/empty');
  const tabs = page.getByRole('navigation', { name: 'Parts of acme/empty' }).getByRole('link');
  // as a person goes: each address is opened by itself where every page is looked at
  for (const tab of ['Issues', 'Pull requests', 'Branches', 'People', 'Activity', 'Webhooks', 'Sync runs']) {
    await tabs.filter({ hasText: tab }).click();
    await seen(tabs.and(page.locator('[aria-current="page"]')).filter({ hasText: tab }));
    await page.locator('[aria-busy="true"]').waitFor({ state: 'detached' });
    found.push(...(await lookAt(page, `empty ${tab}`)));
  }
  await hub.open(`${WEBSHOP}/webhooks`, fake.repository);
  await page.getByRole('button', { name: 'Make a webhook' }).click();
  const hooks = page.getByRole('list', { name: 'Webhooks' });
  await seen(hooks.getByText('healthy', { exact: true }));
  const [hook] = fake.state.repositories.find(({ name }) => name === 'webshop')?.hooks ?? [];
  assert.ok(hook !== undefined);
  hook.secret = 'changed by hand';
  await hooks.getByRole('button', { name: 'Ping' }).click();
  await seen(hooks.getByText('The hub refused the last delivery: it was signed with another secret.'));
  found.push(...(await lookAt(page, 'webhook fails')));
  await hub.open('/health', 'Health');
  await seen(page.getByText('Look at its webhooks: they say what to do.').first());
  found.push(...(await lookAt(page, 'health webhook fails')));
  await hub.open(`${WEBSHOP}/webhooks`, fake.repository);
  await hooks.getByRole('button', { name: 'Save' }).click();
  await hooks.getByRole('button', { name: 'Ping' }).click();
  await seen(hooks.getByText('The last delivery arrived.'));

  fake.setRole(BOT, null, 'acme/secret');
  await hub.call('POST', '/repositories/acme/secret/sync', {});
  await hub.open('/repositories/acme/secret', 'acme/secret');
  await seen(page.getByText(/no longer shows/u).first());
  found.push(...(await lookAt(page, 'repository lost')));
  await hub.open('/repositories', 'Repositories');
  found.push(...(await lookAt(page, 'repositories lost')));

  fake.revokeToken();
  await hub.call('POST', `${WEBSHOP}/sync`, {});
  await hub.open(WEBSHOP, fake.repository);
  const sentence = 'GitHub does not accept the token: it is mistyped, expired or revoked.';
  await seen(page.getByRole('status').getByText(sentence));
  found.push(...(await lookAt(page, 'repository token refused')));
  await hub.open('/health', 'Health');
  found.push(...(await lookAt(page, 'health token refused')));
  await page.getByRole('link', { name: 'Open the connection' }).first().click();
  await arrived(page, fake.repository);
  await seen(page.getByText('Change GITHUB_TOKEN and start the hub again'));
  found.push(...(await lookAt(page, 'connection token refused')));
  await hub.open('/settings/github', 'GitHub');
  found.push(...(await lookAt(page, 'connections token refused')));
  await hub.open('/health/budgets', 'Budgets');
  found.push(...(await lookAt(page, 'budgets token refused')));
  assert.deepEqual([...found, ...hub.complaints], []);
});
