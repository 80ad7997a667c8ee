import { after, DAY_MS } from '../lib/clock.ts';
import { countErrors, findErrors } from './error-places.store.ts';
import { findTenant } from '../tenants/tenants.ts';
import { pageOf, PART, readCursor } from '../lib/pages.ts';
import { readTyped, searchOf } from './error-search.decide.ts';
import { selectErrorRows } from './error-rows.store.ts';
import { summaries } from './error-details.ts';
import type { ErrorFacets, ErrorPage, ErrorsFilterQuery, ErrorsQuery } from '../contract/errors.ts';
import type { ErrorRow } from './rows.model.ts';
import type { ErrorsCtx } from './errors.model.ts';
import type { ErrorsFilter } from './error-places.store.ts';
import type { WordFilters } from './error-search.decide.ts';

/** A page of errors by their last event, the latest first. Throws a 400 for another list's cursor. */
export async function errorList(ctx: ErrorsCtx, query: ErrorsQuery, tenantId: string | null): Promise<ErrorPage> {
  const [lastSeen, id] = readCursor(query.cursor, PART.instantOrNone, PART.uuid) ?? [];
  const place = lastSeen === undefined || id === undefined ? null : { lastSeen, id };
  const filter = await filterOf(ctx, query, tenantId, place === null ? null : timeOf(place.lastSeen));
  if (filter === null) return { items: [], next: null };
  const found = await findErrors(ctx.sql, filter, { state: query.state ?? null, after: place, limit: query.limit + 1 });
  const rows = await selectErrorRows(ctx.sql, found);
  return pageOf(rows, query.limit, placeOf, await summaries(ctx, rows));
}

/** How many errors of a filter are in each state, whatever state it asks for. */
export async function errorFacets(
  ctx: ErrorsCtx,
  query: ErrorsFilterQuery,
  tenantId: string | null,
): Promise<ErrorFacets> {
  const filter = await filterOf(ctx, query, tenantId, null);
  return { states: filter === null ? NONE : await countErrors(ctx.sql, filter) };
}

const NONE = { pending: 0, synced: 0, failed: 0, waiting: 0, skipped: 0, conflict: 0 };

// null: there is nothing, since it is another tenant's, or since what waits or was passed over has no issue on GitHub. `newest`:
// where a page begins.
async function filterOf(
  ctx: ErrorsCtx,
  query: ErrorsFilterQuery & Pick<ErrorsQuery, 'state'>,
  of: string | null,
  newest: Date | null,
): Promise<ErrorsFilter | null> {
  const named = query.tenant === undefined ? null : await findTenant(ctx.sql, { slug: query.tenant.toLowerCase() });
  if (query.tenant !== undefined && (named === null || (of !== null && named.id !== of))) return null;
  const { words, number } = readTyped(query.q ?? '');
  const onGithub = query.issue !== undefined || query.issue_state !== undefined || number !== null;
  const decision = decisionOf(query.state ?? null, onGithub);
  if (onGithub && decision !== 'taken') return null;
  const asked = {
    tenantId: named?.id ?? of,
    sentryStatus: query.sentry_status ?? null,
    issueState: query.issue_state ?? null,
    rule: query.rule ?? null,
    connection: query.connection ?? null,
    issue: query.issue ?? null,
    project: query.project ?? null,
    level: query.level ?? null,
    number,
  };
  return { ...asked, search: searchOf(words, { ...asked, decision }, newest ?? after(ctx.now(), DAY_MS)) };
}

function decisionOf(state: ErrorsQuery['state'] | null, onGithub: boolean): WordFilters['decision'] {
  if (state === 'waiting' || state === 'skipped') return state;
  return state !== null || onGithub ? 'taken' : null;
}

function timeOf(lastSeen: string): Date {
  return lastSeen === '-infinity' ? new Date(0) : new Date(lastSeen);
}

function placeOf(row: ErrorRow): string[] {
  return [row.last_seen?.toISOString() ?? '-infinity', row.id];
}
