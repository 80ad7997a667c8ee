import { changeRule, checkRule, createRule, deleteRule } from '../rules/manage-rules.ts';
import {
  changeSentryConnection,
  createSentryConnection,
  deleteSentryConnection,
  resumeSentryConnection,
} from './manage-sentry.ts';
import { connectionView, connectionViews, ruleViews, runView } from './sentry-views.ts';
import { dryRun } from '../rules/dry-run.ts';
import { HttpProblem, notFound } from '../../lib/problem.ts';
import { newId } from '../../lib/ids.ts';
import { openSentry } from '../../sentry/sentry.ts';
import { orderRules } from '../rules/order-rules.ts';
import { pageOf, PART, readCursor } from '../../lib/pages.ts';
import { previewRule } from '../rules/preview.ts';
import { requireTenantId } from '../../tenants/tenants.ts';
import { ruleOfDraft } from '../rules/rule-of-draft.decide.ts';
import { Secret } from '../../lib/secret.ts';
import { selectRule, selectRules } from '../rules/rules.store.ts';
import { selectSentryConnection, selectSentryConnections } from './sentry-connections.store.ts';
import { selectSentryRuns } from '../read/sentry-runs.store.ts';
import { sentryOf, UNREADABLE_TOKEN } from './sentry-access.ts';
import { startRule } from '../read/discover.ts';
import { testSentry } from './sentry-test.ts';
import type { Call, Handlers } from '../../accounts/routes.model.ts';
import type { ErrorsCtx, SentryRule } from '../errors.model.ts';
import type { Sentry } from '../../sentry/sentry.model.ts';
import type { SentryConnection } from './sentry-connections.model.ts';
import type { SentryRule as RuleView, SentryRuleDraft } from '../../contract/sentry.ts';

type ConnectionHandlers = Pick<
  Handlers,
  | 'listSentryConnections'
  | 'createSentryConnection'
  | 'testNewSentryConnection'
  | 'getSentryConnection'
  | 'changeSentryConnection'
  | 'deleteSentryConnection'
  | 'testSentryConnection'
  | 'resumeSentryConnection'
>;
type RuleHandlers = Pick<
  Handlers,
  | 'listSentryRules'
  | 'createSentryRule'
  | 'orderSentryRules'
  | 'dryRunSentryRule'
  | 'previewSentryRule'
  | 'getSentryRule'
  | 'changeSentryRule'
  | 'deleteSentryRule'
  | 'runSentryRule'
  | 'listSentryRuns'
>;

/** Sentry connections over HTTP. */
export function sentryConnectionRoutes(ctx: ErrorsCtx): ConnectionHandlers {
  const find = findConnection(ctx);
  return {
    async listSentryConnections(call) {
      const connections = await selectSentryConnections(ctx.sql, call.principal.tenantId);
      return { items: await connectionViews(ctx, connections) };
    },
    async createSentryConnection(call, { body }) {
      const tenantId = await requireTenantId(ctx.sql, call.principal);
      return connectionView(ctx, await createSentryConnection(ctx, call.principal, tenantId, body));
    },
    async testNewSentryConnection(_call, { body }) {
      const sentry = openSentry(
        {
          baseUrl: body.base_url.replace(/\/+$/u, ''),
          regionUrl: null,
          organization: body.organization,
          token: new Secret(body.token),
          addresses: ctx.allowPrivateAddresses ? 'private' : 'public',
          ca: body.ca_pem,
          insecureTls: body.insecure_tls,
          abilities: null,
        },
        { log: ctx.log, now: ctx.now, callsPerSecond: ctx.sentryCallsPerSecond },
      );
      return testSentry(sentry, body.insecure_tls, ctx.now());
    },
    getSentryConnection: async (call, { params }) => connectionView(ctx, await find(call, params.id)),
    async changeSentryConnection(call, { params, body }) {
      const connection = await find(call, params.id);
      return connectionView(ctx, await changeSentryConnection(ctx, call.principal, connection, body));
    },
    async deleteSentryConnection(call, { params }) {
      await deleteSentryConnection(ctx, call.principal, await find(call, params.id));
      return undefined;
    },
    async testSentryConnection(call, { params }) {
      const connection = await find(call, params.id);
      return testSentry(doorOf(ctx, connection), connection.insecureTls, ctx.now());
    },
    async resumeSentryConnection(call, { params }) {
      const connection = await find(call, params.id);
      return connectionView(ctx, await resumeSentryConnection(ctx, call.principal, connection));
    },
  };
}

