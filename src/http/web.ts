import fastifyStatic from '@fastify/static';
import { existsSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

import { HttpProblem } from '../lib/problem.ts';
import { isPage } from './web.decide.ts';
import { answerProblem } from './problems.ts';
import { methodsAt } from './table.ts';

/** Vite names these files after their content: they never change. */
const HASHED_FOLDER = `${sep}assets${sep}`;

const NOT_BUILT = `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>Throughline</title></head>
<body>
<h1>The pages are not built yet</h1>
<p>Run <code>npm run build:web</code> in the folder of Throughline and start it again. The HTTP API works without them.</p>
</body>
</html>
`;

/** Serves the built web app: its files, and its one page at every address that no route has. */
export async function serveWeb(app: FastifyInstance, webRoot: string): Promise<void> {
  const index = join(webRoot, 'index.html');
  const page = existsSync(index) ? readFileSync(index, 'utf8') : NOT_BUILT;
  if (existsSync(webRoot)) {
    await app.register(fastifyStatic, {
      root: webRoot,
      wildcard: false,
      preCompressed: true,
      index: false,
      globIgnore: ['index.html'],
      schemaHide: true,
      cacheControl: false,
      setHeaders: (reply, path) => void reply.header('cache-control', cachingOf(path)),
    });
  }
  app.setNotFoundHandler((request, reply) => {
    if (isPage({ method: request.method, url: request.url, accept: request.headers.accept })) {
      return sendPage(request, reply, page);
    }
    return answerProblem(reply, nothingHere(request), request.id);
  });
}

// the nonce lets the page's own style elements in; it is of one answer, so the page is never kept
function sendPage(request: FastifyRequest, reply: FastifyReply, page: string): FastifyReply {
  const meta = `<head><meta name="csp-nonce" content="${request.nonce}">`;
  return reply
    .code(200)
    .type('text/html; charset=utf-8')
    .header('cache-control', 'no-store')
    .send(page.replace('<head>', meta));
}

function cachingOf(path: string): string {
  return path.includes(HASHED_FOLDER) ? 'public, max-age=31536000, immutable' : 'no-cache';
}

function nothingHere(request: FastifyRequest): HttpProblem {
  const methods = methodsAt(request.url);
  if (methods.length === 0) {
    return new HttpProblem(404, 'There is nothing at this address. /openapi.json lists what there is.');
  }
  const allow = methods.join(', ');
  return new HttpProblem(405, `This address takes ${allow} only.`, { headers: { allow } });
}
