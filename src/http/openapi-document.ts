import type { FastifyInstance } from 'fastify';

import { ROUTES } from '../contract/routes.ts';
import type { Route } from '../contract/routes.ts';

/** The parts of an operation that are put right here. */
interface Operation {
  operationId?: string;
  requestBody?: { required?: boolean };
  responses?: Record<string, { description?: string }>;
}
interface Document {
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, unknown> };
}

/**
 * The document of the server's routes, with what the generator cannot know put right: bodies that may be left out, and what a success
 * means. Schemas that nothing refers to are left out; the generator makes a twin of each for input.
 */
export function openApiOf(app: FastifyInstance): Document {
  const document: Document = JSON.parse(JSON.stringify(app.swagger()));
  const routes = new Map<string, Route>(Object.entries(ROUTES));
  for (const operation of Object.values(document.paths).flatMap((path) => Object.values(path))) {
    const body = routes.get(operation.operationId ?? '')?.body;
    if (operation.requestBody !== undefined && body?.safeParse(undefined).success === true) {
      operation.requestBody.required = false;
    }
    for (const response of Object.values(operation.responses ?? {})) {
      if (response.description === 'Default Response') response.description = 'Done.';
    }
  }
  return withoutUnused(document);
}

function withoutUnused(document: Document): Document {
  const text = JSON.stringify(document);
  const used = Object.entries(document.components.schemas).filter(([name]) =>
    text.includes(`"#/components/schemas/${name}"`),
  );
  return { ...document, components: { ...document.components, schemas: Object.fromEntries(used) } };
}
