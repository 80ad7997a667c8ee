import { connectionById } from '../../connections/connections.ts';
import { draftError } from '../content/draft-error.decide.ts';
import { factsOfIssue } from './dry-run.ts';
import { findTenant } from '../../tenants/tenants.ts';
import { HttpProblem, invalidField } from '../../lib/problem.ts';
import { queryOf } from './sentry-query.decide.ts';
import type { ErrorsCtx, SentryRule } from '../errors.model.ts';
import type { RulePreview } from '../../contract/sentry.ts';
import type { Sentry, SentryIssue } from '../../sentry/sentry.model.ts';

/** Title and body of a real Sentry issue as a rule's templates make them. Throws a 400 in Liquid's words for a wrong template. */
export async function previewRule(
  ctx: ErrorsCtx,
  sentry: Sentry,
  rule: SentryRule,
  name: string | undefined,
): Promise<RulePreview> {
  const probed = await sentry.probe();
  if (!probed.ok) throw new HttpProblem(502, probed.failure.message);
  const issue = await findIssue(sentry, rule, name, probed.value.abilities);
  const event = await sentry.latestEvent(issue.id, rule.personalData);
  const target = rule.connectionId === null ? null : await connectionById(ctx.sql, rule.connectionId);
  const tenant = await findTenant(ctx.sql, { id: rule.tenantId });
  if (target === null || tenant === null) throw invalidField('connection_id', 'Choose a repository first.');
  try {
    const draft = draftError({
      issues: [{ ...issue, event: event.ok ? event.value : null }],
      rule,
      connection: target,
      tenant: { name: tenant.name, titlePrefix: tenant.title_prefix },
      marker: 'preview',
      links: { error: `${ctx.publicUrl}/errors`, follows: null },
      bare: false,
    });
    const body = draft.body.replace(/^<!--.*?-->\n/u, '');
    return { issue: factsOfIssue(issue), title: draft.title, body, labels: draft.labels };
  } catch (error) {
    throw invalidField('body_template', error instanceof Error ? error.message : String(error));
  }
}

async function findIssue(
  sentry: Sentry,
  rule: SentryRule,
  name: string | undefined,
  abilities: Parameters<typeof queryOf>[1],
): Promise<SentryIssue> {
  if (name !== undefined && /^\d{1,20}$/u.test(name)) {
    const found = await sentry.issue(name);
    if (found.ok) return found.value;
    throw invalidField('sentry_issue', found.failure.message);
  }
  const query = { ...queryOf(rule, abilities), since: null };
  const page = await sentry.issuePage(query);
  if (!page.ok) throw new HttpProblem(502, page.failure.message);
  const [first] = page.value.items;
  const named =
    name === undefined ? first : page.value.items.find(({ shortId }) => shortId?.toUpperCase() === name.toUpperCase());
  if (named !== undefined) return named;
  throw invalidField('sentry_issue', 'No such Sentry issue is among the latest that the rule’s query finds.');
}
