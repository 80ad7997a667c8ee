import { availableRepositories } from './discovery.ts';
import { changeRepository } from './change-repository.ts';
import { connectionsOf } from '../connections/connections.ts';
import { HttpProblem, invalidField, notFound } from '../lib/problem.ts';
import { importNumbers } from './import-numbers.ts';
import { openFor, valueOrRefusal } from './github-refusal.ts';
import { PART, pageOf, readCursor } from '../lib/pages.ts';
import { repositoryOf } from './repository-of.ts';
import { requireTenantId } from '../tenants/tenants.ts';
import { runView } from './run-view.ts';
import { selectRepositoryPage } from './lists-repositories.store.ts';
import { startRepositoryRun } from './sync.ts';
import { storeFacts } from './sync-whole.ts';
import { trackRepository, untrackRepository } from './repositories.ts';
import { viewRepositories } from './repository-view.ts';
import { waitForRun } from './wait-for-run.ts';
import type { Call, Handlers } from '../accounts/routes.model.ts';
import type { GithubConnection, OutsideCtx } from '../connections/connections.model.ts';
import type { AskedRun } from './sync.ts';
import type { MirroredRepository } from './repository.model.ts';
import type { Repository } from '../contract/mirror.ts';
import type { RouteArguments } from '../contract/routes.ts';
import type { RunRow } from './sync-runs.store.ts';

type RepositoryHandlers = Pick<
  Handlers,
  | 'listRepositories'
  | 'trackRepository'
  | 'listAvailableRepositories'
  | 'getRepository'
  | 'changeRepository'
  | 'untrackRepository'
  | 'syncRepository'
  | 'importItems'
>;

/** Mirrored repositories over HTTP. */
export function repositoryRoutes(ctx: OutsideCtx): RepositoryHandlers {
  return {
    async listRepositories(call, { query }) {
      const { tenantId } = call.principal;
      const rows = await selectRepositoryPage(ctx.sql, {
        tenantId,
        q: query.q ?? null,
        mirrors: query.mirrors ?? null,
        after: readCursor(query.cursor, PART.text, PART.uuid),
        limit: query.limit + 1,
      });
      const sortedBy = (row: MirroredRepository) => [row.full_name.toLowerCase(), row.id];
      const { items, next } = pageOf(rows, query.limit, sortedBy, (row) => row);
      return { items: await viewRepositories(ctx, items), next };
    },
    trackRepository: async (call, { body }) => viewOne(ctx, await track(ctx, call, body)),
    async listAvailableRepositories(call, { query }) {
      return availableRepositories(ctx, await connectionFor(ctx, call, query.connection_id), query);
    },
    async getRepository(call, { params }) {
      return viewOne(ctx, await repositoryOf(ctx, call.principal, params));
    },
    async changeRepository(call, { params, body }) {
      const repository = await repositoryOf(ctx, call.principal, params);
      const changed = await changeRepository(ctx, call.principal, repository, body);
      // who resumes waits for it: the schedule may be an hour away
      if (repository.paused_at !== null && changed.paused_at === null)
        await startRepositoryRun(ctx, repository.id, 'sync', 'person');
      return viewOne(ctx, changed);
    },
    async untrackRepository(call, { params }) {
      const repository = await repositoryOf(ctx, call.principal, params);
      await untrackRepository(ctx, call.principal, await connectionOf(ctx, repository), repository);
    },
    async syncRepository(call, { params, headers, body }) {
      const repository = await repositoryOf(ctx, call.principal, params);
      const run = await runNow(ctx, call, repository, askedBy(body), headers.prefer);
      return runView(run, ctx.now());
    },
    async importItems(call, { params, headers, body }) {
      const repository = await repositoryOf(ctx, call.principal, params);
      if (body.numbers !== undefined) {
        const wanted = { kind: body.kind, numbers: body.numbers, force: body.force_update };
        const counts = await importNumbers(ctx, await connectionOf(ctx, repository), repository, wanted);
        return { ...counts, run: null };
      }
      if (repository.mirrors === 'linked')
        throw new HttpProblem(
          409,
          `Only linked issues of ${repository.full_name} are mirrored: track it to have all, or give numbers.`,
        );
      const run = await runNow(ctx, call, repository, body.force_update ? 'reconcile' : 'sync', headers.prefer);
      return {
        imported: run.imported,
        updated: run.updated,
        skipped: run.unchanged,
        errors: run.errors.map(({ issue, message }) => ({ item: issue, message })),
        run: runView(run, ctx.now()),
      };
    },
  };
}

async function track(
  ctx: OutsideCtx,
  call: Call,
  body: RouteArguments<'trackRepository'>['body'],
): Promise<MirroredRepository> {
  const connection = await connectionFor(ctx, call, body.connection_id);
  const github = openFor(ctx, connection);
  const askedAt = ctx.now();
  const answer = valueOrRefusal(await github.repositoryFacts({ fullName: body.full_name }), ctx.now());
  const { repository: facts } = answer;
  if (facts === null) throw invalidField('full_name', `GitHub does not tell of ${body.full_name}.`);
  const repository = await trackRepository(ctx, call.principal, connection, facts);
  await storeFacts(ctx, { repository, via: 'import' }, answer, askedAt);
  await startRepositoryRun(ctx, repository.id, 'sync', 'person');
  return repository;
}

function askedBy(body: RouteArguments<'syncRepository'>['body']): AskedRun {
  return body?.kind === 'sample' ? { sample: body.size } : (body?.kind ?? 'sync');
}

async function runNow(
  ctx: OutsideCtx,
  call: Call,
  repository: MirroredRepository,
  asked: AskedRun,
  prefer: string | undefined,
): Promise<RunRow> {
  if (repository.paused_at !== null)
    throw new HttpProblem(409, `${repository.full_name} is paused: resume it first, then sync.`);
  const started = await startRepositoryRun(ctx, repository.id, asked, 'person');
  const run = started === null ? null : await waitForRun(ctx, started, prefer, call.signal);
  if (run === null) throw notFound('repository');
  return run;
}

async function viewOne(ctx: OutsideCtx, repository: MirroredRepository): Promise<Repository> {
  const [view] = await viewRepositories(ctx, [repository]);
  if (view === undefined) throw notFound('repository');
  return view;
}

/** The connection that was named, or the tenant's first that is switched on. */
async function connectionFor(ctx: OutsideCtx, call: Call, id: string | undefined): Promise<GithubConnection> {
  const all = await connectionsOf(ctx.sql, await requireTenantId(ctx.sql, call.principal));
  const connection = all.find((one) => (id === undefined ? one.enabled : one.id === id));
  if (connection !== undefined) return connection;
  if (id !== undefined) throw notFound('connection');
  throw new HttpProblem(409, 'There is no connection that is switched on: connect GitHub under Settings first.');
}

async function connectionOf(ctx: OutsideCtx, repository: MirroredRepository): Promise<GithubConnection> {
  const all = await connectionsOf(ctx.sql, repository.tenant_id);
  const connection = all.find(({ id }) => id === repository.connection_id);
  if (connection === undefined) throw notFound('repository');
  return connection;
}
