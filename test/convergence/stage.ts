import { createHmac, randomUUID } from 'node:crypto';

import { deriveKeyring, seal } from '../../src/lib/keyring.ts';
import { ensureTarget } from '../../src/mirror/repositories.ts';
import { connectionById } from '../../src/connections/connections.ts';
import { ensureFirstTenant } from '../../src/tenants/tenants.ts';
import { FAKE_BOT, FAKE_DEVELOPER, FAKE_TOKEN } from '../fakes/github-finding.ts';
import { newId } from '../../src/lib/ids.ts';
import {
  addOrganization,
  addRepository,
  addToken,
  addUser,
  repositoryByName,
} from '../../src/sandbox/sandbox-state.ts';
import { perform } from './acts.ts';
import { Secret } from '../../src/lib/secret.ts';
import { startFakeGithub } from '../fakes/github-server.ts';
import { startHub } from './hub.ts';
import { startVictim } from './victim.ts';
import type { Act, History } from './history.ts';
import type { FakeGithub } from '../fakes/github-server.ts';
import type { Hub } from './hub.ts';
import type { SandboxHappening, SandboxRepository, SandboxWorld } from '../../src/sandbox/sandbox.model.ts';
import type { Scene } from './acts.ts';
import type { VictimSurroundings } from './victim.ts';
import type { WebhookPost } from '../../src/deliveries/deliveries.model.ts';

const START = Date.UTC(2026, 2, 1, 10);
const WEBHOOK_SECRET = 'the webhook secret of the convergence test';
const SECRET = 'the secret key of the convergence test';
const KEYRING = deriveKeyring([new Secret(SECRET)]);
const REPOSITORY = 'acme/webshop';
const OTHER = 'acme/elsewhere';
const PEOPLE = [FAKE_DEVELOPER, 'ann', 'bob', 'carol'];
/** Lists whose pages are made small, so that little of everything fills several. */
const SMALL_PAGES = /\/(?:issues|pulls|comments)$/u;

