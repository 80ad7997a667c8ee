import type { FastifyInstance } from 'fastify';

import { HttpProblem } from '../lib/problem.ts';
import { findBadText } from './text.decide.ts';

export const BODY_BYTES_MAX = 2 * 1024 * 1024;

/**
 * Takes JSON bodies only, in UTF-8, and answers what cannot be read or stored with a sentence. Anything else in Fastify's default
 * parsers (text/plain) is refused as an unsupported content type.
 */
export function readJsonBodies(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  const parse = app.getDefaultJsonParser('error', 'error');
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body, done) => {
    try {
      const text = utf8(body);
      if (text.trim() === '') return done(null, undefined);
      // secure-json-parse: refuses __proto__, which would otherwise reach every object made from the body
      void parse(request, text, (error, value: unknown) =>
        done(error === null ? checkText(text, value) : brokenJson(), value),
      );
    } catch (error) {
      done(error instanceof Error ? error : brokenJson());
    }
    return undefined;
  });
  app.addHook('preValidation', async (request) => {
    const bad = findBadText(request.query) ?? findBadText(request.params);
    if (bad !== null) throw unstorable(bad);
  });
}

function utf8(body: string | Buffer): string {
  if (typeof body === 'string') return body;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch {
    throw new HttpProblem(400, 'The body is not text in UTF-8. Send JSON.');
  }
}

// an escape is the only way such characters get into text that was decoded strictly
function checkText(text: string, value: unknown): HttpProblem | null {
  const bad = text.includes('\\u') ? findBadText(value) : null;
  return bad === null ? null : unstorable(bad);
}

function unstorable(bad: { field: string; message: string }): HttpProblem {
  return new HttpProblem(400, bad.message, { errors: [bad] });
}

function brokenJson(): HttpProblem {
  return new HttpProblem(400, 'The body is not complete, valid JSON.');
}
