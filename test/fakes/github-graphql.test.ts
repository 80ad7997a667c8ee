import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Answer, Sent } from './github-call.ts';
import type { FakeGithub } from './github-server.ts';
import { call, ISSUES } from './github-call.ts';
import { startFakeGithub } from './github-server.ts';

const ISSUES_QUERY = `query Issues($owner:String!,$name:String!,$n:Int!,$after:String){ repository(owner:$owner,name:$name,followRenames:true){ databaseId nameWithOwner
  issues(first:$n,after:$after,orderBy:{field:UPDATED_AT,direction:DESC}){ totalCount pageInfo{hasNextPage endCursor}
    nodes{ id fullDatabaseId number title body state stateReason(enableDuplicate:true) locked activeLockReason createdAt updatedAt closedAt lastEditedAt url
      author{__typename login} milestone{number title} labels(first:20){totalCount nodes{id name color}}
      assignees(first:10){totalCount nodes{login databaseId}} comments{totalCount} parent{id number} subIssuesSummary{total completed} } } }
  rateLimit{cost remaining resetAt nodeCount limit used} }`;

const PULLS_QUERY = `query Pulls($n:Int!){ repository(owner:"acme",name:"webshop"){ pullRequests(first:$n,orderBy:{field:UPDATED_AT,direction:DESC}){ totalCount
  nodes{ id fullDatabaseId number title body state isDraft merged mergedAt closedAt updatedAt mergeable mergeStateStatus reviewDecision mergeCommit{oid} headRefName headRefOid
    baseRefName author{login} labels(first:20){nodes{name}} assignees(first:10){nodes{login}}
    reviewRequests(first:20){nodes{requestedReviewer{__typename ... on User{login databaseId} ... on Team{slug databaseId} ... on Bot{login}}}}
    latestReviews(first:20){nodes{state author{login}}} closingIssuesReferences(first:10){nodes{number}} totalCommentsCount } } } rateLimit{cost nodeCount} }`;

const BRANCHES_QUERY = `query Branches($owner:String!,$name:String!,$after:String){ repository(owner:$owner,name:$name,followRenames:true){
  databaseId nameWithOwner defaultBranchRef{name}
  refs(refPrefix:"refs/heads/",first:2,after:$after,orderBy:{field:ALPHABETICAL,direction:ASC}){ totalCount pageInfo{hasNextPage endCursor}
    nodes{ name target{oid ... on Commit{committedDate authoredDate messageHeadline author{name user{login}}}} branchProtectionRule{id} } } } rateLimit{cost nodeCount} }`;

const WEBSHOP = { owner: 'acme', name: 'webshop' };

/** What GraphQL answers is looked into freely here: its shape is what GitHub's own schema checked. */
// oxlint-disable-next-line typescript/no-explicit-any
type Loose = any;

interface Asked extends Answer {
  data: Loose;
  errors: { type?: string; message: string; path?: unknown[] }[];
}

async function ask(fake: FakeGithub, query: string, variables: object = {}, sent: Sent = {}): Promise<Asked> {
  const answer = await call(fake, 'POST /graphql', { ...sent, body: { query, variables } });
  const { data, errors } = answer.body ?? {};
  return { ...answer, data, errors: (errors ?? []) as Asked['errors'] };
}

test('issues are walked by time of update, each once, with the ids that REST gives', async (t) => {
  let now = new Date('2026-01-01T00:00:00Z');
  const fake = await startFakeGithub(t, { now: () => now });
  for (let n = 1; n <= 25; n += 1) {
    now = new Date(now.getTime() + 1000);
    fake.openIssue({ title: `Issue ${n}`, labels: ['bug'], assignees: ['octo-dev'] });
  }
  fake.openPullRequest({ title: 'A pull request' });
  now = new Date(now.getTime() + 60_000);
  fake.closeIssue(3, 'duplicate');
  const seen: Loose[] = [];
  let after: string | null = null;
  do {
    const { data, errors }: Asked = await ask(fake, ISSUES_QUERY, { ...WEBSHOP, n: 10, after });
    assert.deepEqual(errors, []);
    const { issues } = data.repository;
    assert.equal(issues.totalCount, 25);
    seen.push(...issues.nodes);
    after = issues.pageInfo.hasNextPage ? issues.pageInfo.endCursor : null;
  } while (after !== null);
  assert.deepEqual(
    seen.map(({ number }) => number),
    [3, ...Array.from({ length: 25 }, (_, index) => 25 - index).filter((number) => number !== 3)],
  );
  const [closed] = seen;
  assert.deepEqual([closed.state, closed.stateReason, closed.closedAt], ['CLOSED', 'DUPLICATE', closed.updatedAt]);
  assert.deepEqual([closed.author.login, closed.labels.nodes[0].name], ['octo-dev', 'bug']);
  assert.equal(closed.assignees.nodes[0].login, 'octo-dev');
  const rest = await call(fake, `GET ${ISSUES}/3`);
  assert.equal(closed.id, rest.body['node_id']);
  assert.equal(closed.fullDatabaseId, String(rest.body['id']));
});

