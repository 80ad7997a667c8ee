import { claimDue, dueFirstLooks, nextReflectAt } from '../src/errors/reflect/reflections.store.ts';
import { claimRereads, selectSentryConnections } from '../src/errors/connect/sentry-connections.store.ts';
import { claimRules } from '../src/errors/rules/rules.store.ts';
import { connectionsWithHints } from '../src/errors/read/hints.store.ts';
import { countFiledSince } from '../src/errors/errors.store.ts';
import { countWaiting, selectToReread, selectWaiting } from '../src/errors/read/sentry-issues.store.ts';
import { ErrorsFilterQuery, ErrorsQuery } from '../src/contract/errors.ts';
import { errorRoutes } from '../src/errors/errors.routes.ts';
import { QUIET } from './ground.ts';
import { selectSentryRuns } from '../src/errors/read/sentry-runs.store.ts';
import { sentryConnectionRoutes, sentryRuleRoutes } from '../src/errors/connect/sentry.routes.ts';
import { sentryDirections, sentryState } from '../src/errors/errors.ts';
import { targetsWithoutNews } from '../src/errors/reflect/look-at-github.store.ts';
import type { Call } from '../src/accounts/routes.model.ts';
import type { Database } from '../src/db/db.ts';
import type { ErrorsCtx } from '../src/errors/errors.model.ts';
import type { Sql } from '../src/db/db.model.ts';

export interface Question {
  area: 'lists' | 'counts' | 'pages' | 'jobs';
  name: string;
  ask: () => Promise<unknown>;
}

const TABS = [null, 'pending', 'synced', 'failed', 'waiting', 'skipped', 'conflict'] as const;
const NO_INPUT = { params: undefined, query: undefined, headers: undefined, body: undefined } as const;

/** What is asked of the filled database: each filter in each tab, first and next page, its counts, the other pages, and the jobs. */
export async function questionsOf(sql: Sql, db: Database): Promise<Question[]> {
  const drawn = (await db.pool.query<Drawn>(DRAWN)).rows[0];
  if (drawn === undefined) throw new Error('there are no errors');
  const now = () => new Date();
  // lists and counts need no more of it
  const ctx = { sql, now, log: QUIET, publicUrl: '' } as unknown as ErrorsCtx;
  const call = { principal: { role: 'admin', tenantId: drawn.tenant, reporter: null } } as Call;
  return [...(await pages(ctx, call, drawn)), ...views(ctx, call, drawn), ...jobs(sql, drawn)];
}

async function pages(ctx: ErrorsCtx, call: Call, drawn: Drawn): Promise<Question[]> {
  const { listErrors, errorFacets } = errorRoutes(ctx);
  const questions: Question[] = [];
  for (const [name, filter] of filtersOf(drawn)) {
    questions.push({
      area: 'counts',
      name,
      ask: async () => errorFacets(call, { ...NO_INPUT, query: ErrorsFilterQuery.parse(filter) }),
    });
    for (const state of TABS) {
      const asked = { ...filter, ...(state === null ? {} : { state }) };
      const list = async (cursor: object) =>
        listErrors(call, { ...NO_INPUT, query: ErrorsQuery.parse({ ...asked, ...cursor }) });
      const { next } = await list({});
      const title = `${name}, ${state ?? 'all'}`;
      questions.push({ area: 'lists', name: title, ask: async () => list({}) });
      if (next !== null)
        questions.push({ area: 'lists', name: `${title}, next page`, ask: async () => list({ cursor: next }) });
    }
  }
  return questions;
}

