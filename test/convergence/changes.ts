import { isDeepStrictEqual } from 'node:util';

import type { Stage } from './stage.ts';

interface Change {
  item_kind: string;
  item_id: string;
  field: string;
  before: unknown;
  after: unknown;
  via: string;
}

/** In words, where the history of something does not tell each step: a step that is no change, or does not begin where the last ended. */
export async function brokenHistory(stage: Stage): Promise<string[]> {
  const { rows } = await stage.query<Change>(
    'select item_kind, item_id, field, before, after, via from item_changes where repository_id = $1 order by id',
    [await stage.repositoryId()],
  );
  const last = new Map<string, Change>();
  return rows.flatMap((change) => {
    const name = `${change.item_kind} ${change.item_id} ${change.field}`;
    const previous = last.get(name);
    last.set(name, change);
    const words = `${JSON.stringify(change.before)} -> ${JSON.stringify(change.after)} by ${change.via}`;
    if (isSame(change.before, change.after)) return [`history of ${name}: ${words} is no change`];
    return previous === undefined || isSame(previous.after, change.before)
      ? []
      : [`history of ${name}: ${words} does not follow on ${JSON.stringify(previous.after)} by ${previous.via}`];
  });
}

function isSame(a: unknown, b: unknown): boolean {
  return isDeepStrictEqual(a, b);
}
