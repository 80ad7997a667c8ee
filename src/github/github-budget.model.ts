import type { GithubBudget } from './github.model.ts';

/** When the writes of a credential went, or will go, out. Instants in milliseconds. */
export interface Pace {
  /** Before this no write starts. */
  nextWriteAt: number;
  /** Where the evenly spaced creations stand; ahead of now by how much of the burst is used. */
  creationsDueAt: number;
  /** Creations of the last hour, oldest first. */
  creations: readonly number[];
}

/** Until when nothing at all is sent with a credential: GitHub's secondary limit. */
export interface Block {
  limit: 'secondary';
  retryAt: Date;
}

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
  /** Lets the others know. `begins`: GitHub has just asked to wait, so the others are to hear it at once. */
  keep(credential: string, known: KnownLimits, begins: boolean): Promise<void>;
  /** Decides with the pace that all share, and keeps the pace that comes out; nobody else decides meanwhile. `now` is their common clock's. */
  decide<T extends { pace?: Pace }>(
    credential: string,
    decide: (pace: Pace, now: Date) => T,
  ): Promise<{ plan: T; now: Date } | null>;
  /** Calls back when another process tells of a block. */
  onBlock(heard: (credential: string) => void): void;
}
