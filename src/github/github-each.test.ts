import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { test } from 'node:test';
import { askEach, together } from './github-each.ts';
import { failureOf, valueOf } from './github.fixture.ts';
import type { GithubResult } from './github.model.ts';

test('many things are asked for four at a time, and the answers stand in the order of the things', async () => {
  let open = 0;
  let most = 0;
  const items = Array.from({ length: 20 }, (_, index) => index);
  const result = await askEach(items, async (item) => {
    open += 1;
    most = Math.max(most, open);
    await sleep(20 - item);
    open -= 1;
    return together(item, 2);
  });
  assert.deepEqual([valueOf(result), result.requests, most], [items, 40, 4]);
});

test('the first failure ends it, and nothing more is asked', async () => {
  const asked: number[] = [];
  const result = await askEach([1, 2, 3, 4, 5, 6, 7, 8, 9], async (item): Promise<GithubResult<number>> => {
    asked.push(item);
    if (item !== 2) return together(item, 1);
    const failure = { kind: 'unavailable', message: 'down', status: 503, requestId: null } as const;
    return { ok: false, failure, requests: 3 };
  });
  assert.equal(failureOf(result).kind, 'unavailable');
  assert.ok(asked.length <= 7, String(asked));
  assert.equal(result.requests, asked.length + 2);
});