/** Rules and their runs over HTTP. */
export function sentryRuleRoutes(ctx: ErrorsCtx): RuleHandlers {
  const find = async (call: Call, id: string): Promise<SentryRule> => {
    const rule = await selectRule(ctx.sql, id, call.principal.tenantId);
    if (rule === null) throw notFound('rule');
    return rule;
  };
  const connectionOf = findConnection(ctx);
  const view = async (rule: SentryRule): Promise<RuleView> => {
    const connection = await selectSentryConnection(ctx.sql, rule.sentryConnectionId, rule.tenantId);
    const [shown] = connection === null ? [] : await ruleViews(ctx, [rule], [connection]);
    if (shown === undefined) throw notFound('rule');
    return shown;
  };
  // another tenant's connection in a draft is as missing
  const tried = async (call: Call, draft: SentryRuleDraft, id: string) => {
    const connection = await connectionOf(call, draft.sentry_connection_id);
    await checkRule(ctx, connection.tenantId, draft);
    return {
      connection,
      rule: ruleOfDraft(draft, connection.tenantId, id, ctx.now()),
      sentry: doorOf(ctx, connection),
    };
  };
  return {
    listSentryRules: async (call) => listOf(ctx, call.principal.tenantId),
    async createSentryRule(call, { body }) {
      const { tenantId } = await connectionOf(call, body.sentry_connection_id);
      return view(await createRule(ctx, call.principal, tenantId, body));
    },
    async orderSentryRules(call, { body }) {
      const tenantId = await requireTenantId(ctx.sql, call.principal);
      await orderRules(ctx, call.principal, tenantId, body.ids);
      return listOf(ctx, tenantId);
    },
    async dryRunSentryRule(call, { body }) {
      const { connection, rule, sentry } = await tried(call, body.rule, body.rule_id ?? newId(ctx.now()));
      return dryRun(ctx, { connection, sentry }, rule, body.days);
    },
    async previewSentryRule(call, { body }) {
      const { rule, sentry } = await tried(call, body.rule, newId(ctx.now()));
      return previewRule(ctx, sentry, rule, body.sentry_issue);
    },
    getSentryRule: async (call, { params }) => view(await find(call, params.id)),
    async changeSentryRule(call, { params, body }) {
      return view(await changeRule(ctx, call.principal, await find(call, params.id), body));
    },
    async deleteSentryRule(call, { params }) {
      await deleteRule(ctx, call.principal, await find(call, params.id));
      return undefined;
    },
    async runSentryRule(call, { params }) {
      const rule = await find(call, params.id);
      const connection = await connectionOf(call, rule.sentryConnectionId);
      const { run, done } = await startRule(ctx, connection, rule, 'person');
      void done;
      return runView(run);
    },
    async listSentryRuns(call, { query }) {
      const before = readCursor(query.cursor, PART.uuid)?.[0] ?? null;
      const of = {
        tenantId: call.principal.tenantId,
        ruleId: query.rule ?? null,
        connectionId: query.connection ?? null,
      };
      const rows = await selectSentryRuns(ctx.sql, of, before, query.limit + 1);
      return pageOf(rows, query.limit, ({ id }) => [id], runView);
    },
  };
}

async function listOf(ctx: ErrorsCtx, tenantId: string | null): Promise<{ items: RuleView[] }> {
  const rules = await selectRules(ctx.sql, { tenantId });
  return { items: await ruleViews(ctx, rules, await selectSentryConnections(ctx.sql, tenantId)) };
}

function findConnection(ctx: ErrorsCtx): (call: Call, id: string) => Promise<SentryConnection> {
  return async (call, id) => {
    const connection = await selectSentryConnection(ctx.sql, id, call.principal.tenantId);
    if (connection === null) throw notFound('Sentry connection');
    return connection;
  };
}

function doorOf(ctx: ErrorsCtx, connection: SentryConnection): Sentry {
  const sentry = sentryOf(ctx, connection);
  if (sentry === null) throw new HttpProblem(409, UNREADABLE_TOKEN);
  return sentry;
}
