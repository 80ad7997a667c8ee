import type { RouteName, ROUTES } from '../../src/contract/routes.ts';

type Entry<N extends RouteName> = readonly [(typeof ROUTES)[N]['method'], (typeof ROUTES)[N]['path']];

/**
 * Method and path of each route, again: the contract itself would bring zod into the bundle. The type holds both equal, a
 * route that is new, gone or renamed does not compile.
 */
export const ROUTE_TABLE: { readonly [N in RouteName]: Entry<N> } = {
  createReport: ['POST', '/reports'],
  listReports: ['GET', '/reports'],
  reportFacets: ['GET', '/reports/facets'],
  getReport: ['GET', '/reports/:id'],
  retryReport: ['POST', '/reports/:id/retry'],
  sync: ['POST', '/sync'],
  listSyncRuns: ['GET', '/sync-runs'],
  listConnections: ['GET', '/connections'],
  createConnection: ['POST', '/connections'],
  testNewConnection: ['POST', '/connections/test'],
  getConnection: ['GET', '/connections/:id'],
  changeConnection: ['PATCH', '/connections/:id'],
  deleteConnection: ['DELETE', '/connections/:id'],
  testConnection: ['POST', '/connections/:id/test'],
  resumeConnection: ['POST', '/connections/:id/resume'],
  health: ['GET', '/health'],
  signIn: ['POST', '/session'],
  getSession: ['GET', '/session'],
  signOut: ['DELETE', '/session'],
  switchTenant: ['POST', '/session/tenant'],
  setUp: ['POST', '/setup'],
  setPassword: ['POST', '/password'],
  useLink: ['POST', '/session/link'],
  listAccounts: ['GET', '/accounts'],
  createAccount: ['POST', '/accounts'],
  changeAccount: ['PATCH', '/accounts/:id'],
  inviteAgain: ['POST', '/accounts/:id/link'],
  listApiKeys: ['GET', '/api-keys'],
  createApiKey: ['POST', '/api-keys'],
  revokeApiKey: ['DELETE', '/api-keys/:id'],
  listTokenSigners: ['GET', '/token-signers'],
  createTokenSigner: ['POST', '/token-signers'],
  deleteTokenSigner: ['DELETE', '/token-signers/:id'],
  listTenants: ['GET', '/tenants'],
  createTenant: ['POST', '/tenants'],
  changeTenant: ['PATCH', '/tenants/:id'],
  listAudit: ['GET', '/audit'],
};
