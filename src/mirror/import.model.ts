import type { FacetName } from '../db/db.model.ts';
import type { Run } from './repository.model.ts';
import type { Span } from './spans.store.ts';
import type { WalkedSpan } from './import-spans.decide.ts';

/** A part of a list as it is walked. `askedAt`: when its newest page was asked for, null before the first in this run. */
export type ImportSpan = Span & WalkedSpan & { askedAt: Date | null };

/** A first import under way. */
export interface Importing {
  run: Run;
  startedAt: Date;
  /** A run before this one has read parts of it. */
  isResumed: boolean;
  /** All parts, also those that are done. */
  spans: ImportSpan[];
  /** GitHub's time before which nothing changed since the import first began; null until GitHub was asked. */
  end: Date | null;
  /** How many issues and pull requests there are; null where GitHub gives no count. */
  items: number | null;
  /** Lists that GitHub says are empty. */
  empty: Set<FacetName>;
  /** Pull requests that the issues' list showed changed since `end`, and when. */
  changedPulls: Map<number, Date>;
}
