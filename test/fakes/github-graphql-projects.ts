import { GraphQLError } from 'graphql';
import type { IssueIn } from './github-graphql-asking.ts';
import type { Asking } from './github-graphql-asking.ts';
import type { Node, PageArgs } from './github-graphql-connection.ts';
import type { FakeProject, FakeProjectField, FakeProjectItem } from './github-projects.ts';
import { findOrganization, findUser, sameName } from '../../src/sandbox/sandbox-state.ts';
import { missing } from './github-graphql-asking.ts';
import { listConnection } from './github-graphql-connection.ts';
import { issueNodeId } from './github-graphql-issues.ts';

/** What of the root concerns projects: their owners, and the two mutations that the hub uses. */
export function projectRoot(asking: Asking, issueOf: (nodeId: string) => IssueIn | null): Node {
  return {
    organization({ login }: { login: string }) {
      if (findOrganization(asking.world.state, login) === null)
        throw missing(`n Organization with the login of '${login}'.`);
      return { __typename: 'Organization', projectV2: projectOf(asking, login) };
    },
    addProjectV2ItemById({ input }: { input: AddItem }) {
      const project = writable(asking, input.projectId, 'addProjectV2ItemById');
      const found = issueOf(input.contentId);
      if (found === null) throw missing(` node with the global id of '${input.contentId}'`);
      const contentId = issueNodeId(found.issue);
      const known = project.items.find((item) => item.contentId === contentId);
      const item = known ?? { id: `PVTI_${project.id}_${project.items.length}`, contentId, values: {} };
      if (known === undefined) project.items.push(item);
      return { clientMutationId: null, item: { __typename: 'ProjectV2Item', id: item.id } };
    },
    updateProjectV2ItemFieldValue({ input }: { input: SetField }) {
      const project = writable(asking, input.projectId, 'updateProjectV2ItemFieldValue');
      const item = project.items.find(({ id }) => id === input.itemId);
      const field = project.fields.find(({ id }) => id === input.fieldId);
      if (item === undefined) throw missing(` node with the global id of '${input.itemId}'`);
      if (field === undefined) throw missing(` node with the global id of '${input.fieldId}'`);
      return setField(item, field, input.value);
    },
  };
}

interface AddItem {
  projectId: string;
  contentId: string;
}

interface SetField {
  projectId: string;
  itemId: string;
  fieldId: string;
  value: Record<string, unknown>;
}

/** `projectV2` of an owner. */
export function projectOf(asking: Asking, login: string) {
  return ({ number }: { number: number }): Node => {
    mustHold(asking, 'read:project', 'projectV2');
    const project = asking.projects.find((one) => sameName(one.owner, login) && one.number === number);
    if (project === undefined || !mayReach(asking, project)) throw missing(` ProjectV2 with the number ${number}.`);
    return projectNode(project);
  };
}

function projectNode(project: FakeProject): Node {
  return {
    __typename: 'ProjectV2',
    id: project.id,
    number: project.number,
    title: project.title,
    closed: project.closed,
    viewerCanUpdate: project.mayUpdate,
    fields: (args: PageArgs) => listConnection(project.fields, fieldNode, args),
  };
}

function fieldNode(field: FakeProjectField): Node {
  const { id, name, type, choices } = field;
  const common = { id, name, dataType: type };
  if (type === 'SINGLE_SELECT') return { __typename: 'ProjectV2SingleSelectField', ...common, options: choices };
  if (type !== 'ITERATION') return { __typename: 'ProjectV2Field', ...common };
  const iterations = choices.map((choice) => ({ id: choice.id, title: choice.name }));
  return {
    __typename: 'ProjectV2IterationField',
    ...common,
    configuration: { iterations, completedIterations: [] },
  };
}

const VALUE_OF: Record<string, string> = {
  TEXT: 'text',
  NUMBER: 'number',
  DATE: 'date',
  SINGLE_SELECT: 'singleSelectOptionId',
  ITERATION: 'iterationId',
};

function setField(item: FakeProjectItem, field: FakeProjectField, value: SetField['value']): Node {
  const given = value[VALUE_OF[field.type] ?? ''];
  const choice = field.choices.find(({ id }) => id === given);
  const isChoice = field.type === 'SINGLE_SELECT' || field.type === 'ITERATION';
  if (given === undefined || (isChoice && choice === undefined) || field.refuses)
    throw new GraphQLError(`Did not receive a ${field.type.toLowerCase()} value to update a field of that type`, {
      extensions: { type: 'UNPROCESSABLE' },
    });
  item.values[field.name] = choice?.name ?? (typeof given === 'string' ? given : JSON.stringify(given));
  return { clientMutationId: null };
}

function writable(asking: Asking, id: string, field: string): FakeProject {
  mustHold(asking, 'project', field);
  const project = asking.projects.find((one) => one.id === id);
  if (project === undefined || !mayReach(asking, project)) throw missing(` node with the global id of '${id}'`);
  if (project.mayUpdate) return project;
  throw new GraphQLError(`${asking.viewer.login} does not have the correct permissions to execute \`${field}\``, {
    extensions: { type: 'FORBIDDEN' },
  });
}

// Classic tokens go by scope; others must hold the permission of the organization, and see no user's project at all.
function mustHold(asking: Asking, scope: 'project' | 'read:project', field: string): void {
  const { scopes } = asking.viewer.token;
  if (scopes === null || scopes.includes('project') || scopes.includes(scope)) return;
  const had = scopes.map((one) => `'${one}'`).join(', ');
  throw new GraphQLError(
    `Your token has not been granted the required scopes to execute this query. The '${field}' field requires one of the following scopes: ['${scope}'], but your token has only been granted the: [${had}] scopes. Please modify your token's scopes at: https://github.com/settings/tokens.`,
    { extensions: { type: 'INSUFFICIENT_SCOPES' } },
  );
}

function mayReach(asking: Asking, project: FakeProject): boolean {
  const { scopes, permissions } = asking.viewer.token;
  if (scopes !== null) return true;
  const isUsers = findUser(asking.world.state, project.owner)?.type === 'User';
  return !isUsers && (permissions === null || 'organization_projects' in permissions);
}
