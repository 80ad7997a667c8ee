export { actOnSandbox } from './sandbox-acts.ts';
export { startSandboxGithub } from './sandbox-github.ts';
export { SANDBOX_REPOSITORY, SANDBOX_TOKEN, seedSandbox } from './sandbox-seed.ts';
export {
  SANDBOX_SENTRY_ORGANIZATION,
  SANDBOX_SENTRY_PEOPLE,
  SANDBOX_SENTRY_SECRET,
  SANDBOX_SENTRY_TOKEN,
  seedSandboxSentry,
} from './sentry-seed.ts';
export { startSandboxSentry } from './sentry-server.ts';
export { openErrors, tellWebhooksTo } from './sentry-state.ts';
