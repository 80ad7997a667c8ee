import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import pino from 'pino';

import { eventually } from './support/circle.ts';
import { openServer } from '../src/cli/server.ts';
import { openHub } from '../src/cli/hub.ts';
import { openMetrics } from '../src/health/health.ts';
import { quiet } from './support/quiet.ts';
import { readConfig } from '../src/config.ts';
import { scratch } from './support/scratch.ts';
import { startFakeGithub } from './fakes/github-server.ts';
import { startWork } from '../src/cli/work.ts';

const ADMIN_API_KEY = 'the-admin-key-of-a-test';

test('PostgreSQL is killed under load: every accepted report is kept and filed once', async (t) => {
  const fake = await startFakeGithub(t);
  const dataDir = mkdtempSync(join(scratch(), 'throughline-bad-days-'));
  const config = readConfig({
    DATA_DIR: dataDir,
    ADMIN_API_KEY,
    GITHUB_API_URL: fake.apiUrl,
    GITHUB_TOKEN: fake.token,
    GITHUB_REPO: fake.repository,
    FILING_LOOKUP_SECONDS: '0.1,0.3',
    LEASE_SECONDS: '1',
    CREATE_SPACING_MS: '0',
  });
  const hub = await openHub(config, quiet);
  const work = startWork(hub);
  const app = await openServer(hub, pino({ level: 'silent' }), openMetrics('throughline_'), work);
  t.after(async () => {
    await app.close();
    await work.stop();
    await hub.close();
    rmSync(dataDir, { recursive: true, force: true });
  });

  const accepted: string[] = [];
  const statuses = new Set<number>();
  for (let index = 0; index < 60; index += 1) {
    if (index === 20 || index === 40)
      process.kill(Number(readFileSync(join(dataDir, 'pg/postmaster.pid'), 'utf8').split('\n')[0]), 'SIGKILL');
    const answer = await app.inject({
      method: 'POST',
      url: '/api/v1/reports',
      headers: { authorization: `Bearer ${ADMIN_API_KEY}`, prefer: 'wait=0' },
      payload: { title: `Under load ${index}.` },
    });
    statuses.add(answer.statusCode);
    if (answer.statusCode === 201) accepted.push(answer.json<{ id: string }>().id);
    else await sleep(100);
  }
  assert.ok(accepted.length >= 20, 'hardly any report was accepted');
  for (const status of statuses) assert.ok(status === 201 || status === 503, `a report was answered ${status}`);
  await eventually(
    async () =>
      hub.ctx.sql
        .selectFrom('filings')
        .select(['source_id', 'state'])
        .execute()
        .catch(() => []),
    (rows) => rows.length >= accepted.length && rows.every((row) => row.state === 'synced'),
    (rows) => JSON.stringify(rows.filter((row) => row.state !== 'synced')),
  );
  const kept = new Set((await hub.ctx.sql.selectFrom('report_rows').select('id').execute()).map((row) => row.id));
  for (const id of accepted) assert.ok(kept.has(id), 'an accepted report was lost');
  assert.equal(fake.issues().length, kept.size);
  assert.equal(new Set(fake.issues().map((issue) => issue.title)).size, fake.issues().length);
});
