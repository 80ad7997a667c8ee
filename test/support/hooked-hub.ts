import assert from 'node:assert/strict';

import { deliveryRoutes, hookRoutes, openReceiver } from '../../src/deliveries/deliveries.ts';
import { githubOf } from '../../src/connections/connections.ts';
import { pullHook } from '../../src/deliveries/pull.ts';
import { startFakeGithub } from '../fakes/github-server.ts';
import { startGround } from '../../src/deliveries/deliveries.fixture.ts';
import { stubHandlers } from '../../src/http/stub-handlers.ts';
import { testServer } from '../../src/http/server.fixture.ts';
import type { AddressInfo } from 'node:net';
import type { FakeGithub } from '../fakes/github-server.ts';
import type { Ground } from '../../src/deliveries/deliveries.fixture.ts';
import type { Hook } from '../../src/contract/deliveries.ts';
import type { Row } from '../../src/db/db.model.ts';
import type { TestContext } from 'node:test';

export const HOOKS = '/repositories/acme/webshop/hooks';
export const BOT = 'throughline-bot';

export interface HookedHub extends Ground {
  fake: FakeGithub;
  ask: (
    method: 'GET' | 'POST' | 'PATCH' | 'DELETE',
    path: string,
    body?: object,
  ) => Promise<{ status: number; body: Record<string, unknown> }>;
  /** What `pullHook` would do at its next turn; gives back how many it fetched. */
  pull: () => Promise<number>;
  /** Connections for which a gap was told. */
  gaps: string[];
  deliveries: () => Promise<Row<'deliveries'>[]>;
  hook: () => Promise<Row<'hooks'>>;
}

/** A hub that GitHub can reach, connected as an admin of the repository. */
export async function startHub(t: TestContext, publicUrl?: string): Promise<HookedHub> {
  const fake = await startFakeGithub(t);
  fake.setRole(BOT, 'admin');
  const ground = await startGround(t, { github: fake });
  const { db, connection } = ground;
  const ctx = { ...ground.ctx };
  const app = await testServer(t, {
    receiver: openReceiver(ctx, (heard) => db.live.subscribe(heard)),
    handlers: { ...stubHandlers(), ...deliveryRoutes(ctx), ...hookRoutes(ctx) },
  });
  await app.listen({ port: 0, host: '127.0.0.1' });
  ctx.publicUrl = publicUrl ?? `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;
  const gaps: string[] = [];
  const hook = async () => db.sql.selectFrom('hooks').selectAll().executeTakeFirstOrThrow();
  return {
    ...ground,
    ctx,
    fake,
    gaps,
    hook,
    async ask(method, path, body) {
      const answer = await app.inject({
        method,
        url: `/api/v1${path}`,
        headers: { authorization: 'Bearer admin' },
        ...(body === undefined ? {} : { payload: body }),
      });
      return { status: answer.statusCode, body: answer.body === '' ? {} : answer.json() };
    },
    async pull() {
      const github = githubOf(ctx, connection);
      assert.ok(github !== null);
      const family = [{ id: connection.id, tenantId: connection.tenantId, app: null, connection }];
      return pullHook(ctx, { connection, github, family }, await hook(), async ({ id }) => void gaps.push(id));
    },
    deliveries: async () => db.sql.selectFrom('deliveries').selectAll().orderBy('received_at').orderBy('id').execute(),
  };
}

/** The hooks as GitHub has them. */
export function hooksOf(fake: FakeGithub) {
  return fake.state.repositories[0]?.hooks ?? [];
}

/** With one hook, whose ping has come. */
export async function startHooked(t: TestContext): Promise<HookedHub & { made: Hook }> {
  const hub = await startHub(t);
  const { status, body } = await hub.ask('POST', HOOKS);
  assert.equal(status, 201, JSON.stringify(body));
  await hub.fake.deliveriesSettled();
  return { ...hub, made: body as unknown as Hook };
}
