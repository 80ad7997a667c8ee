import type { Block, Pace } from './github-budget.decide.ts';
import type { GithubBudget } from './github.model.ts';

/** What is known of a credential's limits. */
export interface KnownLimits {
  budgets: readonly GithubBudget[];
  block: Block | null;
}

/**
 * What all processes know of the limits of their credentials (SPEC T4). A credential is named by the address it is used at and its
 * key. Null answers: the shared memory cannot be reached, each process goes by what it knows itself.
 */
export interface SharedBudgets {
  read(credential: string): Promise<KnownLimits | null>;
  /** Lets the others know; at once when there is a block. */
  keep(credential: string, known: KnownLimits): Promise<void>;
  /** Decides with the pace that all share, and keeps the pace that comes out; nobody else decides meanwhile. `now` is their common clock's. */
  decide<T extends { pace?: Pace }>(
    credential: string,
    decide: (pace: Pace, now: Date) => T,
  ): Promise<{ plan: T; now: Date } | null>;
  /** Calls back when another process tells of a block. */
  onBlock(heard: (credential: string) => void): void;
}