test('a query that GitHub would refuse is refused with 200 and errors', async (t) => {
  const fake = await startFakeGithub(t);
  const refused = async (query: string): Promise<string> => {
    const { status, errors, data } = await ask(fake, query);
    assert.deepEqual([status, data], [200, undefined], query);
    return `${errors[0]?.type ?? ''} ${errors[0]?.message ?? ''}`.trim();
  };
  const inRepository = (text: string): string => `{repository(owner:"acme",name:"webshop"){${text}}}`;
  assert.match(await refused('{'), /^Syntax Error/);
  assert.match(await refused(inRepository('titel')), /Cannot query field "titel"/);
  assert.match(await refused(inRepository('issues{nodes{id}}')), /^MISSING_PAGINATION_BOUNDARIES/);
  assert.match(await refused(inRepository('issues(first:101){nodes{id}}')), /^EXCESSIVE_PAGINATION Requesting 101/);
  assert.match(
    await refused(inRepository('issues(first:100){nodes{labels(first:100){nodes{issues(first:100){nodes{id}}}}}}')),
    /^MAX_NODE_LIMIT_EXCEEDED/,
  );
  assert.match(await refused(`{nodes(ids:[${'"x",'.repeat(101)}]){id}}`), /^ARGUMENT_LIMIT/);
  assert.match(await refused('query($n:Int!){repository(owner:"a",name:"b"){issues(first:$n){totalCount}}}'), /\$n/);
});

test('what is missing is null beside a NOT_FOUND, and old names are followed', async (t) => {
  const fake = await startFakeGithub(t);
  fake.addRepository('acme/secret', { visibility: 'private' });
  for (const name of ['nowhere', 'secret']) {
    const { data, errors } = await ask(fake, ISSUES_QUERY, { owner: 'acme', name, n: 1 });
    assert.equal(data.repository, null);
    assert.deepEqual([errors[0]?.type, errors[0]?.path], ['NOT_FOUND', ['repository']]);
  }
  fake.renameRepository('acme/shop');
  assert.equal((await ask(fake, ISSUES_QUERY, { ...WEBSHOP, n: 1 })).data.repository.nameWithOwner, 'acme/shop');
  const strict = await ask(fake, '{repository(owner:"acme",name:"webshop",followRenames:false){id}}');
  assert.equal(strict.errors[0]?.type, 'NOT_FOUND');
});

test('nodes are found by the ids of REST, and a deleted one is null with its error', async (t) => {
  const fake = await startFakeGithub(t);
  fake.openIssue({ title: 'A' });
  fake.openIssue({ title: 'B' });
  fake.openPullRequest({ title: 'C' });
  const nodeIdOf = async (path: string): Promise<string> => String((await call(fake, `GET ${path}`)).body['node_id']);
  const ids = [await nodeIdOf(`${ISSUES}/1`), await nodeIdOf(`${ISSUES}/2`), await nodeIdOf(`${ISSUES}/3`)];
  fake.deleteIssue(2);
  const query =
    'query($ids:[ID!]!){nodes(ids:$ids){__typename id ... on Issue{number} ... on PullRequest{number}} rateLimit{cost}}';
  const { data, errors } = await ask(fake, query, { ids });
  assert.deepEqual(data.nodes, [
    { __typename: 'Issue', id: ids[0], number: 1 },
    null,
    { __typename: 'PullRequest', id: ids[2], number: 3 },
  ]);
  assert.deepEqual([errors[0]?.type, errors[0]?.path], ['NOT_FOUND', ['nodes', 1]]);
  assert.equal(data.rateLimit.cost, 1);
  const repository = await ask(fake, 'query($id:ID!){node(id:$id){... on Repository{nameWithOwner}}}', {
    id: await nodeIdOf('/repos/acme/webshop'),
  });
  assert.equal(repository.data.node.nameWithOwner, 'acme/webshop');
});

