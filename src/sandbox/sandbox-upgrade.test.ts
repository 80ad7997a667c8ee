import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { readState } from './sandbox-keep.ts';

const AT = '2026-01-01T00:00:00Z';

/** What 0.1 wrote: nothing but repositories, issues and comments. */
function stateOfVersion1(): object {
  const issue = {
    id: 3_000_000_020,
    number: 1,
    title: 'An issue',
    body: null,
    author: 'octo-dev',
    state: 'open',
    stateReason: null,
    labels: [],
    assignees: [],
    milestone: null,
    type: null,
    locked: false,
    comments: 1,
    createdAt: AT,
    updatedAt: AT,
    closedAt: null,
    closedBy: null,
    duplicateOf: null,
    pull: null,
    gone: null,
  };
  const pull = { head: 'fix', base: 'main', draft: false, mergedAt: null };
  return {
    version: 1,
    nextId: 3_000_000_030,
    users: [{ id: 3_000_000_001, login: 'octo-dev', name: 'Olga', type: 'User', createdAt: AT }],
    tokens: { secret: { login: 'octo-dev', scopes: ['repo'], mayWriteIssues: true, expiresAt: null, revoked: false } },
    repositories: [
      {
        id: 3_000_000_002,
        owner: 'acme',
        name: 'webshop',
        formerNames: [],
        description: null,
        visibility: 'public',
        hasIssues: true,
        archived: false,
        roles: { 'octo-dev': 'admin' },
        labels: [],
        milestones: [],
        issues: [issue, { ...issue, id: 3_000_000_021, number: 2, comments: 0, pull }],
        comments: { 1: [{ id: 3_000_000_022, body: 'text', author: 'octo-dev', createdAt: AT, updatedAt: AT }] },
        events: {},
        createdAt: AT,
        updatedAt: AT,
      },
    ],
  };
}

test('a state that 0.1 saved is read, with a branch and what a pull request lacked', async (t) => {
  const dir = await mkdtemp(join(tmpdir(), 'sandbox-'));
  t.after(() => rm(dir, { recursive: true }));
  const path = join(dir, 'state.json');
  await writeFile(path, JSON.stringify(stateOfVersion1()));
  const state = await readState(path);
  const [repository] = state?.repositories ?? [];
  assert.equal(state?.version, 2);
  assert.deepEqual(
    repository?.branches.map(({ name }) => name),
    ['main'],
  );
  assert.equal(repository?.comments[1]?.[0]?.body, 'text');
  assert.equal(repository?.issues[0]?.pinned, false);
  assert.deepEqual(repository?.issues[1]?.pull?.requestedReviewers, []);
  assert.notEqual(repository?.issues[1]?.pull?.id, repository?.issues[1]?.id);
  assert.equal(state?.tokens['secret']?.permissions, null);
  const ids = [state?.nextId ?? 0, repository?.issues[1]?.pull?.id ?? 0];
  assert.ok((ids[0] ?? 0) > (ids[1] ?? 0) && (ids[1] ?? 0) >= 3_000_000_030);
});

test('a file that is something else is left alone, with a sentence', async (t) => {
  const dir = await mkdtemp(join(tmpdir(), 'sandbox-'));
  t.after(() => rm(dir, { recursive: true }));
  const path = join(dir, 'state.json');
  await writeFile(path, JSON.stringify({ version: 3, repositories: [], tokens: {} }));
  await assert.rejects(readState(path), /is not the state of a sandbox GitHub/);
  assert.equal(await readState(join(dir, 'none.json')), null);
});
