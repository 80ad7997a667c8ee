import { readFileSync } from 'node:fs';
import type { DocumentNode, GraphQLSchema } from 'graphql';
import { buildSchema, GraphQLError, GraphQLScalarType, isObjectType, parse, validate } from 'graphql';

const DOCUMENTS_KEPT_MAX = 500;
let built: GraphQLSchema | null = null;
const read = new Map<string, DocumentNode | readonly GraphQLError[]>();

/** GitHub's published schema without most of its mutations. Reading it takes a fifth of a second, so only the first question pays for it. */
export function githubSchema(): GraphQLSchema {
  built ??= withLargeIds(buildSchema(textOfQueries(), { assumeValid: true, assumeValidSDL: true, noLocation: true }));
  return built;
}

const DESCRIPTION = /"""[\s\S]*?"""/gu;
const NEXT_DEFINITION = /^(?=(?:type|input|enum|interface|union|scalar|directive)\b)/mu;
const OF_MUTATIONS = /^(?:input \w+Input|type \w+Payload|type Mutation)\b/u;
/** Those that the fake has, with what they take and give. */
const MUTATIONS = ['addProjectV2ItemById', 'updateProjectV2ItemFieldValue'];
const OF_OURS = /^(?:input|type) (?:AddProjectV2ItemById|UpdateProjectV2ItemFieldValue)(?:Input|Payload)\b/u;

// each process reads it anew, and of what GitHub publishes two thirds are descriptions and mutations that the fake does not have
function textOfQueries(): string {
  const file = new URL('./schema.graphql', import.meta.resolve('@octokit/graphql-schema'));
  const definitions = readFileSync(file, 'utf8').replace(DESCRIPTION, '').split(NEXT_DEFINITION);
  const kept = definitions.filter((definition) => !OF_MUTATIONS.test(definition) || OF_OURS.test(definition));
  return [...kept, `type Mutation {\n${MUTATIONS.map(mutationField).join('\n')}\n}`].join('');
}

function mutationField(name: string): string {
  const type = name.charAt(0).toUpperCase() + name.slice(1);
  return `${name}(input: ${type}Input!): ${type}Payload`;
}

/** Their ids fit into GraphQL's 32-bit Int on GitHub, but not here. Those of issues fit nowhere: they have `fullDatabaseId`. */
const SMALL_ON_GITHUB = ['Repository', 'User', 'Bot', 'Organization', 'Team'];

function withLargeIds(schema: GraphQLSchema): GraphQLSchema {
  const large = new GraphQLScalarType<number>({ name: 'Int', serialize: Number });
  for (const name of SMALL_ON_GITHUB) {
    const type = schema.getType(name);
    const field = isObjectType(type) ? type.getFields()['databaseId'] : undefined;
    if (field !== undefined) field.type = large;
  }
  return schema;
}

/** A query as a document, or what GitHub's schema has against it. */
export function readQuery(text: string): DocumentNode | readonly GraphQLError[] {
  const known = read.get(text);
  if (known !== undefined) return known;
  if (read.size >= DOCUMENTS_KEPT_MAX) read.clear();
  const outcome = parsed(text);
  read.set(text, outcome);
  return outcome;
}

function parsed(text: string): DocumentNode | readonly GraphQLError[] {
  try {
    const document = parse(text);
    const errors = validate(githubSchema(), document);
    return errors.length === 0 ? document : errors;
  } catch (error) {
    if (error instanceof GraphQLError) return [error];
    throw error;
  }
}
