import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { givenServer, startTestServer } from '../../support/database-server.ts';
import { inDatabase } from '../search.ts';
import { JOBS } from './history.ts';
import { playErrors } from './play.ts';
import type { ErrorAct, ErrorHistory, Look } from './history.ts';

/*
 * Histories that end badly in a hub with a fault, made short: `npm run test:converge -- --errors` prints new ones.
 */
let own: Awaited<ReturnType<typeof startTestServer>> | null = null;
let made = 0;
before(async () => {
  if (givenServer() === null) own = await startTestServer();
});
after(async () => own?.stop());

function ends(name: string, history: Partial<ErrorHistory>): void {
  test(name, async () => {
    const server = givenServer() ?? own?.server;
    assert.ok(server);
    made += 1;
    const whole: ErrorHistory = { ...NOTHING, ...history };
    const wrong = await inDatabase(server, `errors_${process.pid}_${made}`, async (url) => playErrors(url, whole));
    assert.deepEqual(wrong, []);
  });
}

const NOTHING: ErrorHistory = {
  settings: { onRegressed: 'reopen', onArchived: 'label', newPerHour: 25, backLink: true },
  steps: [],
  leftovers: 'never',
};

const soon = (act: ErrorAct['act']): ErrorAct => ({ act, a: 0, b: 0, wait: 360_000 });
const acts = (...names: ErrorAct['act'][]) => ({ do: 'acts' as const, acts: names.map(soon) });
const look = (meets: Partial<Look> = {}): Look => ({
  do: 'look',
  jobs: [...JOBS],
  together: false,
  during: [],
  weather: [],
  dies: null,
  ...meets,
});
/** GitHub does what the n-th request of a look asks for, and its answer is lost. */
const unanswered = (request: number) => [{ on: 'github', request, fault: 'commit_then_drop' } as const];

ends('an issue that GitHub made without an answer is found, and not made again', {
  steps: [acts('newIssue'), look(), acts('newIssue'), look({ jobs: ['rules', 'file'], weather: unanswered(3) })],
});

ends('a comment whose answer was lost is found, and not written again', {
  steps: [
    acts('newIssue'),
    look(),
    acts('resolve'),
    look({ jobs: ['hints', 'reread', 'reflect'], weather: unanswered(2) }),
  ],
});

ends('what is archived in Sentry is labelled on GitHub, comes back by events, and each time both sides are agreed on', {
  steps: [acts('newIssue'), look(), acts('archive'), look(), acts('manyEvents'), look()],
});

ends(
  'what was resolved before a rule saw it, and is opened again without an event or a webhook, is filed the next day',
  {
    steps: [acts('newIssue', 'resolve'), { do: 'wait', ms: 3_600_000 }, look(), acts('unresolve'), look()],
  },
);

ends('with the database lost, an issue and the comment on it are found again', {
  steps: [acts('newIssue'), look(), acts('resolve'), look(), { do: 'forget' }, acts('event'), look()],
});

ends('what was merged in Sentry before the database was lost is not filed again under the survivor', {
  settings: { ...NOTHING.settings, backLink: false },
  steps: [
    acts('newIssue'),
    look(),
    { do: 'acts', acts: [soon('newIssue'), { ...soon('manyEvents'), a: 1 }, soon('merge')] },
    { do: 'wait', ms: 60_000 },
    { do: 'forget' },
    look(),
  ],
});
