import { SentryRuleDraft } from '../../src/contract/sentry.ts';
import type { RouteName } from '../../src/contract/routes.ts';

const MISSING = '018f0000-0000-7000-8000-0000000000ff';

/** What a route is asked with: its body, a query, and for a path with an id which kind of row the id names. */
export interface Sample {
  body?: object;
  query?: string;
  id?:
    | 'report'
    | 'connection'
    | 'account'
    | 'apiKey'
    | 'tokenSigner'
    | 'tenant'
    | 'repository'
    | 'delivery'
    | 'hook'
    | 'sentryConnection'
    | 'sentryRule'
    | 'sentryIssue'
    | 'reflection'
    | 'undoRun';
}

/** A good request to every route. Without `Partial`: a new route does not compile until the roles test can ask it. */
export function sampleRequests(github: {
  apiUrl: string;
  token: string;
  repository: string;
}): Record<RouteName, Sample> {
  const connection = { base_url: github.apiUrl, token: github.token, repository: github.repository };
  const sentry = { base_url: 'http://127.0.0.1:9', organization: 'nobody', token: 'no such token' };
  const rule = { name: 'Roles', sentry_connection_id: MISSING, connection_id: null };
  const secret = 'a shared secret of more than 32 characters';
  const guess = { token: 'no such link', password: 'a good password' };
  return {
    createReport: { body: { title: 'Roles' } },
    listReports: { query: '?tenant=acme&q=acme' },
    reportFacets: {},
    getReport: { id: 'report' },
    retryReport: { id: 'report', body: { title: 'Taken over' } },
    sync: {},
    listSyncRuns: {},
    listRepositories: { query: '?q=acme' },
    trackRepository: { body: { full_name: 'nobody/nothing' } },
    listAvailableRepositories: { id: 'connection', query: '?connection_id=:id' },
    repositoryCosts: {},
    getRepository: { id: 'repository' },
    changeRepository: { id: 'repository', body: { paused: true } },
    untrackRepository: { id: 'repository' },
    syncRepository: { id: 'repository' },
    importItems: { id: 'repository', body: { kind: 'issues', numbers: [1] } },
    listRepositoryIssues: { id: 'repository' },
    getRepositoryIssue: { id: 'repository' },
    listPulls: { id: 'repository' },
    getPull: { id: 'repository' },
    listBranches: { id: 'repository' },
    listCollaborators: { id: 'repository' },
    listTeams: { id: 'repository' },
    listLabels: { id: 'repository' },
    listMilestones: { id: 'repository' },
    listActivity: { id: 'repository' },
    listIssues: { query: '?tenant=acme&q=acme' },
    drift: {},
    listSentryConnections: {},
    createSentryConnection: { body: { ...sentry, name: 'Roles' } },
    testNewSentryConnection: { body: sentry },
    getSentryConnection: { id: 'sentryConnection' },
    changeSentryConnection: { id: 'sentryConnection', body: { name: 'Taken over' } },
    deleteSentryConnection: { id: 'sentryConnection' },
    testSentryConnection: { id: 'sentryConnection' },
    resumeSentryConnection: { id: 'sentryConnection' },
    listSentryRules: {},
    createSentryRule: { body: rule },
    orderSentryRules: { body: { ids: ['018f0000-0000-7000-8000-0000000000ff'] } },
    dryRunSentryRule: { body: { rule: SentryRuleDraft.parse(rule) } },
    previewSentryRule: { body: { rule: SentryRuleDraft.parse(rule) } },
    getSentryRule: { id: 'sentryRule' },
    changeSentryRule: { id: 'sentryRule', body: { name: 'Taken over' } },
    deleteSentryRule: { id: 'sentryRule' },
    runSentryRule: { id: 'sentryRule' },
    listSentryRuns: {},
    listErrors: { query: '?tenant=acme&q=acme' },
    errorFacets: { query: '?tenant=acme&q=acme' },
    getError: { id: 'sentryIssue' },
    fileError: { id: 'sentryIssue' },
    retryError: { id: 'sentryIssue' },
    undoReflection: { id: 'reflection' },
    previewUndo: { body: { since: '2020-01-01T00:00:00Z' } },
    startUndo: { body: { since: '2020-01-01T00:00:00Z' } },
    listUndos: {},
    getUndo: { id: 'undoRun' },
    listUndoItems: { id: 'undoRun' },
    stopUndo: { id: 'undoRun' },
    listDeliveries: { query: '?q=acme' },
    getDelivery: { id: 'delivery' },
    replayDelivery: { id: 'delivery' },
    replayFailedDeliveries: { body: { q: 'acme' } },
    listHooks: { id: 'repository' },
    createHook: { id: 'repository' },
    changeHook: { id: 'hook', body: { active: false } },
    deleteHook: { id: 'hook' },
    pingHook: { id: 'hook' },
    makeWebhookSecret: { id: 'connection' },
    listConnections: {},
    beginApp: { body: { base_url: github.apiUrl } },
    makeApp: { body: { code: 'no such code', state: 'no such state' } },
    listApps: {},
    budgets: {},
    createConnection: { body: { ...connection, name: 'Roles' } },
    testNewConnection: { body: connection },
    getConnection: { id: 'connection' },
    changeConnection: { id: 'connection', body: { name: 'Taken over' } },
    deleteConnection: { id: 'connection' },
    testConnection: { id: 'connection' },
    resumeConnection: { id: 'connection' },
    health: {},
    signIn: { body: { email: 'nobody@example.com', password: 'wrong' } },
    getSession: {},
    signOut: {},
    switchTenant: { body: { tenant_id: '018f0000-0000-7000-8000-000000000000' } },
    setUp: { body: { ...guess, email: 'nobody@example.com', name: 'Nobody' } },
    setPassword: { body: guess },
    useLink: { body: { token: 'no such link' } },
    listAccounts: {},
    createAccount: { body: { email: 'roles@example.com', name: 'Roles' } },
    changeAccount: { id: 'account', body: { name: 'Taken over' } },
    inviteAgain: { id: 'account' },
    listApiKeys: {},
    createApiKey: { body: { name: 'Roles' } },
    revokeApiKey: { id: 'apiKey' },
    listTokenSigners: {},
    createTokenSigner: { body: { name: 'Roles', issuer: 'https://roles.example', method: 'HS256', secret } },
    deleteTokenSigner: { id: 'tokenSigner' },
    listTenants: {},
    createTenant: { body: { slug: 'roles', name: 'Roles' } },
    changeTenant: { id: 'tenant', body: { name: 'Taken over' } },
    listAudit: {},
  };
}
