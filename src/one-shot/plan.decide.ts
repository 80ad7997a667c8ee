import { after, MINUTE_MS } from '../lib/clock.ts';
import { decideRule } from '../errors/rules/rules.decide.ts';
import { DEFAULT_ERROR_BODY_TEMPLATE } from '../errors/content/templates-error.decide.ts';
import { draftError } from '../errors/content/draft-error.decide.ts';
import { errorIdOf, errorKeyOf, sentryHostOf } from '../errors/file/identity.decide.ts';
import { makeMarker } from '../filing/marker.decide.ts';
import { numbersIn } from '../errors/file/references.decide.ts';
import { periodMs, queryOf } from '../errors/rules/sentry-query.decide.ts';
import { ruleOfDraft } from '../errors/rules/rule-of-draft.decide.ts';
import { SentryRuleDraft } from '../contract/sentry.ts';
import { TENANT_SLUG, UNSIGNED_MARK } from './known.decide.ts';
import type { Abilities, IssueQuery, SentryEvent, SentryIssue } from '../sentry/sentry.model.ts';
import type { GithubRepository, IssueDraft } from '../github/github.model.ts';
import type { OneShotSettings } from './one-shot.model.ts';
import type { RuleVerdict, SentryRule } from '../errors/errors.model.ts';

const NOBODY = '00000000-0000-0000-0000-000000000000';
/** Looks overlap, as pages shift and the search lags (facts/sentry.md §3). */
const OVERLAP_MS = 15 * MINUTE_MS;

/** The environment as a rule: all that it does not name is as in a new rule of the hub. */
export function ruleOf(settings: Pick<OneShotSettings, 'query' | 'projects' | 'statsPeriod'>, now: Date): SentryRule {
  const given = SentryRuleDraft.parse({
    name: 'this command',
    sentry_connection_id: NOBODY,
    connection_id: null,
    query: settings.query,
    projects: settings.projects,
    stats_period: settings.statsPeriod,
    // there is no page of it to link to
    body_template: DEFAULT_ERROR_BODY_TEMPLATE.replace(/<sub>.*<\/sub>\n$/u, '<sub>Numbers as of filing.</sub>\n'),
  });
  return ruleOfDraft(given, NOBODY, NOBODY, now);
}

/** What Sentry is asked: the period, or all since the last whole run where that is longer ago. */
export function queryFor(rule: SentryRule, abilities: Abilities, doneAt: Date | null, now: Date): IssueQuery {
  const period = after(now, -periodMs(rule.statsPeriod));
  const since = doneAt === null || doneAt > after(period, OVERLAP_MS) ? period : after(doneAt, -OVERLAP_MS);
  return { ...queryOf(rule, abilities), since };
}

/** Whether the rule takes an issue; `event` once it was read. */
export function judge(
  rule: SentryRule,
  issue: SentryIssue,
  abilities: Abilities,
  event: SentryEvent | null = null,
): RuleVerdict {
  return decideRule(rule, { ...issue, event }, abilities);
}

/** What a Sentry issue's server is called in links: as it was given here, and as it calls itself. */
export function hostsOf(sentryUrl: string, { permalink }: Pick<SentryIssue, 'permalink'>): string[] {
  return [sentryHostOf(sentryUrl), ...(URL.canParse(permalink) ? [sentryHostOf(permalink)] : [])];
}

/** What the journal of a Sentry is called after. */
export function sentryHost(sentryUrl: string): string {
  return sentryHostOf(sentryUrl);
}

/** The number of an issue in the repository that Sentry itself shows as linked, or null. */
export function numberLinked(linkedTo: readonly string[], repositoryUrl: string): number | null {
  return numbersIn(linkedTo, repositoryUrl)[0] ?? null;
}

/** The id of the error as a hub of the same key would make it. */
export function hubErrorId(sentryUrl: string, organizationId: string, sentryId: string): string {
  const host = sentryHostOf(sentryUrl);
  return errorIdOf({ tenantSlug: TENANT_SLUG, host, organizationId, key: errorKeyOf({ sentryId }) });
}

/** The GitHub issue that a Sentry issue becomes, or in a sentence why its text cannot be rendered: one must not stop the others. */
export function draft(...of: Parameters<typeof draftOf>): { ok: true; draft: IssueDraft } | { ok: false; why: string } {
  try {
    return { ok: true, draft: draftOf(...of) };
  } catch (error) {
    return { ok: false, why: `Its text cannot be rendered: ${error instanceof Error ? error.message : String(error)}` };
  }
}

// `errorId` null: there is no key to sign a marker with
function draftOf(
  rule: SentryRule,
  { issue, event }: { issue: SentryIssue; event: SentryEvent | null },
  to: { repository: GithubRepository; keyring: OneShotSettings['keyring']; errorId: string | null },
): IssueDraft {
  const { repository, keyring, errorId } = to;
  const marker =
    keyring === null || errorId === null
      ? UNSIGNED_MARK
      : makeMarker(keyring, { kind: 'error', id: errorId, tenantSlug: TENANT_SLUG });
  return draftError({
    issues: [{ ...issue, event }],
    rule,
    connection: {
      repository: repository.fullName,
      visibility: repository.visibility,
      defaultLabels: [],
      defaultAssignees: [],
      milestone: null,
      issueType: null,
    },
    tenant: { name: TENANT_SLUG, titlePrefix: '' },
    marker,
    links: { error: issue.permalink, follows: null },
    bare: false,
  });
}
