import type { FastifySchemaValidationError } from 'fastify/types/schema.js';
import type { z } from 'zod';

import { issueSentence } from './issue-words.decide.ts';

interface Part {
  schema: z.ZodType;
  httpPart?: string;
}

/** Validates one part of a request with its zod schema. No body at all is `undefined`, so that it may be optional. */
export function validatorOf({ schema, httpPart }: Part) {
  return (data: unknown): { value: unknown } | { error: FastifySchemaValidationError[] } => {
    const parsed = schema.safeParse(httpPart === 'body' && data === null ? undefined : data);
    return parsed.success ? { value: parsed.data } : { error: parsed.error.issues.map(toFastify) };
  };
}

function toFastify(issue: z.core.$ZodIssue): FastifySchemaValidationError {
  const missing = issue.code === 'invalid_type' && issue.message.endsWith('received undefined');
  return {
    keyword: issue.code,
    instancePath: fieldOf(issue),
    schemaPath: '',
    message: missing && issue.path.length === 0 ? 'Send a JSON object.' : issueSentence(issue),
    params: {},
  };
}

function fieldOf(issue: z.core.$ZodIssue): string {
  const path = issue.path.map(String);
  if (issue.code === 'unrecognized_keys') path.push(...issue.keys.slice(0, 1));
  return path.join('.');
}
