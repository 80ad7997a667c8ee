import { z } from 'zod';
import { ask, type Door } from './github-ask.ts';
import { decideUnreadable } from './github-failure.decide.ts';
import { graphqlUrl, type QueryAnswer, readQueryAnswer } from './github-graphql.decide.ts';
import { queryFailure } from './github-projects.decide.ts';
import type { FieldWrite, GithubPlaces, ProjectRef } from './github-projects.model.ts';
import { parseAdded, parseProject } from './github-projects.parse.ts';
import type { GithubResult } from './github.model.ts';
import { parseIssue } from './github.parse.ts';

const BOARD = `projectV2(number: $number) {
  id title closed viewerCanUpdate
  fields(first: 100) { nodes {
    ... on ProjectV2FieldCommon { id name dataType }
    ... on ProjectV2SingleSelectField { options { id name } }
    ... on ProjectV2IterationField { configuration { iterations { id title } completedIterations { id title } } }
  } }
}`;

/** Asks for a project by its number at its owner. */
export const PROJECT_OF: Record<ProjectRef['owner'], string> = {
  organization: `query Project($login: String!, $number: Int!) { owner: organization(login: $login) { ${BOARD} } }`,
  user: `query Project($login: String!, $number: Int!) { owner: user(login: $login) { ${BOARD} } }`,
};

/** Puts an issue onto a project. One that is there already is answered with its item (GitHub's page "Using the API to manage Projects"). */
export const ADD_ITEM = `mutation AddItem($project: ID!, $content: ID!) {
  added: addProjectV2ItemById(input: { projectId: $project, contentId: $content }) { item { id } }
}`;

/** Sets as many fields of an item; each under a name of its own, so that GitHub says which one it refuses. */
export function setFieldsText(count: number): string {
  const places = Array.from({ length: count }, (_, place) => place);
  const variables = places.map((place) => `$f${place}: ID!, $v${place}: ProjectV2FieldValue!`).join(', ');
  const sets = places.map(
    (place) =>
      `s${place}: updateProjectV2ItemFieldValue(input: { projectId: $project, itemId: $item, fieldId: $f${place}, value: $v${place} }) { clientMutationId }`,
  );
  return `mutation SetFields($project: ID!, $item: ID!, ${variables}) { ${sets.join('\n')} }`;
}

/** Sub-issues by REST, projects by GraphQL: there is no other way to set their fields on an Enterprise Server. */
export function placeCalls(door: Door): GithubPlaces {
  return {
    subIssues: (r, parent) =>
      ask(door, r, { method: 'GET', path: `/issues/${parent}/sub_issues?per_page=100` }, ({ body }) => idsOf(body)),
    addSubIssue: (r, parent, issueId) =>
      ask(
        door,
        r,
        { method: 'POST', path: `/issues/${parent}/sub_issues`, body: { sub_issue_id: issueId } },
        ({ body }) => (parseIssue(body) === null ? null : true),
      ),
    project: ({ owner, login, number }) =>
      question(door, { text: PROJECT_OF[owner], variables: { login, number }, write: false }, ({ data }) =>
        parseProject(data),
      ),
    addToProject: (project, content) =>
      question(door, { text: ADD_ITEM, variables: { project, content }, write: true }, ({ data }) => parseAdded(data)),
    setProjectFields: (project, item, writes) => setFields(door, { project, item }, writes),
  };
}

async function setFields(door: Door, at: { project: string; item: string }, writes: readonly FieldWrite[]) {
  const values = writes.flatMap(({ fieldId, value }, place) => [
    [`f${place}`, fieldId],
    [`v${place}`, value],
  ]);
  const variables = { ...at, ...Object.fromEntries(values) };
  const refused: { name: string; message: string }[] = [];
  return question(
    door,
    {
      text: setFieldsText(writes.length),
      variables,
      write: true,
      isPart: (error) => refusedField(error, writes) !== null,
    },
    ({ errors }) => {
      for (const error of errors) refused.push({ name: refusedField(error, writes) ?? '', message: error.message });
      return refused;
    },
  );
}

/** Types that concern one field; the rest is about the token or the project as a whole. */
const OF_ONE_FIELD = new Set(['NOT_FOUND', 'UNPROCESSABLE', '']);

function refusedField({ path, type }: QueryAnswer['errors'][number], writes: readonly FieldWrite[]): string | null {
  const place = typeof path[0] === 'string' ? /^s(\d+)$/u.exec(path[0])?.[1] : undefined;
  return OF_ONE_FIELD.has(type) ? (writes[Number(place)]?.name ?? null) : null;
}

interface Question {
  text: string;
  variables: object;
  write: boolean;
  /** Whether the answer holds in spite of this error. */
  isPart?: (error: QueryAnswer['errors'][number]) => boolean;
}

async function question<T>(
  { api, access }: Door,
  { text, variables, write, isPart = () => false }: Question,
  parse: (answer: QueryAnswer) => T | null,
): Promise<GithubResult<T>> {
  const result = await api.call({
    method: 'POST',
    path: graphqlUrl(access.baseUrl),
    body: { query: text, variables },
    ...(write ? { mutation: true } : { query: true }),
  });
  if (!result.ok) return result;
  const { status, requestId, requests } = result;
  const answer = readQueryAnswer(result.value.body);
  const app = access.credential.kind === 'app' ? { app: true as const } : {};
  const errors = answer?.errors.filter((error) => !isPart(error)) ?? [];
  const failure = queryFailure({ errors }, { write, status, requestId, ...app });
  if (failure !== null) return { ok: false, failure, requests };
  const value = answer === null ? null : parse(answer);
  if (value !== null) return { ...result, value };
  return { ok: false, failure: decideUnreadable(write, status, result.value.headers), requests };
}

function idsOf(body: unknown): number[] | null {
  const list = z.array(z.object({ id: z.number() })).safeParse(body);
  return list.success ? list.data.map(({ id }) => id) : null;
}
