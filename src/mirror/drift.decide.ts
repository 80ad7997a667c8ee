import type { AppliedItem, Finding } from './items.model.ts';

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
    if (merge === 'insert') return [{ kind, item: name, field: 'missing', mirrored: null, github: item.id }];
    return changes.map(({ field, before, after }) => ({ kind, item: name, field, mirrored: before, github: after }));
  });
}