test('pull requests carry merge state, review and reviewers; the first look at mergeable is UNKNOWN', async (t) => {
  const fake = await startFakeGithub(t);
  fake.openPullRequest({ title: 'A pull request', labels: ['bug'] });
  const first = await ask(fake, PULLS_QUERY, { n: 25 });
  assert.deepEqual(first.errors, []);
  const [before] = first.data.repository.pullRequests.nodes;
  assert.deepEqual([before.mergeable, before.mergeStateStatus], ['UNKNOWN', 'UNKNOWN']);
  const [after] = (await ask(fake, PULLS_QUERY, { n: 25 })).data.repository.pullRequests.nodes;
  assert.deepEqual([after.mergeable, after.mergeStateStatus, after.state], ['MERGEABLE', 'CLEAN', 'OPEN']);
  assert.equal(after.id, (await call(fake, 'GET /repos/acme/webshop/pulls')).list[0]?.['node_id' as 'title']);
  fake.closeIssue(1);
  const [closed] = (await ask(fake, PULLS_QUERY, { n: 25 })).data.repository.pullRequests.nodes;
  assert.deepEqual([closed.state, closed.merged], ['CLOSED', false]);
});

test('a pull request tells who was asked, what they said, and that it was merged', async (t) => {
  const fake = await startFakeGithub(t);
  fake.setRole('mona', 'push');
  fake.setRole('hubot', 'push');
  fake.createTeam('acme', 'Core');
  fake.openPullRequest({ title: 'A pull request' });
  fake.requestReviewers(1, { reviewers: ['mona'], teams: ['core'] });
  const pull = async (): Promise<Loose> => {
    const { data, errors } = await ask(fake, PULLS_QUERY, { n: 10 });
    assert.deepEqual(errors, []);
    return data.repository.pullRequests.nodes[0];
  };
  const asked = (await pull()).reviewRequests.nodes.map(({ requestedReviewer }: Loose) => requestedReviewer);
  assert.deepEqual(
    asked.map(({ __typename, login, slug }: Loose) => [__typename, login ?? slug]),
    [
      ['User', 'mona'],
      ['Team', 'core'],
    ],
  );
  fake.review(1, 'CHANGES_REQUESTED');
  const reviewed = await pull();
  assert.equal(reviewed.reviewDecision, 'CHANGES_REQUESTED');
  assert.equal(reviewed.latestReviews.nodes[0].state, 'CHANGES_REQUESTED');
  fake.setMergeableState(1, 'dirty');
  assert.deepEqual([(await pull()).mergeable, (await pull()).mergeStateStatus], ['CONFLICTING', 'DIRTY']);
  fake.setMergeableState(1, 'clean');
  fake.merge(1);
  const merged = await pull();
  assert.deepEqual([merged.state, merged.merged, merged.mergeCommit.oid.length], ['MERGED', true, 40]);
});

test('branches come in pages with their dates and whether they are protected', async (t) => {
  const fake = await startFakeGithub(t);
  const [repository] = fake.state.repositories;
  const [main] = repository?.branches ?? [];
  assert.ok(repository !== undefined && main !== undefined);
  repository.branches.push(
    { ...main, name: 'feature/one', protected: true },
    { ...main, name: 'a', committedAt: '2020-02-03T04:05:06Z' },
  );
  const first = await ask(fake, BRANCHES_QUERY, WEBSHOP);
  assert.deepEqual(first.errors, []);
  const { refs, defaultBranchRef } = first.data.repository;
  assert.deepEqual([refs.totalCount, refs.pageInfo.hasNextPage, defaultBranchRef.name], [3, true, 'main']);
  assert.deepEqual([refs.nodes[0].name, refs.nodes[0].target.committedDate], ['a', '2020-02-03T04:05:06Z']);
  assert.deepEqual([refs.nodes[1].name, refs.nodes[1].branchProtectionRule === null], ['feature/one', false]);
  const last = await ask(fake, BRANCHES_QUERY, { ...WEBSHOP, after: refs.pageInfo.endCursor });
  assert.deepEqual(
    last.data.repository.refs.nodes.map(({ name }: Loose) => name),
    ['main'],
  );
});

test('collaborators are told to those who may push', async (t) => {
  const fake = await startFakeGithub(t);
  fake.setRole('mona', 'triage');
  fake.addToken('mona', { login: 'mona' });
  const query =
    '{repository(owner:"acme",name:"webshop"){collaborators(first:100){edges{permission node{login databaseId email name}}}}}';
  const { data, errors } = await ask(fake, query);
  assert.deepEqual(errors, []);
  const permissions = data.repository.collaborators.edges.map(({ permission, node }: Loose) => [
    node.login,
    permission,
  ]);
  assert.deepEqual(new Map(permissions).get('mona'), 'TRIAGE');
  assert.deepEqual(new Map(permissions).get('throughline-bot'), 'WRITE');
  const refused = await ask(fake, query, {}, { token: 'mona' });
  assert.deepEqual([refused.data.repository.collaborators, refused.errors[0]?.type], [null, 'FORBIDDEN']);
});

