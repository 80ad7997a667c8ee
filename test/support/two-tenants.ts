import { SignJWT } from 'jose';

import { ensureAccount } from '../../src/accounts/accounts.ts';
import { DEFAULT_THRESHOLDS } from '../../src/errors/errors.model.ts';
import { newId } from '../../src/lib/ids.ts';
import { ROUTES } from '../../src/contract/routes.ts';
import type { Route, RouteName } from '../../src/contract/routes.ts';
import { addIssue, addPull, addRepository } from './mirror-rows.ts';
import { ADMIN_KEY, startApi } from './api.ts';
import type { Answer, Api } from './api.ts';
import type { Sample } from './requests.ts';
import type { TestContext } from 'node:test';

const PASSWORD = 'correct horse battery';
const SIGNER_SECRET = 'a shared secret of more than 32 characters';

type Headers = Record<string, string>;

/** One tenant with a person and a program of each role, and one of everything that has an id. */
export interface TestTenant {
  id: string;
  slug: string;
  /** Headers that prove who asks, by a name for the failure message. */
  reporters: Record<string, Headers>;
  admins: Record<string, Headers>;
  ids: Record<NonNullable<Sample['id']>, string>;
}

export interface TwoTenants {
  api: Api;
  /** In whatever acme has stands its name, so that it is recognised where it should not be. */
  acme: TestTenant;
  other: TestTenant;
  systemAdmin: Headers;
  ask(name: RouteName, sample: Sample, id: string, headers: Headers): Promise<Answer>;
}

export async function startTwoTenants(t: TestContext): Promise<TwoTenants> {
  const api = await startApi(t);
  const systemAdmin = { authorization: `Bearer ${ADMIN_KEY}` };
  const acme = await makeTenant(api, 'acme');
  const other = await makeTenant(api, 'zeta');
  return {
    api,
    acme,
    other,
    systemAdmin,
    async ask(name, { body, query }, id, headers) {
      const route: Route = ROUTES[name];
      const path = `${withId(route.path, id)}${(query ?? '').replace(':id', id)}`;
      return api.call(route.method, path, body, { ...headers, prefer: 'wait=0' });
    },
  };
}

async function makeTenant(api: Api, slug: string): Promise<TestTenant> {
  const made = await must(api.call('POST', '/tenants', { slug, name: `${slug} Inc`, title_prefix: slug }));
  const id = textOf(made.body, 'id');
  const people = { reporter: await person(api, slug, id, 'reporter'), admin: await person(api, slug, id, 'admin') };
  const admin = people.admin.headers;
  const reporterKey = await must(api.call('POST', '/api-keys', { name: `${slug} key`, role: 'reporter' }, admin));
  const adminKey = await must(api.call('POST', '/api-keys', { name: `${slug} admin key`, role: 'admin' }, admin));
  const signer = await must(
    api.call(
      'POST',
      '/token-signers',
      { name: `${slug} app`, issuer: `https://${slug}.example`, method: 'HS256', secret: SIGNER_SECRET },
      admin,
    ),
  );
  const connection = await must(
    api.call(
      'POST',
      '/connections',
      { name: `${slug} GitHub`, base_url: api.fake.apiUrl, token: api.fake.token, repository: api.fake.repository },
      admin,
    ),
  );
  const draft = { title: `${slug} title`, description: `${slug} text`, tags: [`${slug}-tag`] };
  const report = await must(api.call('POST', '/reports', draft, { ...people.reporter.headers, prefer: 'wait=0' }));
  return {
    id,
    slug,
    reporters: { person: people.reporter.headers, hostUser: await hostUser(slug) },
    admins: {
      person: admin,
      program: bearer(textOf(adminKey.body, 'key')),
      // a slug in X-Tenant means nothing but to a system admin's key
      intruder: { ...bearer(textOf(adminKey.body, 'key')), 'x-tenant': 'acme' },
    },
    ids: {
      report: textOf(report.body, 'id'),
      connection: textOf(connection.body, 'id'),
      account: people.reporter.id,
      apiKey: textOf(reporterKey.body, 'id'),
      tokenSigner: textOf(signer.body, 'id'),
      tenant: id,
      ...(await deliveryAndHook(api, id, textOf(connection.body, 'id'), slug)),
      ...(await sentryRows(api, id, textOf(connection.body, 'id'), slug)),
      repository: await mirroredRepository(api, id, textOf(connection.body, 'id'), slug),
    },
  };
}

async function person(api: Api, slug: string, tenantId: string, role: 'reporter' | 'admin') {
  const email = `${role}@${slug}.example`;
  const memberships = [{ tenantId, role }];
  const { id } = await ensureAccount(api.hub.ctx, { email, name: `${slug} ${role}`, password: PASSWORD, memberships });
  const { headers } = await must(api.call('POST', '/session', { email, password: PASSWORD }, {}));
  const cookie = String(headers['set-cookie']).split(';')[0] ?? '';
  return { id, headers: { cookie, 'sec-fetch-site': 'same-origin' } };
}

async function hostUser(slug: string): Promise<Headers> {
  const token = await new SignJWT({ name: `${slug} user` })
    .setProtectedHeader({ alg: 'HS256' })
    .setIssuer(`https://${slug}.example`)
    .setAudience('throughline')
    .setSubject(`${slug}-user`)
    .setExpirationTime('1h')
    .sign(new TextEncoder().encode(SIGNER_SECRET));
  return bearer(token);
}

