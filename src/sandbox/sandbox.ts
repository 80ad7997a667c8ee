export { actOnSandbox } from './sandbox-acts.ts';
export { startSandboxGithub } from './sandbox-github.ts';
export { SANDBOX_REPOSITORY, SANDBOX_TOKEN, seedSandbox } from './sandbox-seed.ts';