/** Common values, rare ones, and ones that nothing has. */
function filtersOf(drawn: Drawn): [string, Record<string, string>][] {
  const words = (name: string, q: string): [string, Record<string, string>] => [`words: ${name}`, { q }];
  return [
    ['nothing', {}],
    ...['unresolved', 'resolved', 'ignored'].map((status): [string, Record<string, string>] => [
      `sentry ${status}`,
      { sentry_status: status },
    ]),
    ['github open', { issue_state: 'open' }],
    ['github closed', { issue_state: 'closed' }],
    ['level error', { level: 'error' }],
    ['level nobody has', { level: 'debug' }],
    ['project common', { project: 'project1' }],
    ['project rare', { project: 'project40' }],
    ['project nobody has', { project: 'nothing' }],
    ['rule large', { rule: drawn.rule }],
    ['connection', { connection: drawn.connection }],
    ['issue on GitHub', { issue: drawn.issue }],
    ['project and level and sentry', { project: 'project39', level: 'fatal', sentry_status: 'ignored' }],
    ['sentry and github', { sentry_status: 'ignored', issue_state: 'open' }],
    words('in all', 'error'),
    words('in a quarter', 'TypeError'),
    words('common, begun', 'wor'),
    words('two', 'TypeError crash'),
    words('rare', drawn.word),
    words('in none', 'nobodysaidthis'),
    words('short id', drawn.short_id),
    words('id in Sentry', drawn.sentry_id),
    words('number on GitHub', `#${drawn.number}`),
    ['words in all, project rare', { q: 'error', project: 'project40' }],
    ['words in all, github open', { q: 'error', issue_state: 'open' }],
  ];
}

function views(ctx: ErrorsCtx, call: Call, drawn: Drawn): Question[] {
  const runs = { tenantId: drawn.tenant, ruleId: null, connectionId: null };
  const all: [string, () => Promise<unknown>][] = [
    ['rules', async () => sentryRuleRoutes(ctx).listSentryRules(call, NO_INPUT)],
    ['connections', async () => sentryConnectionRoutes(ctx).listSentryConnections(call, NO_INPUT)],
    ['runs', async () => selectSentryRuns(ctx.sql, runs, null, 51)],
    ['runs of a rule', async () => selectSentryRuns(ctx.sql, { ...runs, ruleId: drawn.rule }, null, 51)],
    [
      'runs of a connection',
      async () => selectSentryRuns(ctx.sql, { ...runs, connectionId: drawn.connection }, null, 51),
    ],
    ['one error', async () => errorRoutes(ctx).getError(call, { ...NO_INPUT, params: { id: drawn.id } })],
    ['health', async () => sentryDirections(ctx, drawn.tenant)],
    ['metrics', async () => sentryState(ctx.sql)],
  ];
  return all.map(([name, ask]) => ({ area: 'pages', name, ask }));
}

function jobs(sql: Sql, { rule, connection }: Drawn): Question[] {
  const now = new Date();
  const times = { now, leaseUntil: now };
  const waiting = { id: rule, sentryConnectionId: connection };
  const all: [string, () => Promise<unknown>][] = [
    ['due rules', async () => claimRules(sql, now, [])],
    ['what waits for a rule', async () => selectWaiting(sql, waiting, [], { byHand: 25, others: 25 })],
    ['how much waits for a rule', async () => countWaiting(sql, rule)],
    [
      'how much a rule filed in the last hour',
      async () => countFiledSince(sql, rule, new Date(now.getTime() - 3_600_000)),
    ],
    ['due connections', async () => claimRereads(sql, now, now, [])],
    ['due to be re-read', async () => selectToReread(sql, connection, now, 100)],
    ['hints', async () => connectionsWithHints(sql, now)],
    ['due to be compared', async () => claimDue(sql, 'bench', times, 4)],
    ['when the next is due', async () => nextReflectAt(sql)],
    ['first looks', async () => dueFirstLooks(sql, now)],
    ['repositories without news', async () => targetsWithoutNews(sql, connection, now)],
    ['connections', async () => selectSentryConnections(sql, null)],
  ];
  return all.map(([name, ask]) => ({ area: 'jobs', name, ask }));
}

interface Drawn {
  tenant: string;
  rule: string;
  connection: string;
  id: string;
  issue: string;
  number: number;
  short_id: string;
  sentry_id: string;
  word: string;
}

/** Values of the tenant and the rule with the most errors, and of one of its issues. */
const DRAWN = `
  with largest as (select rule_id, count(*) from errors group by 1 order by 2 desc limit 1)
  select s.tenant_id as tenant, s.rule_id as rule, s.sentry_connection_id as connection, s.id, i.id as issue, i.number, s.short_id, s.sentry_id,
         coalesce(substring(s.title from 'word[0-9]{4,}'), 'word12345') as word
    from largest join sentry_issues s on s.rule_id = largest.rule_id
    join links l on l.source_kind = 'error' and l.source_id = s.error_id join issues i on i.id = l.issue_id
   order by s.id limit 1`;
