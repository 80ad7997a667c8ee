import { openFor, valueOrRefusal } from './github-refusal.ts';
import { decodeCursor, encodeCursor } from '../lib/cursor.ts';
import { selectRepositories } from './repositories.store.ts';
import type { AvailableQuery, AvailableRepository } from '../contract/mirror-queries.ts';
import type { GithubConnection, OutsideCtx } from '../connections/connections.model.ts';
import type { GithubRepositoryFacts } from '../github/github-reads.model.ts';
import type { z } from 'zod';

type Available = z.infer<typeof AvailableRepository>;

/** GitHub cannot search these lists: of so many of its pages the matching ones are given, then the caller goes on. */
const PAGES_PER_ANSWER_MAX = 10;

/**
 * Repositories that a connection's credential sees on GitHub, page by page, each with whether it is tracked (SPEC M8). With
 * `q` a page may hold more than `limit`, or none although more follow.
 */
export async function availableRepositories(
  ctx: OutsideCtx,
  connection: GithubConnection,
  query: AvailableQuery,
): Promise<{ items: Available[]; next: string | null }> {
  const github = openFor(ctx, connection);
  const of = query.owner === undefined ? 'mine' : { owner: query.owner };
  const tracked = await trackedIds(ctx, connection);
  const items: Available[] = [];
  let next = decodeCursor(query.cursor, 1)?.[0] ?? null;
  for (let pages = 0; pages < PAGES_PER_ANSWER_MAX; pages += 1) {
    const ask = { next, perPage: query.q === undefined ? query.limit : 100 };
    // the door follows a link only on its own GitHub
    const page = valueOrRefusal(await github.repositoryPage(of, ask), ctx.now());
    items.push(...page.items.filter((facts) => matches(facts, query.q)).map((facts) => view(facts, tracked)));
    next = page.next;
    if (next === null || items.length >= query.limit) break;
  }
  return { items, next: next === null ? null : encodeCursor([next]) };
}

async function trackedIds(ctx: OutsideCtx, connection: GithubConnection): Promise<Set<number | null>> {
  const { host } = new URL(connection.baseUrl);
  const rows = await selectRepositories(ctx.sql, { tenantId: connection.tenantId });
  return new Set(rows.filter((row) => row.mirrors === 'all' && row.host === host).map((row) => row.github_id));
}

function matches({ fullName, description }: GithubRepositoryFacts, q: string | undefined): boolean {
  return `${fullName} ${description ?? ''}`.toLowerCase().includes((q ?? '').toLowerCase());
}

function view(facts: GithubRepositoryFacts, tracked: ReadonlySet<number | null>): Available {
  return {
    full_name: facts.fullName,
    url: facts.url,
    description: facts.description,
    visibility: facts.visibility,
    archived: facts.archived,
    has_issues: facts.hasIssues,
    can_push: facts.canPush,
    can_admin: facts.canAdmin,
    pushed_at: facts.pushedAt?.toISOString() ?? null,
    tracked: tracked.has(facts.id),
  };
}
