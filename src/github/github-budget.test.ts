import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { turns, type Priority } from './github-budget-turns.ts';
import { governorFor } from './github-budget.ts';
import { waitingFor } from './github.fixture.ts';
import type { GithubResult } from './github.model.ts';

const now = () => new Date();
const DONE: GithubResult<string> = { ok: true, value: 'done', status: 200, requestId: null, requests: 1 };

/** Works that run until the test ends them, and the order in which they started. */
function heldWorks() {
  const started: string[] = [];
  const ends = new Map<string, () => void>();
  const work = (name: string) => async () => {
    started.push(name);
    await new Promise<void>((resolve) => ends.set(name, resolve));
  };
  const end = async (name: string) => {
    ends.get(name)?.();
    await sleep(1);
  };
  return { started, work, end };
}

test('backfill takes four of six places, and what is live goes first whenever both wait', async () => {
  const places = turns(6, 4);
  const { started, work, end } = heldWorks();
  const begin = (priority: Priority, names: string[]) => names.forEach((name) => void places.run(priority, work(name)));
  begin('backfill', ['b1', 'b2', 'b3', 'b4', 'b5']);
  assert.deepEqual(started, ['b1', 'b2', 'b3', 'b4']);
  begin('live', ['l1', 'l2', 'l3']);
  assert.deepEqual(started.slice(4), ['l1', 'l2']);
  assert.deepEqual(places.waiting(), { live: 1, backfill: 1 });
  await end('b1');
  assert.equal(started.at(-1), 'l3', 'the place of backfill goes to what is live');
  await end('b2');
  assert.equal(started.at(-1), 'b5');
});

test('when a tenth of the hour is left backfill is told to wait, and live reads go on', async () => {
  const governor = governorFor(randomUUID(), null);
  const reset = Math.floor(Date.now() / 1000) + 1_200;
  const headers = {
    'x-ratelimit-limit': '5000',
    'x-ratelimit-remaining': '499',
    'x-ratelimit-reset': String(reset),
    'x-ratelimit-resource': 'core',
  };
  const read = (priority: Priority, resource = 'core') =>
    governor.read(now, { resource, priority }, () => Promise.resolve(DONE));
  assert.ok((await read('backfill')).ok);
  governor.learn({ headers, failure: null, resource: 'core' }, now());
  assert.deepEqual(waitingFor(await read('backfill')), { limit: 'backfill_budget', at: (reset + 1) * 1000 });
  assert.ok((await read('live')).ok);
  assert.ok((await read('backfill', 'graphql')).ok, 'GraphQL has a budget of its own');
});

test('a budget that is used up stops its own calls only', async () => {
  const governor = governorFor(randomUUID(), null);
  const reset = String(Math.floor(Date.now() / 1000) + 1_200);
  const used = { 'x-ratelimit-limit': '30', 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': reset };
  const answer = { headers: { ...used, 'x-ratelimit-resource': 'search' }, failure: null, resource: 'search' };
  assert.equal(governor.learn(answer, now()), true);
  const read = (resource: string) => governor.read(now, { resource, priority: 'live' }, () => Promise.resolve(DONE));
  assert.equal(waitingFor(await read('search'))?.limit, 'primary');
  assert.ok((await read('core')).ok);
});