/** A Sentry connection with a rule and an issue that it passed over, and an act for an error; returns their ids. */
async function sentryRows(
  { db: { sql } }: Api,
  tenantId: string,
  connectionId: string,
  slug: string,
): Promise<{ sentryConnection: string; sentryRule: string; sentryIssue: string; reflection: string; undoRun: string }> {
  const own = { tenant_id: tenantId };
  const [connection, rule, issue] = [newId(new Date()), newId(new Date()), newId(new Date())];
  const place = { base_url: 'http://127.0.0.1:9', organization: `${slug}-org`, token_encrypted: 'sealed' };
  await sql
    .insertInto('sentry_connections')
    .values({ ...own, ...place, id: connection, name: `${slug} Sentry`, source: 'settings', enabled: false })
    .execute();
  const of = { sentry_connection_id: connection };
  const thresholds = JSON.stringify(DEFAULT_THRESHOLDS);
  await sql
    .insertInto('sentry_rules')
    .values({ ...own, ...of, id: rule, connection_id: connectionId, name: `${slug} rule`, position: 0, thresholds })
    .execute();
  const project = { project_id: '1', project: `${slug}-project`, project_name: `${slug} Project` };
  const seen = { level: 'error', status: 'unresolved', count: 1, user_count: 1, read_at: new Date() };
  await sql
    .insertInto('sentry_issues')
    .values({
      ...own,
      ...of,
      ...project,
      ...seen,
      id: issue,
      sentry_id: '1',
      decision: 'skipped',
      why: `${slug} text`,
      title: `${slug} title`,
    })
    .execute();
  return {
    sentryConnection: connection,
    sentryRule: rule,
    sentryIssue: issue,
    reflection: await reflectionRow(sql, own, slug),
    undoRun: await undoRow(sql, own, slug),
  };
}

async function reflectionRow(sql: Api['db']['sql'], own: { tenant_id: string }, slug: string): Promise<string> {
  const [error, id] = [newId(new Date()), newId(new Date())];
  await sql
    .insertInto('errors')
    .values({ ...own, id: error, title: `${slug} title` })
    .execute();
  const act = { side: 'github', act: 'close', state: 'done', why: `${slug} text`, before: '{"state":"open"}' } as const;
  await sql
    .insertInto('reflections')
    .values({ ...own, ...act, id, error_id: error })
    .execute();
  return id;
}

async function undoRow(sql: Api['db']['sql'], own: { tenant_id: string }, slug: string): Promise<string> {
  const id = newId(new Date());
  const wanted = { actor: 'system', actor_name: `${slug} admin`, scope: '{}', words: `${slug} text`, told: 0 };
  await sql
    .insertInto('undo_runs')
    .values({ ...own, ...wanted, id, state: 'done' })
    .execute();
  return id;
}

/** A delivery that was applied, and a webhook; returns their ids. */
async function deliveryAndHook(
  { db: { sql } }: Api,
  tenantId: string,
  connectionId: string,
  slug: string,
): Promise<{ delivery: string; hook: string }> {
  const own = { tenant_id: tenantId, connection_id: connectionId };
  const [delivery, hook] = [newId(new Date()), newId(new Date())];
  const payload = Buffer.from(`{"zen":"${slug} text"}`);
  const kept = { event: 'ping', came_by: 'post', state: 'applied', sender: `${slug}-sender`, payload } as const;
  await sql
    .insertInto('deliveries')
    .values({ ...own, ...kept, id: delivery, guid: `${slug}-guid` })
    .execute();
  const place = { target: `${slug}-org/${slug}-repository`, target_kind: 'repository', github_id: 1 } as const;
  const url = `http://hub.example/webhooks/github/${connectionId}`;
  await sql
    .insertInto('hooks')
    .values({ ...own, ...place, id: hook, url, events: ['*'], active: true })
    .execute();
  return { delivery, hook };
}

/** A tracked repository with one issue and one pull request; returns its name. */
async function mirroredRepository(api: Api, tenantId: string, connectionId: string, slug: string): Promise<string> {
  const { sql } = api.db;
  const place = await addRepository(sql, { tenantId, connectionId, fullName: `${slug}-org/${slug}-repository` });
  await addIssue(sql, place, { number: 1, title: `${slug} title`, body: `${slug} text` });
  await addPull(sql, place, { number: 2, title: `${slug} title`, body: `${slug} text` });
  return place.fullName;
}

/** A repository is named in two parts; it has issue 1 and pull request 2. */
function withId(path: string, id: string): string {
  const repository = id.includes('/') ? id : `${id}/missing`;
  return path
    .replace(':owner/:name', repository)
    .replace('pulls/:number', 'pulls/2')
    .replace(':number', '1')
    .replace(':id', id);
}

function bearer(token: string): Headers {
  return { authorization: `Bearer ${token}` };
}

/** The answer of a call that the test cannot go on without. */
async function must(answer: Promise<Answer>): Promise<Answer> {
  const { status, body } = await answer;
  if (status >= 300) throw new Error(`${status}: ${JSON.stringify(body)}`);
  return answer;
}

function textOf(body: Record<string, unknown>, key: string): string {
  const value = body[key];
  if (typeof value !== 'string') throw new Error(`${key} is missing`);
  return value;
}
