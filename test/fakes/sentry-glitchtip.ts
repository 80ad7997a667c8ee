import type { SandboxAnswer, SandboxRequest } from '../../src/sandbox/sandbox.model.ts';
import type { SandboxSentryIssue, SandboxSentryWorld, SentryToken } from '../../src/sandbox/sentry-world.model.ts';
import { isJsonObject } from '../../src/sandbox/sandbox-call.ts';
import { eventOf } from '../../src/sandbox/sentry-event-shapes.ts';
import { addNote, setStatus } from '../../src/sandbox/sentry-issue-acts.ts';
import { projectBrief } from '../../src/sandbox/sentry-shapes.ts';
import { livingIssue } from '../../src/sandbox/sentry-state.ts';
import { glitchtipIssue, glitchtipList } from './sentry-glitchtip-list.ts';

const VERSION = '5.2.1';

export interface GlitchtipCall {
  world: SandboxSentryWorld;
  web: string;
  request: SandboxRequest;
  token: SentryToken;
}

type Answer = (call: GlitchtipCall, params: string[]) => SandboxAnswer;

const onIssue =
  (at: number, work: (call: GlitchtipCall, issue: SandboxSentryIssue, params: string[]) => SandboxAnswer): Answer =>
  (call, params) => {
    const issue = livingIssue(call.world.state, params[at] ?? '');
    return issue === null ? detail(404, 'Not Found') : work(call, issue, params);
  };

const getIssue = onIssue(0, (call, issue) => ({ status: 200, body: glitchtipIssue(call, issue) }));

const ROUTES: [method: string, path: RegExp, scope: string | null, answer: Answer][] = [
  ['GET', /^\/api\/0\/$/u, null, root],
  ['GET', /^\/api\/0\/organizations\/$/u, 'org:read', (call) => ({ status: 200, body: [organization(call)] })],
  ['GET', /^\/api\/0\/organizations\/([^/]+)\/$/u, 'org:read', (call) => ({ status: 200, body: organization(call) })],
  ['GET', /^\/api\/0\/organizations\/([^/]+)\/projects\/$/u, 'project:read', projects],
  ['GET', /^\/api\/0\/organizations\/([^/]+)\/issues\/$/u, 'event:read', glitchtipList],
  ['PUT', /^\/api\/0\/organizations\/([^/]+)\/issues\/$/u, 'event:write', putMany],
  ['PUT', /^\/api\/0\/organizations\/([^/]+)\/issues\/([^/]+)\/$/u, 'event:write', onIssue(1, putOne)],
  ['GET', /^\/api\/0\/issues\/([^/]+)\/$/u, 'event:read', getIssue],
  ['PUT', /^\/api\/0\/issues\/([^/]+)\/$/u, 'event:write', onIssue(0, putOne)],
  ['GET', /^\/api\/0\/issues\/([^/]+)\/events\/([^/]+)\/$/u, 'event:read', onIssue(0, getEvent)],
  ['GET', /^\/api\/0\/issues\/([^/]+)\/comments\/$/u, 'event:read', onIssue(0, listComments)],
  ['POST', /^\/api\/0\/issues\/([^/]+)\/comments\/$/u, 'event:write', onIssue(0, createComment)],
];

/** Answers as GlitchTip 5 does where it differs from Sentry; the world behind it is the same. */
export function answerGlitchtip(world: SandboxSentryWorld, web: string, request: SandboxRequest): SandboxAnswer {
  if (request.path === '/api/settings/')
    return { status: 200, body: { version: VERSION, iPaidForGlitchTip: false, enableUserRegistration: false } };
  const token = tokenOf(world, request);
  if (token === null) return detail(401, 'Unauthorized');
  const there = ROUTES.filter(([, path]) => path.test(request.path));
  const found = there.find(([method]) => method === request.method);
  // django-ninja: a path that only other methods have is 405 in plain text
  if (found === undefined)
    return there.length > 0 ? { status: 405, text: 'Method not allowed' } : detail(404, 'Not Found');
  const [, path, scope, answer] = found;
  if (scope !== null && !token.scopes.includes(scope)) return detail(403, 'Permission denied');
  const params = path.exec(request.path)?.slice(1) ?? [];
  const isForeign = request.path.startsWith('/api/0/organizations/') && params.length > 0;
  if (isForeign && params[0] !== world.state.organization.slug) return detail(404, 'Not Found');
  return answer({ world, web, request, token }, params);
}

