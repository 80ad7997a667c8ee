import assert from 'node:assert/strict';
import { createHmac, createPrivateKey } from 'node:crypto';
import { createServer } from 'node:http';
import { once } from 'node:events';
import { test } from 'node:test';
import type { AddressInfo } from 'node:net';
import { SignJWT } from 'jose';
import type { FakeApp } from './github-app-actors.ts';
import type { FakeGithub } from './github-server.ts';
import { call, nextLink } from './github-call.ts';
import { answerFaults } from './github-schemas.ts';
import { startFakeGithub } from './github-server.ts';

interface Heard {
  event: string;
  action: string | undefined;
  installationId: number | undefined;
  target: string | undefined;
  isSigned: boolean;
}

interface Ear {
  url: string;
  heard: Heard[];
  /** What the next answers say. */
  answer: (status: number) => void;
}

async function startEar(t: { after(done: () => void): void }, secret: () => string): Promise<Ear> {
  const heard: Heard[] = [];
  let status = 202;
  const server = createServer((request, response) => {
    void (async () => {
      const chunks: Buffer[] = [];
      for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
      const body = Buffer.concat(chunks);
      const { action, installation } = JSON.parse(body.toString()) as {
        action?: string;
        installation?: { id: number };
      };
      heard.push({
        event: String(request.headers['x-github-event']),
        action,
        installationId: installation?.id,
        target: request.headers['x-github-hook-installation-target-type']?.toString(),
        isSigned:
          request.headers['x-hub-signature-256'] ===
          `sha256=${createHmac('sha256', secret()).update(body).digest('hex')}`,
      });
      response.writeHead(status).end();
    })();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/`, heard, answer: (next) => void (status = next) };
}

async function jwtOf(app: FakeApp): Promise<string> {
  const now = Math.floor(Date.now() / 1000);
  const jwt = new SignJWT({ iss: app.clientId, iat: now - 60, exp: now + 300 }).setProtectedHeader({ alg: 'RS256' });
  return jwt.sign(createPrivateKey(app.privateKey));
}

interface Hooked {
  fake: FakeGithub;
  app: FakeApp;
  ear: Ear;
  token: string;
}

async function startHooked(t: { after(done: () => Promise<void> | void): void }): Promise<Hooked> {
  const fake = await startFakeGithub(t);
  let secret = '';
  const ear = await startEar(t, () => secret);
  const app = fake.addApp({ events: ['issues'], hookUrl: ear.url, repositories: ['acme/webshop'] });
  secret = app.webhookSecret;
  await fake.deliveriesSettled();
  return { fake, app, ear, token: await jwtOf(app) };
}

test("an app's hook hears what its installation reaches, with the installation and the app's signature", async (t) => {
  const { fake, app, ear } = await startHooked(t);
  fake.addRepository('acme/other');
  fake.openIssue({ title: 'A' });
  fake.openIssue({ title: 'B' }, 'acme/other');
  await fake.deliveriesSettled();
  assert.deepEqual(
    ear.heard.map(({ event, action }) => `${event} ${action}`),
    ['installation created', 'issues opened'],
  );
  for (const { installationId, target, isSigned } of ear.heard) {
    assert.deepEqual([installationId, target, isSigned], [app.installationId, 'integration', true]);
  }
});

test('an app hears what becomes of its installation, and while suspended nothing else', async (t) => {
  const { fake, app, ear } = await startHooked(t);
  fake.addRepository('acme/other');
  fake.suspendInstallation(app.installationId);
  fake.openIssue({ title: 'unheard' });
  fake.suspendInstallation(app.installationId, false);
  fake.setInstalledRepositories(app.installationId, ['acme/other']);
  fake.setPermissions(app.installationId, { issues: 'read' });
  fake.removeInstallation(app.installationId);
  await fake.deliveriesSettled();
  assert.deepEqual(
    ear.heard.map(({ event, action }) => `${event} ${action}`),
    [
      'installation created',
      'installation suspend',
      'installation unsuspend',
      'installation_repositories added',
      'installation_repositories removed',
      'installation new_permissions_accepted',
      'installation deleted',
    ],
  );
});

test("the log of an app's deliveries is read by cursor, and a failed one is sent again under its GUID", async (t) => {
  const { fake, ear, token } = await startHooked(t);
  ear.answer(500);
  fake.openIssue({ title: 'A' });
  await fake.deliveriesSettled();
  const list = await call(fake, 'GET /app/hook/deliveries?per_page=1', { token });
  assert.deepEqual(answerFaults('GET /app/hook/deliveries', list.status, list.body), []);
  const [failed] = list.list as unknown as { id: number; guid: string; event: string; status_code: number }[];
  assert.ok(failed !== undefined);
  assert.deepEqual([failed.event, failed.status_code], ['issues', 500]);
  const older = await call(fake, `GET ${nextLink(list)}`, { token });
  assert.equal((older.list as unknown as { event: string }[])[0]?.event, 'installation');
  assert.equal(nextLink(older), null);
  const one = await call(fake, `GET /app/hook/deliveries/${failed.id}`, { token });
  assert.deepEqual(answerFaults('GET /app/hook/deliveries/{delivery_id}', one.status, one.body), []);
  ear.answer(202);
  const again = await call(fake, `POST /app/hook/deliveries/${failed.id}/attempts`, { token });
  assert.deepEqual(answerFaults('POST /app/hook/deliveries/{delivery_id}/attempts', again.status, again.body), []);
  await fake.deliveriesSettled();
  const fine = await call(fake, 'GET /app/hook/deliveries?status=success&per_page=1', { token });
  const [sent] = fine.list as unknown as { guid: string; redelivery: boolean }[];
  assert.deepEqual([sent?.guid, sent?.redelivery], [failed.guid, true]);
});

test("an app's hook is moved without its secret being told", async (t) => {
  const { fake, ear, token } = await startHooked(t);
  const config = await call(fake, 'PATCH /app/hook/config', { token, body: { url: `${ear.url}moved` } });
  assert.deepEqual(answerFaults('PATCH /app/hook/config', config.status, config.body), []);
  const read = await call(fake, 'GET /app/hook/config', { token });
  assert.deepEqual([read.body['url'], read.body['secret']], [`${ear.url}moved`, '********']);
});
