export { healthRoutes } from './health.routes.ts';
export { openMetrics } from './metrics.ts';
export { readHealth } from './read-health.ts';
