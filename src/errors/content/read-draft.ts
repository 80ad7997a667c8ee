import { draftError } from './draft-error.decide.ts';
import { findTenant } from '../../tenants/tenants.ts';
import { knownIssueOf } from '../read/sentry-rows.decide.ts';
import { selectError, selectLinkedOf, selectSentryIssuesOf } from '../errors.store.ts';
import { selectRule } from '../rules/rules.store.ts';
import { standaloneRule } from '../errors.model.ts';
import type { Source } from '../../filing/filing.model.ts';

/** Reads an error; what it gives makes the issue that it becomes. One whose rule was removed is drafted as by a new rule. */
export const readDraft: Source['read'] = async (sql, { sourceId, marker, bare }, connection, publicUrl) => {
  const error = await selectError(sql, sourceId);
  if (error === null) return null;
  const rows = await selectSentryIssuesOf(sql, error.id);
  const present = rows.filter(({ gone }) => gone === null);
  // all deleted or merged, but GitHub may have heard of it: it is filed after all, and the reflection tells the rest
  const [first, ...others] = present.length > 0 ? present : rows;
  const tenant = await findTenant(sql, { id: error.tenant_id });
  if (first === undefined || tenant === null) return null;
  const rule = error.rule_id === null ? null : await selectRule(sql, error.rule_id, null);
  const follows = error.follows === null ? null : await selectLinkedOf(sql, error.follows);
  return () =>
    draftError({
      issues: [knownIssueOf(first), ...others.map(knownIssueOf)],
      rule: rule ?? standaloneRule(),
      connection,
      tenant: { name: tenant.name, titlePrefix: tenant.title_prefix },
      marker,
      links: { error: `${publicUrl}/errors/${first.id}`, follows },
      bare,
    });
};