/** A GitHub, a hub that mirrors one repository of it, and what is under way between them, on a clock of their own. */
export interface Stage {
  fake: FakeGithub;
  repository: SandboxRepository;
  hub(): Hub;
  repositoryId(): Promise<string>;
  /** Webhook deliveries that GitHub has sent and nobody got yet. */
  underWay: WebhookPost[];
  complaints: string[];
  query(statement: string, values: unknown[]): Promise<Record<string, unknown>[]>;
  pass(ms: number): void;
  act(act: Act): void;
  /** Calls back just before each of GitHub's answers, with how many there were. */
  onRequest(heard: ((count: number) => void) | null): void;
  receive(post: WebhookPost): Promise<void>;
  /** The process is over; the next one starts with nothing but the database. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

export async function openStage(databaseUrl: string, history: History): Promise<Stage> {
  const clock = { at: START };
  const fake = await startFakeGithub(null, { now: () => new Date(clock.at), seed });
  const { repository, other } = placesIn(fake);
  const people = PEOPLE.map((login) => addUser(fake.world, login));
  const underWay: WebhookPost[] = [];
  const complaints: string[] = [];
  let heard: ((count: number) => void) | null = null;
  let victimHeard: (() => void) | null = null;
  const surroundings: VictimSurroundings = {
    databaseUrl,
    keyring: KEYRING,
    secret: SECRET,
    skewMs: history.skewMs,
    clock,
    onAnswer: (next) => void (victimHeard = next),
    // every look at the clock takes a little time
    now: () => new Date((clock.at += 1) + history.skewMs),
    complain: (message: string) => void complaints.push(message),
  };
  const begin = () => (history.killed === 'process' ? startVictim(surroundings) : startHub(surroundings));
  let hub = begin();
  const connectionId = await connect(hub, fake);
  watchRequests(fake, history.pageSize, (count) => {
    heard?.(count);
    victimHeard?.();
  });
  fake.world.emit = (happened) => {
    if (!hears(history.hook, happened, repository)) return;
    underWay.push(postOf(connectionId, fake, happened));
  };
  const pass = (ms: number) => {
    clock.at += ms;
    hub.clockChanged();
  };
  const stage: Stage = {
    fake,
    repository,
    hub: () => hub,
    async repositoryId() {
      const connection = await connectionById(hub.ctx.sql, connectionId);
      if (connection === null) throw new Error('the connection is gone');
      return (await ensureTarget(hub.ctx.sql, connection, hub.ctx.now())).id;
    },
    underWay,
    complaints,
    query: async (statement, values) => hub.query(statement, values),
    pass,
    act(act) {
      pass(act.wait);
      const logins = people.map(({ login }) => login);
      const actors = fake.as(logins[act.who % logins.length] ?? FAKE_DEVELOPER);
      const scene: Scene = { actors, repository, other, teams: fake.state.teams, people: logins };
      perform(scene, act);
    },
    onRequest: (next) => void (heard = next),
    async receive(post) {
      const receipt = await hub.receiver.receive(post);
      if (receipt !== 'stored' && receipt !== 'duplicate') throw new Error(`a delivery was refused: ${receipt}`);
    },
    async restart() {
      await hub.close();
      hub = begin();
    },
    async close() {
      await hub.close();
      await fake.close();
    },
  };
  return stage;
}

function seed(world: SandboxWorld): void {
  addUser(world, FAKE_BOT);
  addOrganization(world, 'acme', { [FAKE_DEVELOPER]: 'admin', ann: 'member' });
  for (const name of [REPOSITORY, OTHER])
    addRepository(world, name, { roles: { [FAKE_BOT]: 'admin', bob: 'push' }, description: 'A shop' });
  addToken(world, FAKE_TOKEN, { login: FAKE_BOT });
}

function placesIn(fake: FakeGithub): { repository: SandboxRepository; other: SandboxRepository } {
  const [repository, other] = [REPOSITORY, OTHER].map((name) => repositoryByName(fake.state, name));
  if (!repository || !other) throw new Error('the seed did not make its repositories');
  for (const title of ['Elsewhere one', 'Elsewhere two', 'Elsewhere three']) fake.openIssue({ title }, OTHER);
  fake.comment(1, 'A comment that may move', OTHER);
  return { repository, other };
}

async function connect(hub: Hub, fake: FakeGithub): Promise<string> {
  const { ctx } = hub;
  const tenant = await ensureFirstTenant(ctx);
  const now = ctx.now();
  const id = newId(now);
  const sealed = (text: string) => seal(KEYRING, new Secret(text), now);
  await ctx.sql
    .insertInto('connections')
    .values({
      id,
      tenant_id: tenant.id,
      kind: 'github',
      source: 'settings',
      name: 'GitHub',
      repository: REPOSITORY,
      base_url: fake.apiUrl,
      credential_kind: 'token',
      credential_encrypted: sealed(FAKE_TOKEN),
      webhook_secret_encrypted: sealed(WEBHOOK_SECRET),
      import_external: true,
      created_at: now,
      updated_at: now,
    })
    .execute();
  return id;
}

// The faults are asked about every request, before it is answered.
function watchRequests(fake: FakeGithub, pageSize: number, heard: (count: number) => void): void {
  const { faults } = fake;
  const take = faults.take.bind(faults);
  let count = 0;
  faults.take = (request, size) => {
    if (SMALL_PAGES.test(request.path) && Number(request.query.get('per_page') ?? 30) > pageSize)
      request.query.set('per_page', String(pageSize));
    count += 1;
    heard(count);
    return take(request, size);
  };
}

function hears(hook: History['hook'], happened: SandboxHappening, repository: SandboxRepository): boolean {
  if (hook === 'organization') return true;
  return happened.repository === repository;
}

function postOf(connectionId: string, fake: FakeGithub, happened: SandboxHappening): WebhookPost {
  const payload = happened.payload({ state: fake.state, api: fake.apiUrl, web: fake.url, modern: false });
  const body = Buffer.from(JSON.stringify(payload));
  return {
    connectionId,
    body,
    headers: {
      'content-type': 'application/json',
      'x-github-event': happened.event,
      'x-github-delivery': randomUUID(),
      'x-hub-signature-256': `sha256=${createHmac('sha256', WEBHOOK_SECRET).update(body).digest('hex')}`,
    },
  };
}
