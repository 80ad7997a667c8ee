import { z } from 'zod';

import { IdParams } from './common.ts';
import * as connections from './connections.ts';
import type { Route } from './routes.ts';

/** Routes of connections to GitHub, part of ROUTES. */
export const CONNECTION_ROUTES = {
  listConnections: {
    method: 'GET',
    path: '/connections',
    role: 'admin',
    tag: 'connections',
    summary: 'GitHub connections',
    status: 200,
    answer: z.object({ items: z.array(connections.Connection) }),
  },
  createConnection: {
    method: 'POST',
    path: '/connections',
    role: 'admin',
    tag: 'connections',
    summary: 'Connect a repository',
    status: 201,
    body: connections.ConnectionDraft,
    answer: connections.Connection,
  },
  testNewConnection: {
    method: 'POST',
    path: '/connections/test',
    role: 'admin',
    tag: 'connections',
    summary: 'Test a token before it is saved',
    status: 200,
    body: connections.ConnectionTest,
    answer: connections.ConnectionTestResult,
  },
  getConnection: {
    method: 'GET',
    path: '/connections/:id',
    role: 'admin',
    tag: 'connections',
    summary: 'One connection',
    status: 200,
    params: IdParams,
    answer: connections.Connection,
  },
  changeConnection: {
    method: 'PATCH',
    path: '/connections/:id',
    role: 'admin',
    tag: 'connections',
    summary: 'Change a connection; a new token ends its pause',
    status: 200,
    params: IdParams,
    body: connections.ConnectionChange,
    answer: connections.Connection,
  },
  deleteConnection: {
    method: 'DELETE',
    path: '/connections/:id',
    role: 'admin',
    tag: 'connections',
    summary: 'Remove a connection; reports are kept',
    status: 204,
    params: IdParams,
  },
  testConnection: {
    method: 'POST',
    path: '/connections/:id/test',
    role: 'admin',
    tag: 'connections',
    summary: 'Test the saved token',
    status: 200,
    params: IdParams,
    answer: connections.ConnectionTestResult,
  },
  resumeConnection: {
    method: 'POST',
    path: '/connections/:id/resume',
    role: 'admin',
    tag: 'connections',
    summary: 'End a pause: what waits is sent',
    status: 200,
    params: IdParams,
    answer: connections.Connection,
  },
} as const satisfies Record<string, Route>;
