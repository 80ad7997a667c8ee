import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parse, validate } from 'graphql';
import { githubSchema } from '../../test/fakes/github-graphql-schema.ts';
import { type FakeGithub, startFakeGithub } from '../../test/fakes/github-server.ts';
import { doorTo, only } from './github-fake.fixture.ts';
import { planFields, projectAt, queryFailure } from './github-projects.decide.ts';
import { ADD_ITEM, PROJECT_OF, setFieldsText } from './github-projects.ts';
import { failureOf, valueOf } from './github.fixture.ts';

const ACME = { owner: 'organization', login: 'acme', number: 4 } as const;
const FIELDS = {
  Status: ['SINGLE_SELECT', 'Todo', 'In progress'],
  Size: ['NUMBER'],
  Due: ['DATE'],
  Note: ['TEXT'],
  Sprint: ['ITERATION', 'Sprint 1', 'Sprint 2'],
  Title: ['TITLE'],
} as const;

async function withProject(t: Parameters<typeof startFakeGithub>[0]) {
  const fake = await startFakeGithub(t);
  const board = fake.addProject(
    'acme',
    4,
    structuredClone(FIELDS) as unknown as Parameters<FakeGithub['addProject']>[2],
  );
  fake.addToken(fake.token, { login: 'throughline-bot', scopes: ['repo', 'project'] });
  return { fake, board, github: doorTo(fake) };
}

test('what is said about projects is valid by the schema that GitHub publishes', () => {
  for (const text of [...Object.values(PROJECT_OF), ADD_ITEM, setFieldsText(1), setFieldsText(20)])
    assert.deepEqual(validate(githubSchema(), parse(text)), [], text);
});

test('the address of a project names its owner, its number and its GitHub', () => {
  const at = (address: string) => {
    const found = projectAt(address);
    return found === null ? null : `${found.origin} ${found.owner} ${found.login} ${found.number}`;
  };
  assert.equal(at('https://github.com/orgs/acme/projects/4'), 'https://github.com organization acme 4');
  assert.equal(at('https://github.com/users/ada/projects/12/views/3'), 'https://github.com user ada 12');
  assert.equal(at('https://git.example:8443/orgs/acme/projects/4/'), 'https://git.example:8443 organization acme 4');
  for (const wrong of ['', 'https://github.com/acme/shop/projects/4', 'https://github.com/orgs/acme/projects/x'])
    assert.equal(at(wrong), null, wrong);
});

test('each kind of field takes its value by name, and says why another one cannot be taken', async (t) => {
  const { github } = await withProject(t);
  const project = valueOf(await github.project(ACME));
  const planned = (wanted: Record<string, string>) => {
    const { writes, problems } = planFields(project, wanted);
    return [...writes.map(({ value }) => value), ...problems];
  };
  const table: [Record<string, string>, unknown][] = [
    [{ status: 'TODO' }, { singleSelectOptionId: '0_0' }],
    [{ Size: '3.5' }, { number: 3.5 }],
    [{ Due: '2026-11-21' }, { date: '2026-11-21' }],
    [{ Note: 'as it is' }, { text: 'as it is' }],
    [{ Sprint: 'Sprint 2' }, { iterationId: '4_1' }],
    [{ Status: 'Gone' }, '"Status" has no option "Gone"; there are: Todo, In progress.'],
    [{ Sprint: 'Sprint 3' }, '"Sprint" has no iteration "Sprint 3"; there are: Sprint 1, Sprint 2.'],
    [{ Size: 'large' }, '"Size" takes a number, not "large".'],
    [{ Due: '2026-02-31' }, '"Due" takes a date as 2026-11-21, not "2026-02-31".'],
    [{ Due: 'soon' }, '"Due" takes a date as 2026-11-21, not "soon".'],
    [{ Title: 'x' }, '"Title" cannot be set on a project: the issue brings it along.'],
    [{ Colour: 'red' }, 'The project has no field "Colour".'],
  ];
  for (const [wanted, value] of table) assert.deepEqual(planned(wanted), [value], JSON.stringify(wanted));
});

test('an issue that is on a project already keeps its item', async (t) => {
  const { fake, board, github } = await withProject(t);
  fake.openIssue({ title: 'One' });
  const issue = valueOf(await github.issue({ id: only(fake).id }, 1)).issue;
  const add = async () => valueOf(await github.addToProject(board.id, issue?.nodeId ?? ''));
  assert.equal(await add(), await add());
  assert.equal(board.items.length, 1);
});

test('fields are set each for itself: a refused one leaves the others set', async (t) => {
  const { fake, board, github } = await withProject(t);
  fake.openIssue({ title: 'One' });
  const issue = valueOf(await github.issue({ id: only(fake).id }, 1)).issue;
  const item = valueOf(await github.addToProject(board.id, issue?.nodeId ?? ''));
  for (const field of board.fields) field.refuses = field.name === 'Size';
  const { writes } = planFields(valueOf(await github.project(ACME)), { Size: '1', Status: 'Todo' });
  const refused = valueOf(await github.setProjectFields(board.id, item, writes));
  assert.deepEqual(
    refused.map(({ name }) => name),
    ['Size'],
  );
  assert.deepEqual(board.items[0]?.values, { Status: 'Todo' });
});

test('what a token lacks for projects is told, and a project that is not there', async (t) => {
  const { fake, github, board } = await withProject(t);
  assert.equal(failureOf(await github.project({ ...ACME, number: 5 })).kind, 'not_found');
  assert.equal(failureOf(await github.project({ ...ACME, login: 'nobody' })).kind, 'not_found');
  board.mayUpdate = false;
  assert.equal(failureOf(await github.addToProject(board.id, 'I_x')).kind, 'forbidden');
  fake.addToken(fake.token, { login: 'throughline-bot', scopes: ['repo', 'read:project'] });
  const refused = failureOf(await github.addToProject(board.id, 'I_x'));
  assert.deepEqual(
    [refused.kind, refused.kind === 'forbidden' && refused.missingPermissions],
    ['forbidden', 'the scope "project"'],
  );
});

test('a limit that a mutation meets with status 200 is a limit, and a lost answer an unknown outcome', async (t) => {
  const { fake, github, board } = await withProject(t);
  const match = { path: /\/graphql$/u };
  fake.faults.add({ match, do: 'secondary_limit', status: 200, retryAfterSeconds: 1 });
  assert.equal(failureOf(await github.addToProject(board.id, 'I_x')).kind, 'rate_limited');
  fake.faults.add({ match, do: 'commit_then_502' });
  assert.equal(failureOf(await doorTo(fake).addToProject(board.id, 'I_x')).kind, 'outcome_unknown');
});

test('each type of error that GraphQL answers with has a meaning', () => {
  const kindOf = (type: string, write = true, message = 'words') =>
    queryFailure({ errors: [{ type, message, path: [] }] }, { write, status: 200, requestId: null })?.kind ?? null;
  assert.deepEqual(
    ['INSUFFICIENT_SCOPES', 'FORBIDDEN', 'NOT_FOUND', 'UNPROCESSABLE', '', 'NEW'].map((type) => kindOf(type)),
    ['forbidden', 'forbidden', 'not_found', 'invalid', 'unexpected', 'unexpected'],
  );
  assert.equal(kindOf('', true, 'Something went wrong while executing your query.'), 'outcome_unknown');
  assert.equal(kindOf('', false, 'Something went wrong while executing your query.'), 'unavailable');
  assert.equal(queryFailure({ errors: [] }, { write: true, status: 200, requestId: null }), null);
});
