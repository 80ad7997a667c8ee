import { createHash } from 'node:crypto';

import { categoryOf, factsOf } from '../content/facts.decide.ts';
import { plain } from '../content/error-text.decide.ts';
import { renderTemplate } from '../../filing/templates.decide.ts';
import type { SentryIssue } from '../../sentry/sentry.model.ts';
import type { SentryRule } from '../errors.model.ts';

/**
 * The id of an error, made from what outlives this database: the tenant's slug, the Sentry host, the organisation's number,
 * and what makes the error one. The same error has the same id, hence the same marker, in a hub that was set up anew, and in
 * every process that meets it at once. A UUID of version 8 (RFC 9562). It holds no secret: the marker is what is signed.
 */
export function errorIdOf(of: { tenantSlug: string; host: string; organizationId: string; key: string }): string {
  const named = JSON.stringify(['sentry', of.tenantSlug, of.host, of.organizationId, of.key]);
  const hex = createHash('sha256').update(named).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/**
 * What makes an error one: its Sentry issue's number, or the key it shares with others. `regression` counts how often it came
 * back to get an issue of its own (SPEC S6); 0 is the first one.
 */
export function errorKeyOf(of: { sentryId: string } | { shareKey: string }, regression = 0): string {
  return JSON.stringify('sentryId' in of ? ['issue', of.sentryId, regression] : ['share', of.shareKey, regression]);
}

/** Host, and port where it is not the scheme's own, of a Sentry; all of sentry.io, its regions and organisations are one. */
export function sentryHostOf(baseUrl: string): string {
  const host = new URL(baseUrl).host.replace(/\.(?=$|:)/u, '');
  return host === 'sentry.io' || host.endsWith('.sentry.io') ? 'sentry.io' : host;
}

/**
 * The key under which a rule lets Sentry issues share one GitHub issue, or null when this one stands alone. Rendered from
 * what does not change from look to look: `title`, `type`, `message`, `culprit`, `location`, `level`, `platform`, `category`,
 * `issue_type`, `project` and `project_name`. Throws Liquid's words when the template cannot be rendered: filing each issue
 * by itself instead would be a flood.
 */
export function shareKeyOf(rule: Pick<SentryRule, 'shareKey'>, issue: SentryIssue): string | null {
  if (rule.shareKey === null) return null;
  const { type, message, location } = factsOf({ ...issue, event: null });
  const rendered = renderTemplate(rule.shareKey, {
    title: issue.title,
    type,
    message,
    culprit: issue.culprit,
    location,
    level: issue.level,
    platform: issue.platform,
    category: categoryOf(issue),
    issue_type: issue.issueType,
    project: issue.project.slug,
    project_name: issue.project.name,
  });
  const key = plain(rendered).replace(/\s+/gu, ' ').trim();
  return key === '' ? null : key;
}
