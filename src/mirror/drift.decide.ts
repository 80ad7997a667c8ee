import { createHash } from 'node:crypto';

import type { AppliedItem, Finding, ItemSnapshot } from './items.model.ts';

interface Compared {
  id: number;
  number?: number;
  issueNumber?: number;
  updatedAt: Date;
}

/**
 * What of a compared page stood wrong: it differed, and GitHub had changed it last before `known`, up to where the mirror had
 * read everything. What changed later is news, which the next sync brings.
 */
export function findingsOf(
  kind: Finding['kind'],
  applied: readonly AppliedItem[],
  items: readonly Compared[],
  known: Date,
): Finding[] {
  const byId = new Map(items.map((item) => [item.id, item]));
  return applied.flatMap(({ key, merge, changes }) => {
    const item = byId.get(Number(key));
    if (item === undefined || item.updatedAt > known || (merge !== 'insert' && merge !== 'apply')) return [];
    const name = `#${item.number ?? item.issueNumber ?? item.id}`;
    return wrongIn(kind, name, { key, merge, changes });
  });
}

function wrongIn(
  kind: Finding['kind'],
  item: string,
  { key, merge, changes }: Pick<AppliedItem, 'key' | 'merge' | 'changes'>,
): Finding[] {
  if (merge === 'insert') return [{ kind, key, item, field: 'missing', mirrored: null, github: key }];
  return changes.map(({ field, before, after }) => ({ kind, key, item, field, mirrored: before, github: after }));
}

/** What a read of a short list told of each item, by its key: enough to see whether GitHub tells the same again. */
export function fingerprints(snapshots: readonly ItemSnapshot[]): Record<string, string> {
  return Object.fromEntries(
    snapshots.map(({ key, columns }) => [
      key,
      createHash('sha256').update(JSON.stringify(columns)).digest('base64url').slice(0, 12),
    ]),
  );
}

/**
 * What of a short list stood wrong. Its items have no time of change that can be relied on: one that GitHub told the same of at
 * the last read, `told`, has not changed there since, so a difference is drift; anything else is news. `gone` are those that the list
 * does not have, with their names: one that it had at the last read was removed since, which is news, too.
 */
export function listFindings(
  kind: Finding['kind'],
  { applied, snapshots, gone }: ListOutcome,
  told: Readonly<Record<string, string>>,
): Finding[] {
  const now = fingerprints(snapshots);
  const names = new Map(snapshots.map((snapshot) => [snapshot.key, nameOf(snapshot)]));
  const differing = applied
    .filter(({ key, merge }) => (merge === 'insert' || merge === 'apply') && told[key] === now[key])
    .flatMap((item) => wrongIn(kind, names.get(item.key) ?? String(item.key), item));
  const extra = gone
    .filter(({ key }) => !(key in told))
    .map(({ key, name }) => ({ kind, key, item: name, field: 'gone', mirrored: key, github: null }));
  return [...differing, ...extra];
}

/** A read of a short list: what GitHub told, what came of it here, and what it did not have. */
export interface ListOutcome {
  snapshots: readonly ItemSnapshot[];
  applied: readonly AppliedItem[];
  gone: readonly { key: number | string; name: string }[];
}

function nameOf({ key, columns }: ItemSnapshot): string {
  const name = columns['name'] ?? columns['title'] ?? columns['login'];
  return typeof name === 'string' ? name : String(key);
}
