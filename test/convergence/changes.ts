import { isDeepStrictEqual } from 'node:util';

import type { Stage } from './stage.ts';

/** In words, where the history of something does not tell each step: a step that is no change, or does not begin where the last ended. */
export async function brokenHistory(stage: Stage): Promise<string[]> {
  const rows = await stage.query(
    'select item_kind, item_id, field, before, after, via from item_changes where repository_id = $1 order by id',
    [await stage.repositoryId()],
  );
  const last = new Map<string, Record<string, unknown>>();
  return rows.flatMap((change) => {
    const name = [change['item_kind'], change['item_id'], change['field']].join(' ');
    const previous = last.get(name);
    last.set(name, change);
    const words = `${JSON.stringify(change['before'])} -> ${JSON.stringify(change['after'])} by ${String(change['via'])}`;
    if (isSame(change['before'], change['after'])) return [`history of ${name}: ${words} is no change`];
    return previous === undefined || isSame(previous['after'], change['before'])
      ? []
      : [
          `history of ${name}: ${words} does not follow on ${JSON.stringify(previous['after'])} by ${String(previous['via'])}`,
        ];
  });
}

// A label that is renamed is still the same, and the issue that has it did not change.
function isSame(a: unknown, b: unknown): boolean {
  return isDeepStrictEqual(byId(a), byId(b));
}

function byId(value: unknown): unknown {
  if (!Array.isArray(value)) return value;
  return value
    .map((item: unknown) => (typeof item === 'object' && item !== null && 'id' in item ? item.id : item))
    .toSorted((one, other) => (String(one) < String(other) ? -1 : 1));
}
