export { healthRoutes } from './health.routes.ts';
export { openMetrics } from './metrics.ts';
export type { Metrics } from './metrics.ts';
export { databaseAnswers } from './read-health.ts';