export function detail(status: number, words: string): SandboxAnswer {
  return { status, body: { detail: words } };
}

export function unprocessable(name: string, type: string, msg: string): SandboxAnswer {
  return { status: 422, body: { detail: [{ type, loc: ['query', name], msg }] } };
}

function tokenOf({ state }: SandboxSentryWorld, request: SandboxRequest): SentryToken | null {
  const name = /^bearer\s+(?<token>\S+)$/iu.exec(request.headers.authorization ?? '')?.groups?.['token'] ?? '';
  const token = state.tokens[name];
  return token === undefined || token.revoked ? null : token;
}

function root({ token, world }: GlitchtipCall): SandboxAnswer {
  const person = world.state.people.find(({ id }) => id === token.personId) ?? null;
  return { status: 200, body: { version: '0', user: person, auth: { scopes: token.scopes } } };
}

function organization({ world }: GlitchtipCall): object {
  const { id, slug, name, createdAt } = world.state.organization;
  return { id, slug, name, dateCreated: createdAt, status: { id: 'active', name: 'active' }, isAcceptingEvents: true };
}

function projects({ world }: GlitchtipCall): SandboxAnswer {
  return { status: 200, body: world.state.projects.map((project) => ({ ...projectBrief(project), isMember: true })) };
}

function bodyOf({ request }: GlitchtipCall): Record<string, unknown> {
  const parsed: unknown = request.text === '' ? {} : JSON.parse(request.text);
  return isJsonObject(parsed) ? parsed : {};
}

/** Only the status is understood; an ignored issue stays so whatever happens. */
function putOne(call: GlitchtipCall, issue: SandboxSentryIssue): SandboxAnswer {
  const { status } = bodyOf(call);
  if (status === 'resolved' || status === 'unresolved' || status === 'ignored') {
    const more = status === 'ignored' ? { substatus: 'archived_forever' } : {};
    setStatus(call.world, issue, { status, ...more }, { kind: 'sentry' });
  }
  return { status: 200, body: glitchtipIssue(call, issue) };
}

function putMany(call: GlitchtipCall): SandboxAnswer {
  const ids = call.request.query.getAll('id');
  for (const issue of ids.map((id) => livingIssue(call.world.state, id))) if (issue !== null) putOne(call, issue);
  return { status: 200, body: { status: bodyOf(call)['status'] } };
}

/** The release is only a tag here. */
function getEvent({ world }: GlitchtipCall, issue: SandboxSentryIssue, [, named]: string[]): SandboxAnswer {
  const event = named === 'latest' ? issue.occasions.at(-1) : issue.occasions.find(({ id }) => id === named);
  if (event === undefined) return detail(404, 'Not Found');
  return { status: 200, body: { ...eventOf(world.state, issue, event), release: undefined, occurrence: undefined } };
}

function listComments(_: GlitchtipCall, issue: SandboxSentryIssue): SandboxAnswer {
  const notes = issue.activity.filter(({ type }) => type === 'note');
  return { status: 200, body: notes.map(commentOf) };
}

function createComment(call: GlitchtipCall, issue: SandboxSentryIssue): SandboxAnswer {
  const { data } = bodyOf(call);
  const text = isJsonObject(data) ? data['text'] : null;
  if (typeof text !== 'string') return unprocessable('data', 'missing', 'Field required');
  const person = call.world.state.people.find(({ id }) => id === call.token.personId);
  const note = addNote(call.world, issue, text, person === undefined ? { kind: 'sentry' } : { kind: 'person', person });
  return note === null ? detail(400, 'already there') : { status: 201, body: commentOf(note) };
}

function commentOf({ id, data, at }: SandboxSentryIssue['activity'][number]): object {
  return { id, type: 'note', data, dateCreated: at, user: null };
}
