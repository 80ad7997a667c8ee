export { createRule } from './manage-rules.ts';
export { changeSentryConnection, createSentryConnection } from './manage-sentry.ts';
export { ensureEnvironmentSentry } from './sentry-environment.ts';
export { ERROR_SOURCE } from './source.ts';
export { errorRoutes } from './errors.routes.ts';
export { forgetOldSentryRuns, startSentryWatch } from './errors.jobs.ts';
export { sentryConnectionRoutes, sentryRuleRoutes } from './sentry.routes.ts';
export { sentryDirections } from './sentry-directions.ts';
export { sentryHookRoutes } from './sentry-hooks.routes.ts';
