import { explainFiling, maskSecrets } from '../filing/filing.ts';
import { trendOf } from './trend.decide.ts';
import type { ErrorRow } from './rows.model.ts';
import type { ErrorSummary } from '../contract/errors.ts';
import type { SentryIssueRow } from './rows.model.ts';

/** What the API shows of a row of the errors. `counts`: its all-time counts by day. */
export function errorSummary(
  row: ErrorRow,
  counts: readonly { day: string; count: number }[],
  now: Date,
): ErrorSummary {
  return {
    id: row.id,
    error_id: row.error_id,
    sentry: sentryFacts(row),
    sentry_gone: row.gone,
    github: githubFacts(row),
    shared_with: row.shared_with,
    state: stateOf(row),
    explanation: explain(row, now),
    rule: row.rule_id === null || row.rule_name === null ? null : { id: row.rule_id, name: row.rule_name },
    conflict: row.conflict,
    reflected_at: row.reflected_at?.toISOString() ?? null,
    trend: trendOf(counts, now),
  };
}

/** Sentry's own facts of an issue, counts all-time. Its words are an error's: what looks like a secret is masked (SPEC F11). */
export function sentryFacts(row: SentryIssueRow): ErrorSummary['sentry'] {
  return {
    id: row.sentry_id,
    short_id: row.short_id,
    title: maskSecrets(row.title),
    culprit: row.culprit === null ? null : maskSecrets(row.culprit),
    url: httpUrl(row.permalink),
    level: row.level,
    status: row.status,
    substatus: row.substatus,
    priority: row.priority,
    category: row.issue_category,
    project: row.project,
    count: row.count,
    user_count: row.user_count,
    first_seen: row.first_seen?.toISOString() ?? null,
    last_seen: row.last_seen?.toISOString() ?? null,
    assigned_to: row.assigned_name,
  };
}

// the page makes a link of it
function httpUrl(url: string | null): string | null {
  const protocol = url === null ? undefined : URL.parse(url)?.protocol;
  return protocol === 'https:' || protocol === 'http:' ? url : null;
}

function githubFacts(row: ErrorRow): ErrorSummary['github'] {
  const { issue_id: id, issue_number: number, issue_url: url, issue_state: state } = row;
  if (id === null || number === null || url === null || state === null) return null;
  return {
    id,
    repository: row.issue_repository ?? '',
    number,
    url,
    title: row.issue_title ?? '',
    state,
    state_reason: row.issue_state_reason,
    assignees: row.issue_assignees ?? [],
    gone: row.issue_gone,
  };
}

function stateOf(row: ErrorRow): ErrorSummary['state'] {
  if (row.issue_id !== null || row.filing_state === 'synced') return 'synced';
  if (row.filing_state !== null) return row.filing_state === 'failed' ? 'failed' : 'pending';
  return row.decision === 'skipped' ? 'skipped' : 'waiting';
}

function explain(row: ErrorRow, now: Date): string {
  if (row.conflict !== null) return row.conflict;
  if (row.filing_state === null) {
    if (row.decision !== 'waiting') return row.why;
    return `${row.why} It waits for the rule's next turn: only so many are filed an hour, the latest first.`;
  }
  if (row.filing_state === 'synced' && row.error_message !== null) return row.error_message;
  const resting = row.filing_state !== 'synced' && row.target_rest_until !== null && row.target_rest_until > now;
  return explainFiling({
    what: 'error',
    state: row.filing_state,
    repository: row.issue_repository ?? row.target_repository,
    enabled: row.target_enabled ?? true,
    pausedMessage: row.target_paused,
    failureMessage: resting ? row.target_rest_message : row.filing_failure_message,
    waitsForMarkers: row.filing_derived === true && row.target_adopted_at === null,
    issueNumber: row.issue_number,
  });
}
