import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';

import { HttpProblem } from '../lib/problem.ts';
import type { Problem } from '../contract/common.ts';
import { isDatabaseAway, isDiskFull } from './database-errors.decide.ts';

export const PROBLEM_TYPE = 'application/problem+json; charset=utf-8';

/** Answers an error as problem+json. What nobody expected is logged whole and told to the caller only by its request id. */
export function answerError(
  error: FastifyError | HttpProblem | Error,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  const problem = problemOf(error);
  if (problem.status >= 500) request.log.error({ err: error }, 'a request failed');
  return answerProblem(reply, problem, request.id);
}

/** Sends a problem. */
export function answerProblem(reply: FastifyReply, problem: HttpProblem, requestId: string): FastifyReply {
  return reply
    .code(problem.status)
    .headers(problem.headers)
    .type(PROBLEM_TYPE)
    .serializer((value: unknown) => JSON.stringify(value))
    .send(problemBody(problem, requestId));
}

/** RFC 9457, with the request id as `instance`. */
export function problemBody(problem: HttpProblem, requestId: string): Problem {
  return {
    type: 'about:blank',
    title: problem.title,
    status: problem.status,
    detail: problem.detail,
    instance: requestId,
    ...(problem.errors === null ? {} : { errors: problem.errors }),
  };
}

/** What is told of an error; of one that nobody expected, nothing. */
export function problemOf(error: FastifyError | HttpProblem | Error): HttpProblem {
  if (error instanceof HttpProblem) return error;
  if ('validation' in error && error.validation !== undefined) return invalid(error);
  if ('code' in error && typeof error.code === 'string') {
    const known = BY_CODE[error.code];
    if (known !== undefined) return new HttpProblem(...known);
  }
  if (isDiskFull(error)) return away('The disk of the database is full. The operator must make room.');
  if (isDatabaseAway(error))
    return away('The database does not answer. Nothing was lost that was answered before; try again soon.');
  const status = 'statusCode' in error ? error.statusCode : undefined;
  if (typeof status === 'number' && status >= 400 && status < 500) return new HttpProblem(status, error.message);
  return new HttpProblem(
    500,
    'Something unexpected happened and was logged under this request id. Try again, and tell the operator if it stays.',
  );
}

const BY_CODE: Record<string, [status: number, detail: string]> = {
  FST_ERR_CTP_BODY_TOO_LARGE: [413, 'The request is larger than 2 MB. Make it smaller.'],
  FST_ERR_CTP_INVALID_MEDIA_TYPE: [415, 'Send JSON, with the header Content-Type: application/json.'],
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: [400, 'The body is shorter or longer than its Content-Length says.'],
  FST_ERR_BAD_URL: [400, 'The address has a % that is not followed by two hexadecimal digits of valid UTF-8.'],
  FST_ERR_MAX_PARAM_LENGTH: [404, 'There is nothing at this address.'],
};

function invalid(error: FastifyError): HttpProblem {
  const errors = (error.validation ?? []).map(({ instancePath, message }) => ({
    field: instancePath === '' ? (error.validationContext ?? 'body') : instancePath,
    message: message ?? 'This is not right.',
  }));
  const [first] = errors;
  const more = errors.length > 1 ? ` There are ${errors.length - 1} more, see errors.` : '';
  return new HttpProblem(400, `${first?.field}: ${first?.message}${more}`, { errors });
}

function away(detail: string): HttpProblem {
  return new HttpProblem(503, detail, { headers: { 'retry-after': '5' } });
}
