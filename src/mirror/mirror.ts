export { applyLinked } from './apply.ts';
export { reconcileSoon } from './gap.store.ts';
export { itemHistory } from './item-history.ts';
export { mirroredRepositories } from './repository-view.ts';
export { deliveryApplier } from './deliver.ts';
export { startSyncSchedules } from './mirror.jobs.ts';
export { endRuns } from './run.ts';
export { syncRoutes } from './mirror.routes.ts';
export { startRepositoryRun, startSync } from './sync.ts';
