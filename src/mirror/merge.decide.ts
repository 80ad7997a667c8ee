import { isDeepStrictEqual } from 'node:util';

import { MINUTE_MS } from '../lib/clock.ts';

/** What stands in the mirror, as far as the order of snapshots goes. `readAt`: when the read that gave it was asked for. */
export interface Standing {
  /** Null for things that GitHub gives no time of change: labels, branches, people. */
  updatedAt: Date | null;
  readAt: Date;
  goneAt: Date | null;
}

/** A snapshot that wants in. A `read` was asked for by us at `askedAt`; a `payload` came by webhook and may be late. */
export interface Arriving {
  updatedAt: Date | null;
  askedAt: Date;
  from: 'read' | 'payload';
}

/** `refetch`: only a read by number can tell which of the two is the later one. */
export type Merge = 'insert' | 'apply' | 'nothing' | 'refetch';

/** GitHub's second is over for sure this long after it, whatever the clocks say: what was read then is its last word. */
const TIE_OVER_MS = 2 * MINUTE_MS;
const AHEAD_MS = 10 * MINUTE_MS;

/**
 * Whether a snapshot replaces what stands (SPEC M6): the later `updated_at` wins; at an equal one (whole seconds make ties
 * common, facts 6.1) the read asked for later wins, and a payload that differs is looked up. What is gone comes back only by
 * a read that was asked for after it went.
 */
export function decideMerge(standing: Standing | null, arriving: Arriving, differs: boolean): Merge {
  if (standing !== null && standing.goneAt !== null)
    return isReadAfter(arriving, standing.goneAt) ? 'apply' : 'nothing';
  if (isAhead(arriving)) return 'refetch';
  if (standing === null) return 'insert';
  const order = compare(arriving.updatedAt, standing.updatedAt);
  if (order < 0) return 'nothing';
  if (order > 0) return 'apply';
  if (!differs) return 'nothing';
  if (arriving.from === 'read') return arriving.askedAt >= standing.readAt ? 'apply' : 'nothing';
  return isSettled(standing) ? 'nothing' : 'refetch';
}

/** What of a thing differs, field by field; the order of keys and the type of instants do not count. */
export function changesOf<Field extends string>(
  fields: readonly Field[],
  stored: Readonly<Record<string, unknown>>,
  snapshot: Readonly<Record<string, unknown>>,
): { field: Field; before: unknown; after: unknown }[] {
  return fields
    .map((field) => ({ field, before: plain(stored[field]), after: plain(snapshot[field]) }))
    .filter(({ before, after }) => !isDeepStrictEqual(before, after));
}

/** A payload from the future, by more than clocks differ: were it believed, nothing true could replace it. */
function isAhead({ from, updatedAt, askedAt }: Arriving): boolean {
  return from === 'payload' && updatedAt !== null && updatedAt.getTime() - askedAt.getTime() > AHEAD_MS;
}

/** Whether labels are the same ones as before: a new name or colour is the label's own history, not that of what carries it. */
export function areSameLabels(before: unknown, after: unknown): boolean {
  return isDeepStrictEqual(labelIds(before), labelIds(after));
}

function labelIds(labels: unknown): unknown[] {
  if (!Array.isArray(labels)) return [];
  return labels.map(({ id, name }: { id?: number; name: string }) => String(id ?? name)).toSorted();
}

function isReadAfter(arriving: Arriving, at: Date): boolean {
  return arriving.from === 'read' && arriving.askedAt > at;
}

function compare(a: Date | null, b: Date | null): number {
  return (a?.getTime() ?? 0) - (b?.getTime() ?? 0);
}

function isSettled({ updatedAt, readAt }: Standing): boolean {
  return updatedAt !== null && readAt.getTime() - updatedAt.getTime() > TIE_OVER_MS;
}

function plain(value: unknown): unknown {
  if (value instanceof Date) return value.toISOString();
  return value ?? null;
}
