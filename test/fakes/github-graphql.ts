import type { ExecutionResult, GraphQLFieldResolver, OperationDefinitionNode } from 'graphql';
import { executeSync, getOperationAST, getVariableValues, GraphQLError } from 'graphql';
import type { SandboxAnswer, SandboxRequest, SandboxView, SandboxWorld } from '../../src/sandbox/sandbox.model.ts';
import type { Asking, Points } from './github-graphql-asking.ts';
import type { Node } from './github-graphql-connection.ts';
import type { Asked, Plan } from './github-graphql-cost.ts';
import type { FakeProject } from './github-projects.ts';
import { refusal } from '../../src/sandbox/sandbox-answers.ts';
import { isJsonObject } from '../../src/sandbox/sandbox-call.ts';
import { budgetHeaders, refuseRequest, tokenHeaders, viewerOf } from '../../src/sandbox/sandbox-gate.ts';
import { planOf } from './github-graphql-cost.ts';
import { rootOf } from './github-graphql-root.ts';
import { githubSchema, readQuery } from './github-graphql-schema.ts';

const HOUR_MS = 3_600_000;

export interface GraphqlHouse {
  world: SandboxWorld;
  view: SandboxView;
  web: string;
  /** Points that each user has in an hour. */
  pointsPerHour: number;
  /** What each user spent, by login. */
  spent: Map<string, Points>;
  projects: FakeProject[];
}

/** Answers `POST /graphql` as GitHub does: one gate, then 200 with `data`, `errors` or both. */
export function answerGraphql(house: GraphqlHouse, request: SandboxRequest): SandboxAnswer {
  const refused = refuseRequest(request);
  if (refused !== null) return refused;
  const nowMs = house.world.now().getTime();
  const viewer = viewerOf(house.world.state, request, nowMs);
  if (viewer === 'bad') return refusal(401, 'Bad credentials');
  if (viewer === null) return refusal(401, 'This endpoint requires you to be authenticated.');
  const points = pointsOf(house, viewer.login, nowMs);
  const body = answerOf({ house, request, viewer, points });
  return {
    status: isJsonObject(body) && body['message'] !== undefined ? 400 : 200,
    headers: {
      'x-github-media-type': 'github.v4; format=json',
      ...budgetHeaders(points, 'graphql'),
      ...tokenHeaders(viewer),
    },
    body,
  };
}

function pointsOf(house: GraphqlHouse, login: string, nowMs: number): Points {
  const known = house.spent.get(login);
  if (known !== undefined && known.resetAtMs > nowMs) return known;
  const points = { limit: house.pointsPerHour, used: 0, resetAtMs: nowMs + HOUR_MS };
  house.spent.set(login, points);
  return points;
}

interface Question {
  house: GraphqlHouse;
  request: SandboxRequest;
  viewer: Asking['viewer'];
  points: Points;
}

function answerOf(question: Question): object {
  const asked = readQuestion(question.request.text);
  if (!('operation' in asked)) return asked;
  const { viewer, points, house } = question;
  const plan = planOf(asked);
  if (points.used >= points.limit) {
    const message = `API rate limit exceeded for user ID ${viewer.login}.`;
    return { errors: [{ type: 'RATE_LIMITED', message }] };
  }
  if (plan.errors.length > 0) return { errors: plan.errors.map(shapeOf) };
  points.used += plan.cost;
  const { world, view, web, projects } = house;
  const asking: Asking = { world, view, web, viewer, plan, points, projects };
  const result = executeSync({
    schema: asked.schema,
    document: asked.document,
    operationName: asked.operation.name?.value ?? null,
    variableValues: asked.variables,
    rootValue: rootOf(asking),
    fieldResolver: readField,
  });
  return answerShape(result);
}

/** What a question costs, or null when GitHub would not even begin with it. */
export function planOfQuestion(text: string): Plan | null {
  const asked = readQuestion(text);
  return 'operation' in asked ? planOf(asked) : null;
}

function readQuestion(text: string): Asked | object {
  let sent: unknown = null;
  try {
    sent = JSON.parse(text);
  } catch {
    return { message: 'Problems parsing JSON', documentation_url: 'https://docs.github.com/graphql' };
  }
  if (!isJsonObject(sent) || typeof sent['query'] !== 'string' || sent['query'] === '') {
    return { errors: [{ message: 'A query attribute must be specified and must be a string.' }] };
  }
  const document = readQuery(sent['query']);
  if (!('definitions' in document)) return { errors: document.map(shapeOf) };
  const name = typeof sent['operationName'] === 'string' ? sent['operationName'] : null;
  const operation = getOperationAST(document, name);
  if (operation === null || operation === undefined) {
    return { errors: [{ message: 'An operation name is required' }] };
  }
  return withVariables({ document, operation, sent: sent['variables'] });
}

interface Read {
  document: Asked['document'];
  operation: OperationDefinitionNode;
  sent: unknown;
}

function withVariables({ document, operation, sent }: Read): Asked | object {
  const schema = githubSchema();
  const raw = isJsonObject(sent) ? sent : {};
  const { coerced, errors } = getVariableValues(schema, operation.variableDefinitions ?? [], raw);
  if (coerced === undefined) return { errors: (errors ?? []).map(shapeOf) };
  return { schema, document, operation, variables: coerced };
}

// What is not modelled fails aloud: a silent null would teach a test something false about GitHub.
const readField: GraphQLFieldResolver<Node, unknown> = (source, args, _context, info) => {
  const value = source[info.fieldName];
  if (value === undefined) throw new GraphQLError(`The fake has no ${info.parentType.name}.${info.fieldName}.`);
  return typeof value === 'function' ? (value as (given: unknown) => unknown)(args) : value;
};

function answerShape({ data, errors }: ExecutionResult): object {
  return { data: data ?? null, ...(errors === undefined ? {} : { errors: errors.map(shapeOf) }) };
}

/** GitHub has `type` beside the message, where the standard has it among the extensions. */
function shapeOf(error: GraphQLError): object {
  const { type } = error.extensions;
  return {
    ...(typeof type === 'string' ? { type } : {}),
    ...(error.path === undefined ? {} : { path: error.path }),
    ...(error.locations === undefined ? {} : { locations: error.locations }),
    message: error.message,
  };
}
