export {
  connectionById,
  connectionsOf,
  forgetRepository,
  githubOf,
  learnNumber,
  pauseForFailure,
  refreshConnection,
  restUntil,
  wakeFromRest,
} from './access.ts';
export { connectionRoutes } from './connections.routes.ts';
export { ensureEnvironmentConnection } from './environment.ts';
export { changeConnection } from './manage.ts';
export { testGithub } from './test-connection.ts';
