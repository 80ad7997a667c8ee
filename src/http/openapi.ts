import swagger from '@fastify/swagger';
import type { FastifyInstance } from 'fastify';
import { createJsonSchemaTransform, createJsonSchemaTransformObject } from 'fastify-type-provider-zod';
import { z } from 'zod';

import * as common from '../contract/common.ts';
import * as connections from '../contract/connections.ts';
import * as errors from '../contract/errors.ts';
import * as mirror from '../contract/mirror.ts';
import * as people from '../contract/people.ts';
import * as reports from '../contract/reports.ts';
import * as sentry from '../contract/sentry.ts';
import type { Route, RouteName } from '../contract/routes.ts';

const TAGS = {
  reports: 'What people report, and its fate on GitHub',
  connections: 'Where reports go',
  sync: 'Reading back from GitHub',
  repositories: 'The mirror of GitHub: repositories and what is in them',
  sentry: 'Sentry connections, and the rules by which its issues become GitHub issues',
  errors: 'Sentry issues and their GitHub issues, both ways',
  webhooks: 'What GitHub tells, and the webhooks it tells it by',
  session: 'Signing in and out',
  people: 'People, programs and host apps',
  tenants: 'Customers or organisations; every row belongs to one',
  operations: 'How the hub is',
};

/** Schemas that get a name of their own in the document. Those that are only answered: one that is also sent would appear twice. */
const schemaRegistry = namedSchemas();

function namedSchemas() {
  const registry = z.registry<{ id: string }>();
  registry.add(common.Problem, { id: 'Problem' });
  registry.add(reports.Report, { id: 'Report' });
  registry.add(reports.ReportSummary, { id: 'ReportSummary' });
  registry.add(connections.Connection, { id: 'Connection' });
  registry.add(connections.SyncRun, { id: 'SyncRun' });
  registry.add(mirror.Repository, { id: 'Repository' });
  registry.add(mirror.MirroredIssue, { id: 'MirroredIssue' });
  registry.add(mirror.MirroredPull, { id: 'MirroredPull' });
  registry.add(mirror.ItemChange, { id: 'ItemChange' });
  registry.add(sentry.SentryConnection, { id: 'SentryConnection' });
  registry.add(sentry.SentryRule, { id: 'SentryRule' });
  registry.add(errors.ErrorSummary, { id: 'ErrorSummary' });
  registry.add(people.SessionView, { id: 'Session' });
  registry.add(people.Tenant, { id: 'Tenant' });
  return registry;
}

/** Describes the routes registered after it as OpenAPI 3.1; `openApiOf` gives the document. */
export async function describeRoutes(app: FastifyInstance): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Throughline',
        version: '1',
        description: 'A report from an app becomes exactly one GitHub issue, and its fate comes back.',
        license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      },
      servers: [{ url: '/' }],
      tags: Object.entries(TAGS).map(([name, description]) => ({ name, description })),
      components: { securitySchemes: SECURITY_SCHEMES },
    },
    transform: createJsonSchemaTransform({ schemaRegistry }),
    transformObject: createJsonSchemaTransformObject({ schemaRegistry }),
  });
}

const SECURITY_SCHEMES = {
  bearer: {
    type: 'http',
    scheme: 'bearer',
    description:
      'An API key (`tl_…`), or a token that a trusted host app signed for its user (HS256, or RS256, ES256, EdDSA by its key set).',
  },
  session: { type: 'apiKey', in: 'cookie', name: 'throughline_session' },
} as const;

/** What Fastify validates and the document says of one route of the table. */
export function openApiSchema(name: RouteName, route: Route) {
  const open = route.role === 'public';
  return {
    operationId: name,
    tags: [route.tag],
    summary: route.summary,
    description: open ? 'Open to everybody.' : `Needs the role ${route.role.replace('_', ' ')}.`,
    security: open ? [] : [{ bearer: [] }, { session: [] }],
    ...(route.params === undefined ? {} : { params: route.params }),
    ...(route.query === undefined ? {} : { querystring: route.query }),
    ...(route.headers === undefined ? {} : { headers: route.headers }),
    ...(route.body === undefined ? {} : { body: route.body }),
    response: responsesOf(route),
  };
}

function responsesOf(route: Route) {
  const answer = route.answer ?? z.null().describe('Done.');
  const problem = {
    description: 'A problem (RFC 9457): `detail` says what happened and what to do.',
    content: { 'application/problem+json': { schema: common.Problem } },
  };
  return { [route.status]: answer, '4xx': problem, '5xx': problem };
}
