import { addConnection, addTenant, NOW } from '../../src/mirror/lists.fixture.ts';
import { addIssue, addRepository } from './mirror-rows.ts';
import { DEFAULT_THRESHOLDS } from '../../src/errors/errors.model.ts';
import { newId } from '../../src/lib/ids.ts';
import type { MirrorPlace } from './mirror-rows.ts';
import type { NewRow, Row, Sql } from '../../src/db/db.model.ts';

/** Where errors are put: a tenant with its connections to both sides. */
export interface ErrorPlace {
  sql: Sql;
  tenantId: string;
  connectionId: string;
  sentryConnectionId: string;
  repository: MirrorPlace;
}

/** Rows as rules, filing and the mirror would have written them, for tests of what reads them. */
export async function errorPlace(sql: Sql, slug: string): Promise<ErrorPlace> {
  const tenantId = await addTenant(sql, slug);
  const connectionId = await addConnection(sql, tenantId);
  const repository = await addRepository(sql, { tenantId, connectionId, fullName: `${slug}/app` });
  const sentryConnectionId = newId(NOW);
  const from = { base_url: 'https://sentry.io', organization: slug, token_encrypted: '' };
  await sql
    .insertInto('sentry_connections')
    .values({ ...from, id: sentryConnectionId, tenant_id: tenantId, name: `${slug} Sentry`, source: 'settings' })
    .execute();
  return { sql, tenantId, connectionId, sentryConnectionId, repository };
}

export async function addRule(place: ErrorPlace, name: string, position = 0): Promise<string> {
  const id = newId(NOW);
  const of = { tenant_id: place.tenantId, sentry_connection_id: place.sentryConnectionId };
  const thresholds = JSON.stringify(DEFAULT_THRESHOLDS);
  await place.sql
    .insertInto('sentry_rules')
    .values({ ...of, id, connection_id: place.connectionId, name, position, thresholds })
    .execute();
  return id;
}

let sentryIds = 5_000_000_000;

/** A Sentry issue that no rule took, unless `changes` say otherwise; returns its id here. */
export async function addSentryIssue(
  { sql, tenantId, sentryConnectionId }: ErrorPlace,
  changes: Partial<NewRow<'sentry_issues'>> = {},
): Promise<string> {
  const id = newId(NOW);
  await sql
    .insertInto('sentry_issues')
    .values({
      id,
      tenant_id: tenantId,
      sentry_connection_id: sentryConnectionId,
      sentry_id: String(sentryIds++),
      decision: 'skipped',
      why: 'It has 1 event; the rule wants 10.',
      title: 'TypeError: it failed',
      level: 'error',
      status: 'unresolved',
      project_id: '1',
      project: 'web',
      project_name: 'Web',
      count: 1,
      user_count: 1,
      last_seen: NOW,
      read_at: NOW,
      ...changes,
    })
    .execute();
  return id;
}

export interface ErrorState {
  state?: Row<'filings'>['state'];
  conflict?: string;
  /** Of the issue on GitHub, where it is filed. */
  number?: number;
  issueState?: 'open' | 'closed';
}

/** A Sentry issue with its error; returns the ids of both. */
export async function addError(
  place: ErrorPlace,
  { state = 'synced', conflict, number, issueState = 'open' }: ErrorState,
  changes: Partial<NewRow<'sentry_issues'>> = {},
): Promise<{ id: string; errorId: string }> {
  const { sql, tenantId, connectionId, sentryConnectionId, repository } = place;
  const errorId = newId(NOW);
  const [own, title] = [{ tenant_id: tenantId }, changes.title ?? 'TypeError: it failed'];
  const trouble = conflict === undefined ? {} : { conflict, conflict_at: NOW };
  await sql
    .insertInto('errors')
    .values({ ...own, ...trouble, id: errorId, sentry_connection_id: sentryConnectionId, title, created_at: NOW })
    .execute();
  const id = await addSentryIssue(place, { decision: 'taken', error_id: errorId, ...changes });
  const source = { source_kind: 'error' as const, source_id: errorId };
  await sql
    .insertInto('filings')
    .values({ ...own, ...source, id: newId(NOW), connection_id: connectionId, state, marker: `marker of ${errorId}` })
    .execute();
  if (number !== undefined) {
    const issueId = await addIssue(sql, repository, { number, title, source: 'linked', state: issueState });
    await sql
      .insertInto('links')
      .values({ ...own, ...source, id: newId(NOW), issue_id: issueId })
      .execute();
  }
  return { id, errorId };
}
