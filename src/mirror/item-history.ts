import { changeView } from './list-views.ts';
import { storyOf } from './activity.decide.ts';
import { selectChanges } from './lists-activity.store.ts';
import type { ItemChange } from '../contract/mirror.ts';
import type { Sql } from '../db/db.model.ts';

const CHANGES_MAX = 200;

/** What changed of one mirrored issue or pull request, newest first, each act in a sentence. */
export async function itemHistory(sql: Sql, itemId: string): Promise<ItemChange[]> {
  const rows = await selectChanges(sql, { itemId }, { kind: null, before: null, limit: CHANGES_MAX });
  return storyOf(rows.map(changeView));
}
