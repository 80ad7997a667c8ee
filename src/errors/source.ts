import { insertError } from './errors.store.ts';
import { giveNamed } from './file/give-named.ts';
import { giveTargets } from './rules/rules.store.ts';
import { knownNumber, noteReferences } from './file/references.ts';
import { readDraft } from './content/read-draft.ts';
import { waitsForSentry } from './file/ask-merged.ts';
import { withdrawError } from './file/withdraw.ts';
import type { AdoptedItem, Source } from '../filing/filing.model.ts';
import type { Sql } from '../db/db.model.ts';

/** Errors, as filing knows them. */
export const ERROR_SOURCE: Source = {
  read: readDraft,
  waits: waitsForSentry,
  withdraw: withdrawUnneeded,
  assign: giveTargets,
  adopt: adoptError,
  note: noteReferences,
  known: knownNumber,
};

async function withdrawUnneeded(sql: Sql, errorId: string, now: Date): Promise<boolean> {
  await giveNamed(sql, errorId, now);
  return withdrawError(sql, errorId, now);
}

/** Its Sentry issues are found by the rules: their ids give this very error. */
async function adoptError(sql: Sql, item: AdoptedItem): Promise<void> {
  await insertError(sql, {
    id: item.id,
    tenant_id: item.tenantId,
    title: item.title,
    created_at: item.createdAt,
    updated_at: item.createdAt,
  });
}
