import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { givenServer, startTestServer } from '../support/database-server.ts';
import { inDatabase } from './search.ts';
import { play } from './play.ts';
import type { Act, History } from './history.ts';

/*
 * Histories that once ended with a mirror unlike GitHub, made short: `npm run test:converge` prints new ones.
 */
let own: Awaited<ReturnType<typeof startTestServer>> | null = null;
let made = 0;
before(async () => {
  if (givenServer() === null) own = await startTestServer();
});
after(async () => own?.stop());

function ends(name: string, history: Partial<History>): void {
  test(name, async () => {
    const server = givenServer() ?? own?.server;
    assert.ok(server);
    made += 1;
    const whole: History = { ...NOTHING, ...history };
    const wrong = await inDatabase(server, `named_${process.pid}_${made}`, async (url) => play(url, whole));
    assert.deepEqual(wrong, []);
  });
}

const NOTHING: History = {
  skewMs: 0,
  hook: 'repository',
  killed: 'connections',
  pageSize: 100,
  before: [],
  steps: [],
  leftovers: 'never',
};

/** An act in the same second as the one before it. */
const act = (name: Act['act'], a = 0, b = 0, who = 0): Act => ({ act: name, who, a, b, wait: 0 });
const work = (run: 'sync' | 'dirty' | 'reconcile' | null, during: { request: number; act: Act }[] = []) => ({
  do: 'work' as const,
  run,
  during,
  dies: null,
});

ends('an issue told of late, after it was transferred and read, does not come back', {
  before: [act('openIssue', 10, 9), act('transferIssue')],
  leftovers: 'after',
});

ends('an issue that is deleted while it is imported keeps its tombstone, in whatever order that is told', {
  before: [act('openIssue', 11, 2)],
  steps: [work('sync', [{ request: 3, act: act('deleteIssue') }])],
  leftovers: 'before',
});

ends('a reviewer is renamed', {
  before: [act('openPull', 7), act('review', 9)],
  steps: [work('sync'), { do: 'wait', ms: 10_000 }, work('sync'), { do: 'acts', acts: [act('renameUser', 4, 4, 3)] }],
});

ends('a late push of a deleted branch is not hidden by an ETag', {
  before: [act('push', 5), act('deleteBranch', 9, 3)],
  steps: [work('reconcile'), work('sync')],
  leftovers: 'before',
});

ends('an issue that a lagging list shows again after its deletion tells so in its history', {
  pageSize: 2,
  steps: [
    work('sync'),
    { do: 'lag', ms: 60_000 },
    { do: 'acts', acts: [act('openIssue', 2, 11, 1)] },
    { do: 'acts', acts: [{ ...act('editComment'), wait: 98_310_722 }, act('deleteIssue', 0, 2, 2)] },
    { do: 'arrive', picks: [11], twice: false },
    work('sync'),
  ],
});

ends('a comment that is edited in the second in which it was read', {
  before: [act('openIssue', 2, 10)],
  steps: [
    work('sync', [{ request: 13, act: { ...act('comment', 2, 2, 2), wait: 12_424 } }]),
    work('sync', [{ request: 4, act: { ...act('editComment', 3, 6, 2), wait: 329 } }]),
  ],
});

ends('a label and a milestone are deleted, and their issue tells that it lost them', {
  before: [act('openIssue', 0, 0), act('createMilestone'), act('setMilestone', 0, 1), act('label', 0, 1)],
  steps: [
    { do: 'acts', acts: [{ ...act('openIssue', 1, 1), wait: 60_000 }] },
    work('sync'),
    { do: 'acts', acts: [act('label', 0, 2), { ...act('setMilestone', 0, 0), wait: 2000 }, act('setMilestone', 0, 1)] },
    { do: 'acts', acts: [{ ...act('editTitle', 1, 3), wait: 60_000 }] },
    work('sync'),
    { do: 'wait', ms: 7_200_000 },
    work('sync'),
    { do: 'acts', acts: [act('deleteLabel'), act('deleteMilestone'), act('createMilestone', 1)] },
    work('sync'),
    { do: 'acts', acts: [{ ...act('label', 0, 3), wait: 5000 }, act('setMilestone', 0, 1)] },
    work('sync'),
  ],
});

ends('a label is renamed, which is not the history of the issue that carries it', {
  before: [act('transferHere', 7, 11, 2)],
  steps: [
    work('sync', [{ request: 5, act: { ...act('label', 11, 1, 2), wait: 5048 } }]),
    { do: 'acts', acts: [act('editLabel', 3, 4, 1)] },
  ],
});
