import type { ItemKind } from '../db/db.model.ts';
import type { Merge } from './merge.decide.ts';

/** A mirrored thing's table: which rows belong together, what identifies one, and whose changes are history. */
export interface ItemTable {
  kind: ItemKind;
  table: 'issues' | 'pull_requests' | 'comments' | 'labels' | 'milestones' | 'branches' | 'collaborators' | 'teams';
  scope: 'repository_id' | 'connection_id';
  key: 'github_id' | 'name';
  constraint: string;
  /** All columns a snapshot brings, beside id, scope and key. */
  columns: readonly string[];
  /** Those of them whose changes are told. */
  history: readonly string[];
  /** GitHub gives it an `updated_at`. */
  timed: boolean;
}

/** One snapshot as columns. `at`: GitHub's `updated_at`, null where there is none. */
export interface ItemSnapshot {
  key: number | string;
  at: Date | null;
  columns: Record<string, unknown>;
}

export interface Stamp {
  scopeId: string;
  repositoryId: string;
  askedAt: Date;
  from: 'read' | 'payload';
  via: 'write' | 'sync' | 'import' | 'webhook' | 'reconcile';
  actor: string | null;
  now: Date;
}

export interface AppliedItem {
  key: number | string;
  id: string;
  merge: Merge;
  changes: { field: string; before: unknown; after: unknown }[];
}

/** Something that stood wrong in the mirror though GitHub had not changed it since it was read. */
export interface Finding {
  kind: string;
  /** As GitHub identifies it. */
  key: number | string;
  /** As a person names it: #12, or a label's name. */
  item: string;
  field: string;
  mirrored: unknown;
  github: unknown;
}
