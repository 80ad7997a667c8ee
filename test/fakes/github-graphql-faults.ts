import type { SandboxAnswer } from '../../src/sandbox/sandbox.model.ts';
import { isJsonObject } from '../../src/sandbox/sandbox-call.ts';

type Path = (string | number)[];

/** The same answer when the server gave up in the middle: every node of a list is null, and each null has its error. */
export function resourceLimited(answer: SandboxAnswer): SandboxAnswer {
  if (!isJsonObject(answer.body)) return answer;
  const errors: object[] = [];
  const data = withoutNodes(answer.body['data'], [], (path) =>
    errors.push({ type: 'RESOURCE_LIMITS_EXCEEDED', path, message: 'Resource limits for this query exceeded.' }),
  );
  return { ...answer, body: { data, errors } };
}

function withoutNodes(value: unknown, path: Path, lost: (path: Path) => void): unknown {
  if (!isJsonObject(value)) return value;
  const entries = Object.entries(value).map(([name, member]) => {
    const here = [...path, name];
    if (!Array.isArray(member) || (name !== 'nodes' && name !== 'edges')) {
      return [name, withoutNodes(member, here, lost)] as const;
    }
    for (const index of member.keys()) lost([...here, index]);
    return [name, member.map(() => null)] as const;
  });
  return Object.fromEntries(entries);
}

/** A secondary limit as GraphQL tells it: with 200 and a message. */
export function secondaryLimitInGraphql(message: string, retryAfterSeconds: number | null): SandboxAnswer {
  const documentation =
    'https://docs.github.com/graphql/overview/rate-limits-and-node-limits-for-the-graphql-api#secondary-rate-limits';
  return {
    status: 200,
    headers: {
      ...(retryAfterSeconds === null ? {} : { 'retry-after': String(retryAfterSeconds) }),
      'x-ratelimit-resource': 'graphql',
    },
    body: { documentation_url: documentation, message },
  };
}
