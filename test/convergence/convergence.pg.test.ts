import assert from 'node:assert/strict';
import { test } from 'node:test';

import { givenServer, startTestServer } from '../support/database-server.ts';
import { mirrorGame } from './games.ts';
import { search } from './search.ts';

test('a hundred random histories, told badly to a hub that is killed, end with a mirror as GitHub', async () => {
  const given = givenServer();
  const own = given === null ? await startTestServer() : null;
  try {
    const server = given ?? own?.server;
    assert.ok(server);
    // the same hundred each time: what they find is the change's fault. The long run tries others.
    const found = await search(server, mirrorGame(0), { count: 100, seed: 2026, lanes: 4, shortenMs: 5000 });
    assert.deepEqual(found, []);
  } finally {
    await own?.stop();
  }
});
