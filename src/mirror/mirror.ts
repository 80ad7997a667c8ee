export { applySnapshot } from './apply.ts';
export { startSyncSchedules } from './mirror.jobs.ts';
export { syncRoutes } from './mirror.routes.ts';
export { startSync } from './sync.ts';
