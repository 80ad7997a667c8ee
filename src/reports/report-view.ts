import { explainFiling, maskSecrets } from '../filing/filing.ts';
import type { ReportSummary } from '../contract/reports.ts';
import type { ReportRow } from './reports.model.ts';

/** What the API shows of a row of a list. */
export function toSummary(row: ReportRow, now: Date): ReportSummary {
  return {
    id: row.id,
    tenant: { id: row.tenant_id, slug: row.tenant_slug, name: row.tenant_name },
    source: row.source,
    // Sentry's words of an error are nobody's report
    title: row.source === 'error' ? maskSecrets(row.title) : row.title,
    state: row.filing_state === 'synced' || row.filing_state === 'failed' ? row.filing_state : 'pending',
    explanation: row.source === 'external' ? `Opened on GitHub as #${row.issue_number ?? 0}.` : explain(row, now),
    outcome_unknown: row.filing_state === 'unknown',
    next_try_at: nextTryAt(row, now)?.toISOString() ?? null,
    severity: row.severity,
    tags: row.tags,
    reporter:
      row.reporter_id === null || row.reporter_kind === 'adopted'
        ? null
        : { id: row.reporter_id, email: row.reporter_email, name: row.reporter_name },
    issue: toIssue(row),
    error: row.sentry_issue_id,
    created_at: row.created_at.toISOString(),
    updated_at: row.updated_at.toISOString(),
  };
}

export const FROM_SENTRY = 'It comes from Sentry: try again on the page about the error.';

/** Why a person may not try again now, or null when they may. */
export function retryWhyNot(row: ReportRow): string | null {
  if (row.source === 'external') return 'It was opened on GitHub itself.';
  if (row.source === 'error') return FROM_SENTRY;
  if (row.filing_state === 'synced') return 'It is filed already.';
  if (row.filing_state === 'sending') return 'It is being sent now.';
  if (row.target_paused !== null)
    return 'The connection waits for an admin; everything that waits is sent when it is mended.';
  return null;
}

function explain(row: ReportRow, now: Date): string {
  const resting = row.filing_state !== 'synced' && row.target_rest_until !== null && row.target_rest_until > now;
  return explainFiling({
    what: row.source === 'error' ? 'error' : 'report',
    state: row.filing_state,
    repository: row.issue_repository ?? row.target_repository,
    enabled: row.target_enabled ?? true,
    pausedMessage: row.target_paused,
    failureMessage: resting ? row.target_rest_message : row.failure_message,
    waitsForMarkers: row.derived && row.target_adopted_at === null,
    issueNumber: row.issue_number,
  });
}

function nextTryAt(row: ReportRow, now: Date): Date | null {
  if ((row.filing_state !== 'pending' && row.filing_state !== 'unknown') || row.run_at === null) return null;
  if (row.target_repository === null || row.target_enabled !== true || row.target_paused !== null) return null;
  const rest = row.target_rest_until;
  const next = rest !== null && rest > row.run_at ? rest : row.run_at;
  return next > now ? next : null;
}

function toIssue(row: ReportRow): ReportSummary['issue'] {
  if (row.issue_number === null || row.issue_url === null || row.issue_state === null) return null;
  return {
    number: row.issue_number,
    url: row.issue_url,
    repository: row.issue_repository ?? '',
    title: row.issue_title ?? '',
    state: row.issue_state,
    state_reason: row.issue_state_reason,
    labels: row.issue_labels ?? [],
    assignees: row.issue_assignees ?? [],
    comments: row.issue_comments ?? 0,
    closed_at: row.issue_closed_at?.toISOString() ?? null,
    updated_at: (row.issue_updated_at ?? row.updated_at).toISOString(),
    gone: row.issue_gone,
  };
}
