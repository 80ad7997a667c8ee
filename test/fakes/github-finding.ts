import type { SandboxRepository, SandboxWorld } from '../../src/sandbox/sandbox.model.ts';
import type { IssueTarget } from '../../src/sandbox/sandbox-issues.ts';

/** The repository and the bot that a fresh fake knows. */
export const FAKE_REPOSITORY = 'acme/webshop';
export const FAKE_BOT = 'throughline-bot';
export const FAKE_DEVELOPER = 'octo-dev';
export const FAKE_TOKEN = 'ghp_fake_token_of_the_bot';

/** How the acts find what they are about; a test may go on calling a repository by its old name after it renamed it. */
export interface Finding {
  world: SandboxWorld;
  actor: string;
  find: (fullName?: string) => SandboxRepository;
  target: (number: number, fullName?: string) => IssueTarget;
}
