import { HOUR_MS } from '../lib/clock.ts';
import type { Door } from './github-ask.ts';
import {
  graphqlUrl,
  isTooHeavy,
  nextPartSize,
  type PartSize,
  type QueryAnswer,
  readQueryAnswer,
} from './github-graphql.decide.ts';
import type { Priority } from './github-budget-turns.ts';
import type { GithubFailure } from './github.model.ts';

/** What a query came to. `too_heavy`: a smaller one may be answered. `absent`: ask REST instead. */
export type Asked = { requests: number } & (
  | ({ kind: 'answered' } & QueryAnswer)
  | { kind: 'too_heavy' }
  | { kind: 'absent' }
  | { kind: 'failed'; failure: GithubFailure }
);

/** A query, and how many things it asks for at most. */
export interface Query {
  name: string;
  text: string;
  sizeMax: number;
}

/** What was learnt of GraphQL at one GitHub with one credential; all doors of this process share it. */
interface Learnt {
  absentUntil: number;
  sizes: Map<string, PartSize>;
}

const learntByCredential = new Map<string, Learnt>();

/** No GraphQL at all, or none for this token: a proxy, a policy, a server too old for the question. */
const ABSENT_KINDS = new Set<GithubFailure['kind']>(['not_found', 'forbidden', 'moved', 'unexpected']);
const ABSENT_FOR_MS = HOUR_MS;

/** Whether GraphQL may be asked, or was not to be had within the last hour. */
export function hasGraphql(door: Door): boolean {
  return learntOf(door).absentUntil <= door.now().getTime();
}

/** How many things to ask for at once now. */
export function partSize(door: Door, query: Query): number {
  return sizeOf(door, query).size;
}

/** What a query is asked with: for how many things, and whether somebody waits for the answer. */
export interface QueryAsk {
  count: number;
  variables: object;
  priority: Priority;
}

/** Asks once, and remembers how much GitHub was ready to answer and whether there is GraphQL at all. */
export async function askGraphql(door: Door, query: Query, { count, variables, priority }: QueryAsk): Promise<Asked> {
  const asked = await post(door, query, variables, priority);
  const learnt = learntOf(door);
  if (asked.kind === 'absent') {
    learnt.absentUntil = door.now().getTime() + ABSENT_FOR_MS;
    door.log.info({ query: query.name }, 'github answers no graphql: rest is asked instead for an hour');
  }
  if (asked.kind === 'answered' || asked.kind === 'too_heavy') {
    const { sizeMax } = query;
    const tooHeavy = asked.kind === 'too_heavy';
    learnt.sizes.set(query.name, nextPartSize(sizeOf(door, query), { count, tooHeavy, sizeMax }));
  }
  return asked;
}

async function post({ api, access }: Door, query: Query, variables: object, priority: Priority): Promise<Asked> {
  const result = await api.call({
    method: 'POST',
    path: graphqlUrl(access.baseUrl),
    body: { query: query.text, operationName: query.name, variables },
    query: true,
    priority,
  });
  const { requests } = result;
  if (!result.ok) return { ...meaningOf(result.failure), requests };
  const answer = readQueryAnswer(result.value.body);
  if (answer === null) return { kind: 'absent', requests };
  if (isTooHeavy(answer)) return { kind: 'too_heavy', requests };
  // Without any data it was refused as a whole: a field that this server does not know, or a policy.
  if (answer.data === null) return { kind: 'absent', requests };
  return { kind: 'answered', ...answer, requests };
}

function meaningOf(
  failure: GithubFailure,
): { kind: 'too_heavy' } | { kind: 'absent' } | { kind: 'failed'; failure: GithubFailure } {
  if (failure.status === 502 || failure.status === 504) return { kind: 'too_heavy' };
  return ABSENT_KINDS.has(failure.kind) ? { kind: 'absent' } : { kind: 'failed', failure };
}

function sizeOf(door: Door, query: Query): PartSize {
  return learntOf(door).sizes.get(query.name) ?? { size: query.sizeMax, good: 0 };
}

function learntOf({ access }: Door): Learnt {
  const key = `${access.baseUrl} ${access.credential.key}`;
  const learnt = learntByCredential.get(key) ?? { absentUntil: 0, sizes: new Map<string, PartSize>() };
  learntByCredential.set(key, learnt);
  return learnt;
}
