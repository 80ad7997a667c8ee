import assert from 'node:assert/strict';
import { test } from 'node:test';

import { addIssue, addPull } from '../../test/support/mirror-rows.ts';
import { addReport, addTenant, argsOf, LABEL, NOW, start } from './lists.fixture.ts';
import { IssuesQuery, NamesQuery, PullsQuery } from '../contract/mirror-queries.ts';
import { newId } from '../lib/ids.ts';
import type { MirrorPlace } from '../../test/support/mirror-rows.ts';
import type { NewRow, Sql } from '../db/db.model.ts';

async function addMany(sql: Sql, place: MirrorPlace): Promise<void> {
  const issues: (Partial<NewRow<'issues'>> & { number: number })[] = [
    { number: 1, title: 'The app crashes', author: 'Mona', labels: JSON.stringify([LABEL('Bug')]) },
    { number: 2, title: 'Dark mode', body: 'It crashes my eyes', state: 'closed', assignees: ['hubot', 'mona'] },
    { number: 3, title: 'Slow list', author: 'hubot', labels: JSON.stringify([LABEL('bug'), LABEL("it's \\ odd")]) },
    { number: 4, title: 'Version 12 fails', source: 'linked', updated_at: new Date('2001-01-01T00:00:00Z') },
    { number: 12, title: 'Twelve' },
    { number: 13, title: 'Gone crashes', gone: 'deleted', gone_at: NOW },
  ];
  for (const issue of issues) await addIssue(sql, place, issue);
}

const FOUND: [string, Record<string, unknown>, number[]][] = [
  ['nothing', {}, [12, 3, 2, 1, 4]],
  ['a state', { state: 'closed' }, [2]],
  ['a label in other letters', { label: 'BUG' }, [3, 1]],
  ['two labels', { label: "bug, it's \\ odd" }, [3]],
  ['an assignee', { assignee: 'Mona' }, [2]],
  ['nobody assigned', { assignee: 'none' }, [12, 3, 1, 4]],
  ['an author', { author: 'mona' }, [1]],
  ['a source', { source: 'linked' }, [4]],
  ['a word of title or text', { q: 'CRASHES' }, [2, 1]],
  ['all words of several', { q: 'crashes eyes' }, [2]],
  ['a number, also where it is a word', { q: '#12' }, [12, 4]],
  ['a word and a filter', { q: 'crashes', label: 'bug' }, [1]],
  ['a time', { updated_since: '2020-01-01T00:00:00Z' }, [12, 3, 2, 1]],
  ['a time and a filter', { updated_since: '2020-01-01T00:00:00Z', assignee: 'none' }, [12, 3, 1]],
  ['a repository', { repository: 'Acme/App', state: 'closed' }, [2]],
  ['a repository that is not there', { repository: 'acme/other' }, []],
  ['a tenant that is not the own', { tenant: 'zeta' }, []],
  ['what no index word can be', { label: '=l:bug' }, []],
  ['only signs', { q: '!!! & |' }, [12, 3, 2, 1, 4]],
];

test('issues are found by each filter and by several at once, last changed first', async (t) => {
  const { sql, place, numbers } = await start(t);
  await addMany(sql, place);
  for (const [what, query, expected] of FOUND) assert.deepEqual(await numbers(query), expected, what);
});

test("another tenant's issues are in no list, and a system admin without a tenant sees all", async (t) => {
  const { sql, place, numbers, as } = await start(t);
  await addMany(sql, place);
  const other = await addTenant(sql, 'zeta');
  assert.deepEqual(await numbers({}, as({ tenantId: other })), []);
  assert.deepEqual(await numbers({ q: 'crashes' }, as({ tenantId: other })), []);
  assert.deepEqual(await numbers({ tenant: 'acme', repository: 'acme/app' }, as({ tenantId: other })), []);
  assert.deepEqual(await numbers({}, as({ role: 'system_admin', tenantId: null })), [12, 3, 2, 1, 4]);
  assert.deepEqual(await numbers({ tenant: 'zeta' }, as({ role: 'system_admin', tenantId: null })), []);
});

