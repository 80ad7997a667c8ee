import type {
  DocumentNode,
  FieldNode,
  FragmentDefinitionNode,
  GraphQLField,
  GraphQLNamedType,
  GraphQLSchema,
  OperationDefinitionNode,
  SelectionSetNode,
} from 'graphql';
import { getArgumentValues, getNamedType, GraphQLError, isInterfaceType, isObjectType, Kind } from 'graphql';

const NODES_MAX = 500_000;
const PAGE_SIZE_MAX = 100;
const IDS_MAX = 100;

/** What a query asks for before anything is looked up, every page taken as full. */
export interface Plan {
  /** Points of the hourly budget. */
  cost: number;
  nodeCount: number;
  /** The largest page or list of ids in it. */
  largest: number;
  /** Why GitHub refuses it as a whole; empty when it does not. */
  errors: GraphQLError[];
}

export interface Asked {
  schema: GraphQLSchema;
  document: DocumentNode;
  operation: OperationDefinitionNode;
  variables: Record<string, unknown>;
}

interface Walk extends Asked {
  plan: Plan;
  fetches: number;
  fragments: Map<string, FragmentDefinitionNode>;
}

/** Counts a query by the documented formula: fetches of all connections, over 100, rounded, at least one point. */
export function planOf(asked: Asked): Plan {
  const plan: Plan = { cost: 1, nodeCount: 0, largest: 0, errors: [] };
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const part of asked.document.definitions) {
    if (part.kind === Kind.FRAGMENT_DEFINITION) fragments.set(part.name.value, part);
  }
  const walk: Walk = { ...asked, plan, fetches: 0, fragments };
  const root = asked.schema.getRootType(asked.operation.operation);
  if (root !== null && root !== undefined) {
    walkSelections(walk, asked.operation.selectionSet, { type: root, times: 1, path: [] });
  }
  plan.cost = Math.max(1, Math.round(walk.fetches / 100));
  return plan;
}

interface Place {
  type: GraphQLNamedType;
  /** How often this place is reached. */
  times: number;
  path: string[];
}

function walkSelections(walk: Walk, selections: SelectionSetNode, place: Place): void {
  for (const selection of selections.selections) {
    if (selection.kind === Kind.FIELD) {
      walkField(walk, selection, place);
      continue;
    }
    const fragment = selection.kind === Kind.FRAGMENT_SPREAD ? walk.fragments.get(selection.name.value) : selection;
    const condition = fragment?.typeCondition?.name.value;
    const type = condition === undefined ? place.type : walk.schema.getType(condition);
    if (fragment !== undefined && type !== undefined) walkSelections(walk, fragment.selectionSet, { ...place, type });
  }
}

function walkField(walk: Walk, node: FieldNode, place: Place): void {
  const field = fieldOf(place.type, node.name.value);
  if (field === null || node.selectionSet === undefined) return;
  const path = [...place.path, node.alias?.value ?? node.name.value];
  const type = getNamedType(field.type);
  const times = place.times * fanOut(walk, { node, field, times: place.times, path });
  walkSelections(walk, node.selectionSet, { type, times, path });
}

interface Reached {
  node: FieldNode;
  field: GraphQLField<unknown, unknown>;
  times: number;
  path: string[];
}

/** How many nodes one visit of the field brings; what is wrong with that goes to the plan. */
function fanOut(walk: Walk, reached: Reached): number {
  const { node, field, times } = reached;
  const args = getArgumentValues(field, node, walk.variables);
  if (field.name === 'nodes' && Array.isArray(args['ids'])) return fetched(walk, reached, args['ids'].length);
  const isConnection = getNamedType(field.type).name.endsWith('Connection') && field.args.some(isFirst);
  if (!isConnection || asksOnlyForTheCount(node)) return 1;
  const size = args['first'] ?? args['last'];
  if (typeof size !== 'number') {
    refuse(walk, reached, {
      type: 'MISSING_PAGINATION_BOUNDARIES',
      message: `You must provide a \`first\` or \`last\` value to properly paginate the \`${field.name}\` connection.`,
    });
    return 1;
  }
  if (size < 0 || size > PAGE_SIZE_MAX) {
    const limit = args['first'] === size ? 'first' : 'last';
    refuse(walk, reached, {
      type: 'EXCESSIVE_PAGINATION',
      message: `Requesting ${size} records on the \`${field.name}\` connection exceeds the \`${limit}\` limit of ${PAGE_SIZE_MAX} records.`,
    });
  }
  walk.fetches += times;
  return fetched(walk, reached, size);
}

function fetched(walk: Walk, reached: Reached, size: number): number {
  const { plan } = walk;
  plan.largest = Math.max(plan.largest, size);
  plan.nodeCount += reached.times * size;
  if (reached.field.name === 'nodes') {
    walk.fetches += 1;
    if (size > IDS_MAX) {
      refuse(walk, reached, {
        type: 'ARGUMENT_LIMIT',
        message: `You may not provide more than ${IDS_MAX} node ids; you provided ${size}.`,
      });
    }
  }
  if (plan.nodeCount > NODES_MAX && plan.errors.length === 0) {
    refuse(walk, reached, {
      type: 'MAX_NODE_LIMIT_EXCEEDED',
      message: `This query requests up to ${plan.nodeCount.toLocaleString('en')} possible nodes which exceeds the maximum limit of ${NODES_MAX.toLocaleString('en')}.`,
    });
  }
  return size;
}

function refuse(walk: Walk, { node, path }: Reached, why: { type: string; message: string }): void {
  walk.plan.errors.push(new GraphQLError(why.message, { nodes: [node], path, extensions: { type: why.type } }));
}

function isFirst(argument: { name: string }): boolean {
  return argument.name === 'first';
}

function asksOnlyForTheCount(node: FieldNode): boolean {
  return (
    node.selectionSet?.selections.every((part) => part.kind === Kind.FIELD && part.name.value === 'totalCount') === true
  );
}

function fieldOf(type: GraphQLNamedType, name: string): GraphQLField<unknown, unknown> | null {
  return isObjectType(type) || isInterfaceType(type) ? (type.getFields()[name] ?? null) : null;
}
