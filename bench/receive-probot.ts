/*
 * What most write: Probot's own server part, with a handler that does nothing and keeps nothing. Prints its port.
 */
import { createServer } from 'node:http';

import { createNodeMiddleware, Probot } from 'probot';
import type { AddressInfo } from 'node:net';

const probot = new Probot({ githubToken: 'none', secret: process.env['WEBHOOK_SECRET'] ?? '', logLevel: 'fatal' });
const middleware = await createNodeMiddleware((app) => app.onAny(() => undefined), {
  probot,
  webhooksPath: '/webhooks',
});
const server = createServer((request, response) => void middleware(request, response));
server.listen(0, '127.0.0.1', () => console.log(JSON.stringify({ port: (server.address() as AddressInfo).port })));
process.once('SIGINT', () => process.exit(0));
