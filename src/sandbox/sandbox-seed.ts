import type { SandboxIssue, SandboxRepository, SandboxStateReason, SandboxWorld } from './sandbox.model.ts';
import { addComment } from './sandbox-comments.ts';
import { editIssue, openIssue } from './sandbox-issues.ts';
import { SEED_ISSUES } from './sandbox-seed-issues.ts';
import { seedPulls, seedWork } from './sandbox-seed-work.ts';
import {
  addLabel,
  addMilestone,
  addOrganization,
  addRepository,
  addToken,
  addUser,
  issueByNumber,
} from './sandbox-state.ts';

/** What the demo's hub is connected to, and the token of its bot. It opens nothing but this sandbox. */
export const SANDBOX_REPOSITORY = 'acme/webshop';
export const SANDBOX_BOT = 'throughline-bot';
export const SANDBOX_TOKEN = 'sandbox-token-of-throughline-bot';

const HOUR_MS = 3_600_000;

/** One issue that was there before the hub came. Hours are counted back from the first start. */
export interface SeedIssue {
  title: string;
  body: string;
  author: string;
  hoursAgo: number;
  labels?: string[];
  assignees?: string[];
  milestone?: number;
  isPull?: boolean;
  comments?: { author: string; body: string; hoursLater: number }[];
  closed?: {
    by: string;
    reason: Exclude<SandboxStateReason, 'reopened'>;
    hoursLater: number;
    duplicateOfNumber?: number;
  };
}

/** Fills an empty sandbox: a web shop, its developers, and the issues of a few weeks. */
export function seedSandbox(world: SandboxWorld): void {
  const startedAt = world.now();
  const at = (hoursAgo: number): SandboxWorld => ({
    ...world,
    now: () => new Date(startedAt.getTime() - hoursAgo * HOUR_MS),
  });
  const past = at(24 * 60);
  addUser(past, SANDBOX_BOT, { name: 'Throughline', type: 'User' });
  for (const [login, name] of PEOPLE) addUser(past, login, { name });
  addOrganization(past, 'acme', { 'octo-dev': 'admin', 'lena-frontend': 'member', 'sam-backend': 'member' });
  const repository = addRepository(past, SANDBOX_REPOSITORY, {
    description: 'The shop that acme sells everything in',
    roles: {
      // An admin, so that it can make the hook through which the hub hears of changes at once.
      [SANDBOX_BOT]: 'admin',
      'octo-dev': 'admin',
      'lena-frontend': 'push',
      'sam-backend': 'push',
      'priya-qa': 'triage',
    },
  });
  for (const [name, color, description] of LABELS) addLabel(past, repository, { name, color, description });
  addMilestone(past, repository, '4.13');
  addToken(past, SANDBOX_TOKEN, { login: SANDBOX_BOT });
  seedWork(at, repository);
  for (const issue of SEED_ISSUES.toSorted((a, b) => b.hoursAgo - a.hoursAgo)) seedIssue(at, repository, issue);
  const rounding = repository.issues.find(({ pull }) => pull !== null)?.number;
  if (rounding !== undefined) seedPulls(at, repository, rounding);
}

const PEOPLE: readonly [login: string, name: string][] = [
  ['octo-dev', 'Olga Tanaka'],
  ['lena-frontend', 'Lena Brandt'],
  ['sam-backend', 'Sam Okoro'],
  ['priya-qa', 'Priya Shah'],
  ['passing-by', 'Theo Martin'],
];

const LABELS: readonly [name: string, color: string, description: string][] = [
  ['in progress', 'fbca04', 'Somebody works on it'],
  ['checkout', 'bfd4f2', 'Cart, payment, order'],
  ['performance', 'f9d0c4', 'Slower than it should be'],
  ['accessibility', '5319e7', 'Keyboard, contrast, screen readers'],
  ['regression', 'b60205', 'It worked before'],
];

function seedIssue(at: (hoursAgo: number) => SandboxWorld, repository: SandboxRepository, seed: SeedIssue): void {
  const { number } = openIssue(at(seed.hoursAgo), repository, {
    title: seed.title,
    body: seed.body,
    author: seed.author,
    labels: seed.labels ?? [],
    assignees: seed.assignees ?? [],
    milestone: seed.milestone ?? null,
    pull: seed.isPull === true ? { head: 'fix/basket-rounding', base: 'main' } : null,
  });
  for (const comment of seed.comments ?? []) {
    const then = at(seed.hoursAgo - comment.hoursLater);
    addComment(then, { repository, issue: current(repository, number), actor: comment.author }, comment.body);
  }
  if (seed.closed === undefined) return;
  const { by, reason, hoursLater, duplicateOfNumber } = seed.closed;
  const original = duplicateOfNumber === undefined ? null : issueByNumber(repository, duplicateOfNumber);
  const target = { repository, issue: current(repository, number), actor: by };
  editIssue(at(seed.hoursAgo - hoursLater), target, {
    state: 'closed',
    stateReason: reason,
    duplicateOf: original?.id ?? null,
  });
}

function current(repository: SandboxRepository, number: number): SandboxIssue {
  const issue = issueByNumber(repository, number);
  if (issue === null) throw new Error(`the seed lost issue #${number}`);
  return issue;
}
