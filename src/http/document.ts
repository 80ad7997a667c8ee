import Fastify from 'fastify';

import { describeRoutes } from './openapi.ts';
import { openApiOf } from './openapi-document.ts';
import { registerTable } from './table.ts';
import { stubHandlers } from './stub-handlers.ts';
import { validatorOf } from './validation.ts';
import { serializerCompiler } from 'fastify-type-provider-zod';
import { registerEvents } from './events.ts';

/** The OpenAPI document as the server gives it at /openapi.json, without starting one. */
export async function openApiDocument(): Promise<object> {
  const app = Fastify();
  app.setValidatorCompiler(validatorOf);
  app.setSerializerCompiler(serializerCompiler);
  await describeRoutes(app);
  registerTable(app, stubHandlers(), false);
  registerEvents(app, {
    publicUrl: 'http://127.0.0.1',
    authenticate: async () => null,
    subscribe: () => () => undefined,
  });
  await app.ready();
  const document = openApiOf(app);
  await app.close();
  return document;
}
