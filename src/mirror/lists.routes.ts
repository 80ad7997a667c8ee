import { commentView, issueView, pullView } from './list-views.ts';
import { findItems, linkedReports, selectIssues, selectPulls } from './lists.store.ts';
import { findTenant, requireTenantId } from '../tenants/tenants.ts';
import { idByNumber, selectComments } from './lists-activity.store.ts';
import { itemHistory } from './item-history.ts';
import { notFound } from '../lib/problem.ts';
import { PART, pageOf, readCursor } from '../lib/pages.ts';
import { repositoryByName } from './repositories.store.ts';
import { repositoryOf } from './repository-of.ts';
import type { Call, Handlers } from '../accounts/routes.model.ts';
import type { Ctx } from '../db/db.model.ts';
import type { ItemPlace, ItemsAsk, ReportedBy } from './lists.store.ts';
import type { IssuesQuery, PullsQuery } from '../contract/mirror-queries.ts';
import type { MirroredRepository } from './repository.model.ts';

const CONVERSATION_MAX = 500;
const EMPTY = { items: [], next: null };

type ListHandlers = Pick<
  Handlers,
  'listIssues' | 'listRepositoryIssues' | 'getRepositoryIssue' | 'listPulls' | 'getPull'
>;

/** Issues and pull requests over HTTP. */
export function listRoutes(ctx: Ctx): ListHandlers {
  const detailsOf = async (repository: MirroredRepository, number: number, id: string) => {
    const [comments, history] = await Promise.all([
      selectComments(ctx.sql, repository.id, number, CONVERSATION_MAX),
      itemHistory(ctx.sql, id),
    ]);
    return { conversation: comments.map(commentView), history };
  };
  return {
    async listIssues(call, { query }) {
      const where = await scopeOf(ctx, call, query);
      return where === null ? EMPTY : issuePage(ctx, call, query, where);
    },
    async listRepositoryIssues(call, { params, query }) {
      const { tenant_id: tenantId, id: repositoryId } = await repositoryOf(ctx, call.principal, params);
      return issuePage(ctx, call, query, { tenantId, repositoryId });
    },
    async getRepositoryIssue(call, { params }) {
      const repository = await repositoryOf(ctx, call.principal, params);
      const id = await idByNumber(ctx.sql, 'issues', repository.id, params.number);
      const [row] = id === null ? [] : await selectIssues(ctx.sql, [{ id }]);
      if (row === undefined) throw notFound('issue');
      const reports = await linkedReports(ctx.sql, [row.id], null);
      const details = await detailsOf(repository, row.number, row.id);
      return { ...issueView(row, reports), body: row.body, reactions: row.reactions, ...details };
    },
    async listPulls(call, { params, query }) {
      const { tenant_id: tenantId, id: repositoryId } = await repositoryOf(ctx, call.principal, params);
      const places = await findItems(ctx.sql, askOf('pull_requests', query, { tenantId, repositoryId }, ctx.now()));
      const rows = await selectPulls(ctx.sql, places.slice(0, query.limit));
      const { next } = pageOf(places, query.limit, placeParts, String);
      return { items: rows.map(pullView), next };
    },
    async getPull(call, { params }) {
      const repository = await repositoryOf(ctx, call.principal, params);
      const id = await idByNumber(ctx.sql, 'pull_requests', repository.id, params.number);
      const [row] = id === null ? [] : await selectPulls(ctx.sql, [{ id }]);
      if (row === undefined) throw notFound('pull request');
      return { ...pullView(row), body: row.body, ...(await detailsOf(repository, row.number, row.id)) };
    },
  };
}

type Where = Pick<ItemsAsk, 'tenantId' | 'repositoryId'>;

// null: what is asked for is not the caller's, so there is nothing
async function scopeOf(ctx: Ctx, call: Call, query: IssuesQuery): Promise<Where | null> {
  let { tenantId } = call.principal;
  if (query.tenant !== undefined) {
    const tenant = await findTenant(ctx.sql, { slug: query.tenant.toLowerCase() });
    if (tenant === null || (tenantId !== null && tenant.id !== tenantId)) return null;
    tenantId = tenant.id;
  }
  if (query.repository === undefined) return { tenantId, repositoryId: null };
  tenantId ??= await requireTenantId(ctx.sql, call.principal);
  const repository = await repositoryByName(ctx.sql, tenantId, query.repository);
  return repository === null ? null : { tenantId, repositoryId: repository.id };
}

async function issuePage(ctx: Ctx, call: Call, query: Omit<IssuesQuery, 'tenant' | 'repository'>, where: Where) {
  const { role, reporter } = call.principal;
  const own = role === 'reporter' ? reporter : null;
  const ask = askOf('issues', query, where, ctx.now());
  if (own !== null) ask.reportedBy.push({ kind: own.kind, id: own.id });
  // a reporter's program has no reports of its own: it sees those of all reporters
  if (role === 'reporter') ask.source = 'linked';
  const places = await findItems(ctx.sql, ask);
  const rows = await selectIssues(ctx.sql, places.slice(0, query.limit));
  const reports = await linkedReports(
    ctx.sql,
    rows.map(({ id }) => id),
    own,
  );
  const { next } = pageOf(places, query.limit, placeParts, String);
  return { items: rows.map((row) => issueView(row, reports)), next };
}

type ItemQuery = Omit<IssuesQuery, 'tenant' | 'repository' | 'state'> & {
  state?: IssuesQuery['state'] | PullsQuery['state'];
  draft?: PullsQuery['draft'];
};

function askOf(table: ItemsAsk['table'], query: ItemQuery, where: Where, now: Date): ItemsAsk {
  const reportedBy: ReportedBy[] = query.reporter === undefined ? [] : [{ text: query.reporter }];
  return {
    table,
    ...where,
    state: query.state ?? null,
    draft: query.draft === undefined ? null : query.draft === 'true',
    source: query.source ?? (reportedBy.length === 0 ? null : 'linked'),
    labels: (query.label ?? '')
      .split(',')
      .map((label) => label.trim())
      .filter((label) => label !== ''),
    assignee: query.assignee === undefined ? null : query.assignee === 'none' ? '' : query.assignee,
    author: query.author ?? null,
    q: query.q ?? '',
    since: query.updated_since === undefined ? null : new Date(query.updated_since),
    reportedBy,
    after: placeOf(query.cursor),
    limit: query.limit + 1,
    now,
  };
}

function placeOf(cursor: string | undefined): ItemPlace | null {
  const [at, id] = readCursor(cursor, PART.instant, PART.uuid) ?? [];
  return at === undefined || id === undefined ? null : { updatedAt: new Date(at), id };
}

const placeParts = ({ updatedAt, id }: ItemPlace): string[] => [updatedAt.toISOString(), id];