test('a reporter sees only issues that are linked to their own reports, and only their own reports of them', async (t) => {
  const { sql, tenantId, place, numbers, as, routes } = await start(t);
  const issueId = await addIssue(sql, place, { number: 1, source: 'linked' });
  const other = await addIssue(sql, place, { number: 2, source: 'linked' });
  await addIssue(sql, place, { number: 3 });
  const mine = await addReport(sql, tenantId, 'ann', issueId);
  await addReport(sql, tenantId, 'bob', issueId);
  await addReport(sql, tenantId, 'bob', other);
  const ann = as({ role: 'reporter', reporter: { kind: 'host', id: 'ann', email: null, name: null } });
  assert.deepEqual(await numbers({}, ann), [1]);
  assert.deepEqual(await numbers({ reporter: 'bob' }, ann), [1]);
  const { items } = await routes.listIssues(ann, argsOf(IssuesQuery.parse({})));
  assert.deepEqual(items[0]?.reports, [{ id: mine, title: 'By ann' }]);
  assert.deepEqual(await numbers({ reporter: 'name of BOB' }), [2, 1]);
  assert.deepEqual(await numbers({}, as({ role: 'reporter' })), [2, 1]);
});

test('page by page every issue comes once, also where many changed in the same second', async (t) => {
  const { sql, place, as, routes } = await start(t);
  for (let number = 1; number <= 25; number += 1)
    await addIssue(sql, place, {
      number,
      updated_at: new Date(number < 20 ? '2026-01-01T00:00:00Z' : '2019-01-01T00:00:00Z'),
    });
  for (const filter of [{}, { assignee: 'none' }]) {
    const seen: number[] = [];
    let cursor: string | null = null;
    do {
      const query = IssuesQuery.parse({ limit: '4', ...filter, ...(cursor === null ? {} : { cursor }) });
      const page = await routes.listIssues(as({}), argsOf(query));
      seen.push(...page.items.map(({ number }) => number));
      cursor = page.next;
    } while (cursor !== null);
    assert.equal(new Set(seen).size, 25);
    assert.equal(seen.length, 25);
  }
});

test('a cursor that is not ours is refused with 400 and reaches no statement', async (t) => {
  const { as, routes, place } = await start(t);
  const cursor = Buffer.from(JSON.stringify(["2026-01-01' or true", 'x'])).toString('base64url');
  const params = { owner: 'acme', name: 'app' };
  await assert.rejects(routes.listIssues(as({}), argsOf(IssuesQuery.parse({ cursor }))), { status: 400 });
  for (const list of ['listBranches', 'listLabels'] as const)
    await assert.rejects(routes[list](as({}), argsOf(NamesQuery.parse({ cursor }), params)), { status: 400 });
  assert.equal(place.fullName, 'acme/app');
});

