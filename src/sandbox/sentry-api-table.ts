import type { SandboxAnswer } from './sandbox.model.ts';
import type { SentryCall } from './sentry-call.ts';
import { getEvent, listEvents } from './sentry-api-events.ts';
import { deleteIssue, deleteIssues, getIssue, getShortId } from './sentry-api-issue.ts';
import { listIssues } from './sentry-api-list.ts';
import { createLink, deleteLink, listInstallations, listIntegrations, listLinks } from './sentry-api-links.ts';
import { createNote, listNotes } from './sentry-api-notes.ts';
import {
  getOrganization,
  getProject,
  getRoot,
  getTag,
  listEnvironments,
  listOrganizations,
  listProjects,
} from './sentry-api-organization.ts';
import { putIssue, putIssues } from './sentry-api-update.ts';

const READ = ['event:read', 'event:write', 'event:admin'];
const WRITE = ['event:write', 'event:admin'];
const ADMIN = ['event:admin'];
const ORGANIZATION = ['org:read', 'org:write', 'org:admin'];
const INTEGRATIONS = [...ORGANIZATION, 'org:integrations'];
const PROJECT = ['project:read', 'project:write', 'project:admin'];

export interface SentryRoute {
  method: string;
  path: RegExp;
  /** Any of them; none: every token. */
  scopes: readonly string[];
  handle: (call: SentryCall) => SandboxAnswer;
}

const ORG = '/organizations/{}/';
const ISSUE = `${ORG}issues/{}/`;
const OLD_ISSUE = '/issues/{}/';

function route(method: string, path: string, scopes: readonly string[], handle: SentryRoute['handle']): SentryRoute {
  return { method, path: new RegExp(`^${path.replaceAll('{}', '([^/]+)')}$`, 'u'), scopes, handle };
}

/** What is below one issue, under its new path and its old one. */
function issueRoutes(base: string): SentryRoute[] {
  return [
    route('GET', base, READ, getIssue),
    route('PUT', base, WRITE, putIssue),
    route('DELETE', base, ADMIN, deleteIssue),
    route('GET', `${base}events/`, READ, listEvents),
    route('GET', `${base}events/{}/`, READ, getEvent),
    route('GET', `${base}notes/`, READ, listNotes),
    route('POST', `${base}notes/`, WRITE, createNote),
    route('GET', `${base}comments/`, READ, listNotes),
    route('POST', `${base}comments/`, WRITE, createNote),
    route('GET', `${base}tags/{}/`, READ, getTag),
    route('GET', `${base}external-issues/`, READ, listLinks),
  ];
}

/** Every operation there is; the first that fits answers. */
export const SENTRY_ROUTES: readonly SentryRoute[] = [
  route('GET', '/', [], getRoot),
  route('GET', '/organizations/', ORGANIZATION, listOrganizations),
  route('GET', ORG, ORGANIZATION, getOrganization),
  route('GET', `${ORG}projects/`, ORGANIZATION, listProjects),
  route('GET', `${ORG}environments/`, ORGANIZATION, listEnvironments),
  route('GET', `${ORG}issues/`, READ, listIssues),
  route('PUT', `${ORG}issues/`, WRITE, putIssues),
  route('DELETE', `${ORG}issues/`, ADMIN, deleteIssues),
  ...issueRoutes(ISSUE),
  ...issueRoutes(OLD_ISSUE),
  route('GET', `${ORG}shortids/{}/`, READ, getShortId),
  route('GET', `${ORG}integrations/`, INTEGRATIONS, listIntegrations),
  route('GET', `${ORG}sentry-app-installations/`, INTEGRATIONS, listInstallations),
  route('POST', '/sentry-app-installations/{}/external-issues/', WRITE, createLink),
  route('DELETE', '/sentry-app-installations/{}/external-issues/{}/', ADMIN, deleteLink),
  route('GET', '/projects/{}/{}/', PROJECT, getProject),
];
