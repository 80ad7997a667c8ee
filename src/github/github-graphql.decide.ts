import { z } from 'zod';
import { decideFailure, type RefusedAnswer } from './github-failure.decide.ts';
import type { GithubFailure } from './github.model.ts';

const LIMIT_TEXT = /rate limit|abuse detection|submitted too quickly/i;
/** GitHub gave up within its ten seconds; the same question in smaller parts may be answered (facts 2.6). */
const TOO_HEAVY_TEXT = /resource limits|something went wrong while executing your query/i;
const TOO_HEAVY_TYPES = new Set(['MAX_NODE_LIMIT_EXCEEDED', 'RESOURCE_LIMITS_EXCEEDED']);

const answerSchema = z.object({
  data: z.record(z.string(), z.unknown()).nullish().catch(null),
  message: z.string().catch(''),
  errors: z
    .array(
      z.object({ type: z.string().catch(''), message: z.string().catch(''), path: z.array(z.unknown()).catch([]) }),
    )
    .catch([]),
});

/** What GitHub's GraphQL answered with 200; `data` may lack what `errors` tells of. */
export interface QueryAnswer {
  data: Record<string, unknown> | null;
  errors: { type: string; message: string; path: unknown[] }[];
}

/** A rate limit that GraphQL tells with status 200 (facts 2.4); null when the answer is none. */
export function decideQueryLimit(answer: RefusedAnswer): GithubFailure | null {
  const parsed = answerSchema.safeParse(answer.body);
  if (!parsed.success) return null;
  const { errors, message } = parsed.data;
  const limited = errors.find((error) => error.type === 'RATE_LIMITED' || LIMIT_TEXT.test(error.message));
  const text = limited?.message ?? (LIMIT_TEXT.test(message) ? message : null);
  if (text === null) return null;
  const failure = decideFailure({ ...answer, status: 429, body: { message: text } });
  return { ...failure, status: answer.status };
}

/** The answer to a query; null when it is none. */
export function readQueryAnswer(body: unknown): QueryAnswer | null {
  const parsed = answerSchema.safeParse(body);
  if (!parsed.success) return null;
  const { data, errors } = parsed.data;
  return data === undefined && errors.length === 0 ? null : { data: data ?? null, errors };
}

/** Whether GitHub would answer a smaller part of the question. */
export function isTooHeavy({ errors }: QueryAnswer): boolean {
  return errors.some(({ type, message }) => TOO_HEAVY_TYPES.has(type) || TOO_HEAVY_TEXT.test(message));
}

/** How much one query asks for, and how many answers in a row came at that. */
export interface PartSize {
  size: number;
  good: number;
}

/** Good answers after which the next part is twice as large. */
const GOOD_UNTIL_LARGER = 20;

/** The next size after an answer: half of what GitHub called too heavy, larger again after a time without trouble. */
export function nextPartSize(
  { size, good }: PartSize,
  asked: { count: number; tooHeavy: boolean; sizeMax: number },
): PartSize {
  // What is too heavy for a single thing has another cause than the size.
  if (asked.tooHeavy) return { size: asked.count <= 1 ? asked.sizeMax : Math.floor(asked.count / 2), good: 0 };
  if (good + 1 < GOOD_UNTIL_LARGER) return { size, good: good + 1 };
  return { size: Math.min(size * 2, asked.sizeMax), good: 0 };
}

/** The address of GraphQL beside a REST root: an Enterprise Server has it next to /api/v3, not below. */
export function graphqlUrl(baseUrl: string): string {
  return `${baseUrl.replace(/\/api\/v3$/, '/api')}/graphql`;
}
