export {
  changeImportExternal,
  connectionById,
  connectionsOf,
  forgetRepository,
  githubOf,
  learnNumber,
  pauseForFailure,
  refreshConnection,
  repositoryUrl,
  restUntil,
  wakeFromRest,
} from './access.ts';
export { connectionRoutes } from './connections.routes.ts';
export { holdImportExternal } from './connections.store.ts';
export { ensureEnvironmentConnection } from './environment.ts';
export { provenApp } from './credential.ts';
export { changeConnection, resumeConnection } from './manage.ts';
export { readBudgets } from './budgets.ts';
export { forgetOldBudgets, openPlanner } from './planner.store.ts';
export { testGithub } from './test-connection.ts';
