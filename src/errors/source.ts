import { insertError } from './errors.store.ts';
import { giveTargets } from './rules.store.ts';
import { knownNumber, noteReferences } from './references.ts';
import { readDraft } from './read-draft.ts';
import { withdrawError } from './withdraw.ts';
import type { AdoptedItem, Source } from '../filing/filing.model.ts';
import type { Sql } from '../db/db.model.ts';

/** Errors, as filing knows them. */
export const ERROR_SOURCE: Source = {
  read: readDraft,
  withdraw: withdrawError,
  assign: giveTargets,
  adopt: adoptError,
  note: noteReferences,
  known: knownNumber,
};

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