test('points are counted by the documented formula and end in RATE_LIMITED', async (t) => {
  const fake = await startFakeGithub(t, { graphqlPoints: 6 });
  const cost = async (query: string, variables: object): Promise<number[]> => {
    const { data } = await ask(fake, query, variables);
    return [data.rateLimit.cost, data.rateLimit.nodeCount];
  };
  assert.deepEqual(await cost(ISSUES_QUERY, { ...WEBSHOP, n: 50 }), [1, 1550]);
  assert.deepEqual(await cost(ISSUES_QUERY, { ...WEBSHOP, n: 100 }), [2, 3100]);
  assert.deepEqual(await cost(PULLS_QUERY, { n: 50 }), [3, 4050]);
  const spent = await ask(fake, ISSUES_QUERY, { ...WEBSHOP, n: 50 });
  assert.deepEqual([spent.status, spent.errors[0]?.type], [200, 'RATE_LIMITED']);
  assert.deepEqual(
    ['resource', 'remaining', 'limit'].map((name) => spent.headers.get(`x-ratelimit-${name}`)),
    ['graphql', '0', '6'],
  );
  fake.reset();
  assert.equal((await ask(fake, '{viewer{login}}')).data.viewer.login, 'throughline-bot');
});

test('without a token, or with a bad one, GraphQL answers 401 even for public data', async (t) => {
  const fake = await startFakeGithub(t);
  assert.equal((await ask(fake, '{viewer{login}}', {}, { token: null })).status, 401);
  assert.equal((await ask(fake, '{viewer{login}}', {}, { token: 'wrong' })).status, 401);
});

test('too large pages give 502, smaller ones pass', async (t) => {
  const fake = await startFakeGithub(t);
  const fault = fake.faults.add({ match: { path: /^\/graphql$/u, sizeAbove: 50 }, do: '502', times: Infinity });
  assert.equal((await ask(fake, ISSUES_QUERY, { ...WEBSHOP, n: 100 })).status, 502);
  assert.equal((await ask(fake, ISSUES_QUERY, { ...WEBSHOP, n: 50 })).status, 200);
  assert.equal((await ask(fake, `{nodes(ids:[${'"x",'.repeat(60)}]){id}}`)).status, 502);
  assert.equal(fault.hits, 2);
});

test('when resources run out the nodes are null and each null has its error', async (t) => {
  const fake = await startFakeGithub(t);
  fake.openIssue({ title: 'A' });
  fake.openIssue({ title: 'B' });
  fake.faults.add({ match: { path: /^\/graphql$/u }, do: 'resource_limits' });
  const { status, data, errors } = await ask(fake, ISSUES_QUERY, { ...WEBSHOP, n: 10 });
  assert.deepEqual([status, data.repository.issues.nodes], [200, [null, null]]);
  assert.equal(data.repository.issues.totalCount, 2);
  assert.deepEqual(
    errors.map(({ message, path }) => [message, path?.at(-1)]),
    [0, 1].map((index) => ['Resource limits for this query exceeded.', index]),
  );
});

test('GraphQL can be switched off, and tell a secondary limit with 200', async (t) => {
  const fake = await startFakeGithub(t);
  const off = fake.faults.add({ match: { path: /^\/graphql$/u }, do: 'not_found', times: Infinity });
  assert.equal((await ask(fake, '{viewer{login}}')).status, 404);
  assert.equal((await call(fake, 'GET /user')).status, 200);
  off.remove();
  fake.faults.add({ match: { path: /^\/graphql$/u }, do: 'secondary_limit', status: 200, retryAfterSeconds: 9 });
  const limited = await ask(fake, '{viewer{login}}');
  assert.deepEqual([limited.status, limited.headers.get('retry-after')], [200, '9']);
  assert.match(JSON.stringify(limited.body), /exceeded a secondary rate limit/);
});

test('what the fake does not model is an error, never a silent null', async (t) => {
  const fake = await startFakeGithub(t);
  const { errors } = await ask(fake, '{repository(owner:"acme",name:"webshop"){diskUsage}}');
  assert.match(errors[0]?.message ?? '', /The fake has no Repository\.diskUsage/);
});

test('a list that lags behind lags in GraphQL too', async (t) => {
  let now = new Date('2026-01-01T00:00:00Z');
  const fake = await startFakeGithub(t, { now: () => now });
  fake.openIssue({ title: 'A' });
  now = new Date('2026-01-01T01:00:00Z');
  fake.closeIssue(1);
  fake.setListLag(60_000);
  const { data } = await ask(fake, ISSUES_QUERY, { ...WEBSHOP, n: 10 });
  assert.equal(data.repository.issues.nodes[0].state, 'OPEN');
});
