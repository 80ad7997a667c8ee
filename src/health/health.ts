export { groundHealth } from './health.decide.ts';
export { healthRoutes } from './health.routes.ts';
export { openMetrics } from './metrics.ts';
export type { Metrics } from './metrics.ts';
export { databaseAnswers, freeBytes, readHealth } from './read-health.ts';
