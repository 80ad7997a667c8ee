import assert from 'node:assert/strict';
import { test } from 'node:test';

import { errorGame } from '../games.ts';
import { givenServer, startTestServer } from '../../support/database-server.ts';
import { search } from '../search.ts';

test('ten random histories between Sentry and GitHub end with each error filed once and both sides agreed', async () => {
  const given = givenServer();
  const own = given === null ? await startTestServer() : null;
  try {
    const server = given ?? own?.server;
    assert.ok(server);
    // the same ones each time: what they find is the change's fault. The long run tries others.
    const found = await search(server, errorGame(), { count: 10, seed: 2026, lanes: 2, shortenMs: 5000 });
    assert.deepEqual(found, []);
  } finally {
    await own?.stop();
  }
});