test('one issue comes with its comments, oldest first, and its history, newest first, also by an old name', async (t) => {
  const { sql, place, tenantId, as, routes } = await start(t);
  const id = await addIssue(sql, place, { number: 7, body: 'Text', reactions: JSON.stringify({ '+1': 2 }) });
  await sql
    .insertInto('repository_names')
    .values({ repository_id: place.repositoryId, full_name: 'acme/old' })
    .execute();
  for (const [index, body] of ['first', 'second'].entries())
    await sql
      .insertInto('comments')
      .values({
        id: newId(NOW),
        tenant_id: tenantId,
        repository_id: place.repositoryId,
        github_id: index,
        node_id: 'c',
        issue_number: 7,
        body,
        url: 'u',
        created_at: new Date(index),
        updated_at: NOW,
      })
      .execute();
  const change = {
    repository_id: place.repositoryId,
    item_kind: 'issue' as const,
    item_id: id,
    at: NOW,
    via: 'webhook' as const,
  };
  await sql
    .insertInto('item_changes')
    .values([
      { ...change, field: 'title', before: '"A"', after: '"B"', actor: 'mona' },
      { ...change, field: 'state', before: '"open"', after: '"closed"', actor: null },
    ])
    .execute();
  const issue = await routes.getRepositoryIssue(as({}), argsOf(undefined, { owner: 'Acme', name: 'OLD', number: 7 }));
  assert.deepEqual(
    issue.conversation.map(({ body }) => body),
    ['first', 'second'],
  );
  assert.deepEqual(
    issue.history.map(({ text }) => text),
    ['#7 was closed.', '#7 was renamed from “A” to “B” by mona.'],
  );
  assert.deepEqual([issue.body, issue.reactions, issue.repository], ['Text', { '+1': 2 }, 'acme/app']);
  const activity = await routes.listActivity(as({}), argsOf({ limit: 1 }, { owner: 'acme', name: 'app' }));
  assert.deepEqual([activity.items.length, activity.items[0]?.item, activity.next === null], [1, '#7', false]);
});

test('pull requests are found by state, draft, label and word', async (t) => {
  const { sql, place, as, routes } = await start(t);
  await addPull(sql, place, {
    number: 1,
    title: 'Fix the crash',
    state: 'merged',
    labels: JSON.stringify([LABEL('bug')]),
  });
  await addPull(sql, place, { number: 2, title: 'Docs', draft: true });
  const params = { owner: 'acme', name: 'app' };
  const list = async (query: object) =>
    (await routes.listPulls(as({}), argsOf(PullsQuery.parse(query), params))).items.map(({ number }) => number);
  assert.deepEqual(await list({}), [2, 1]);
  assert.deepEqual(await list({ state: 'merged', label: 'bug', q: 'crash' }), [1]);
  assert.deepEqual(await list({ draft: 'true' }), [2]);
  assert.deepEqual(await list({ draft: 'false', q: 'docs' }), []);
  assert.equal((await routes.getPull(as({}), argsOf(undefined, { ...params, number: 2 }))).title, 'Docs');
});

test('branches come newest head first and labels by name, page by page, without those that are gone', async (t) => {
  const { sql, place, as, routes } = await start(t);
  const base = { repository_id: place.repositoryId, read_at: NOW };
  const branch = (name: string, at: string | null, gone_at: Date | null = null) => ({
    ...base,
    id: newId(NOW),
    name,
    sha: name,
    committed_at: at === null ? null : new Date(at),
    gone_at,
  });
  await sql
    .insertInto('branches')
    .values([
      branch('a/b c', null),
      branch('main', '2026-01-01'),
      branch('new', '2026-02-01'),
      branch('z', '2026-01-01'),
      branch('dead', '2026-03-01', NOW),
    ])
    .execute();
  await sql
    .insertInto('labels')
    .values(
      ['b', 'A', 'c'].map((name, index) => ({ ...base, id: newId(NOW), github_id: index, name, color: 'ededed' })),
    )
    .execute();
  const params = { owner: 'acme', name: 'app' };
  const all = async (list: 'listBranches' | 'listLabels') => {
    const names: string[] = [];
    for (let cursor: string | undefined; ;) {
      const page = await routes[list](as({}), argsOf({ limit: 1, cursor }, params));
      names.push(...page.items.map(({ name }) => name));
      if (page.next === null) return names;
      cursor = page.next;
    }
  };
  assert.deepEqual(await all('listBranches'), ['new', 'main', 'z', 'a/b c']);
  assert.deepEqual(await all('listLabels'), ['A', 'b', 'c']);
  const [first] = (await routes.listBranches(as({}), argsOf({ limit: 10, q: 'B C' }, params))).items;
  assert.equal(first?.url, 'https://github.example/acme/app/tree/a/b%20c');
});
