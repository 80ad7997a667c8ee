import { branchView, changeView, milestoneView } from './list-views.ts';
import { PART, pageOf, readCursor } from '../lib/pages.ts';
import { repositoryOf } from './repository-of.ts';
import { selectBranches, selectMilestones, selectNamed } from './lists-names.store.ts';
import { selectChanges } from './lists-activity.store.ts';
import type { Ctx } from '../db/db.model.ts';
import type { Handlers } from '../accounts/routes.model.ts';
import type { NamesAsk } from './lists-names.store.ts';

type NameHandlers = Pick<
  Handlers,
  'listBranches' | 'listCollaborators' | 'listTeams' | 'listLabels' | 'listMilestones' | 'listActivity'
>;

/** The smaller lists of a repository over HTTP, and what changed in it. */
export function listNamesRoutes(ctx: Ctx): NameHandlers {
  return {
    async listBranches(call, { params, query }) {
      const repository = await repositoryOf(ctx, call.principal, params);
      const rows = await selectBranches(ctx.sql, repository.id, namesAsk(query, PART.instantOrNone, PART.text));
      const sortedBy = (row: (typeof rows)[number]) => [row.committed_at?.toISOString() ?? '-infinity', row.name];
      return pageOf(rows, query.limit, sortedBy, (row) => branchView(row, repository));
    },
    async listCollaborators(call, { params, query }) {
      const { id } = await repositoryOf(ctx, call.principal, params);
      const rows = await selectNamed(ctx.sql, 'collaborators', id, namesAsk(query, PART.text, PART.number));
      return pageOf(rows, query.limit, nameParts, ({ login, github_id, role, email }) => ({
        login,
        github_id,
        role,
        email,
      }));
    },
    async listTeams(call, { params, query }) {
      const { id } = await repositoryOf(ctx, call.principal, params);
      const rows = await selectNamed(ctx.sql, 'teams', id, namesAsk(query, PART.text, PART.number));
      return pageOf(rows, query.limit, nameParts, ({ slug, name, permission }) => ({ slug, name, permission }));
    },
    async listLabels(call, { params, query }) {
      const { id } = await repositoryOf(ctx, call.principal, params);
      const rows = await selectNamed(ctx.sql, 'labels', id, namesAsk(query, PART.text, PART.number));
      return pageOf(rows, query.limit, nameParts, ({ name, color, description }) => ({ name, color, description }));
    },
    async listMilestones(call, { params, query }) {
      const { id } = await repositoryOf(ctx, call.principal, params);
      const rows = await selectMilestones(ctx.sql, id, namesAsk(query, PART.number));
      return pageOf(rows, query.limit, ({ number }) => [number], milestoneView);
    },
    async listActivity(call, { params, query }) {
      const { id: repositoryId } = await repositoryOf(ctx, call.principal, params);
      const [before] = readCursor(query.cursor, PART.number) ?? [];
      const rows = await selectChanges(
        ctx.sql,
        { repositoryId },
        {
          kind: query.item_kind ?? null,
          before: before === undefined ? null : Number(before),
          limit: query.limit + 1,
        },
      );
      return pageOf(rows, query.limit, ({ id }) => [id], changeView);
    },
  };
}

const nameParts = (row: { sort: string; github_id: number }) => [row.sort, row.github_id];

type NamesQuery = { cursor?: string | undefined; limit: number; q?: string | undefined };

function namesAsk(query: NamesQuery, ...parts: RegExp[]): NamesAsk {
  return { q: query.q ?? null, after: readCursor(query.cursor, ...parts), limit: query.limit + 1 };
}
