import type { FilingState } from '../filing/filing.model.ts';
import type { GithubFailureKind } from '../github/github.model.ts';
import type { Row } from '../db/db.model.ts';

export type SentryIssueRow = Row<'sentry_issues'>;
export type SentryRunRow = Row<'sentry_runs'>;

/** What is decided of a Sentry issue that is seen. */
export interface Decision {
  decision: SentryIssueRow['decision'];
  why: string;
  ruleId: string | null;
}

/** A Sentry issue with its error, filing, rule and GitHub issue, as the pages show it. */
export interface ErrorRow extends SentryIssueRow {
  rule_name: string | null;
  conflict: string | null;
  conflict_at: Date | null;
  reflected_at: Date | null;
  reflect_at: Date | null;
  error_message: string | null;
  shared_with: number;
  filing_id: string | null;
  filing_state: FilingState | null;
  filing_attempts: number | null;
  filing_run_at: Date | null;
  filing_failure_kind: GithubFailureKind | null;
  filing_failure_message: string | null;
  filing_derived: boolean | null;
  target_repository: string | null;
  target_enabled: boolean | null;
  target_paused: string | null;
  target_adopted_at: Date | null;
  target_rest_until: Date | null;
  target_rest_message: string | null;
  issue_id: string | null;
  issue_repository: string | null;
  issue_number: number | null;
  issue_url: string | null;
  issue_title: string | null;
  issue_state: 'open' | 'closed' | null;
  issue_state_reason: string | null;
  issue_assignees: string[] | null;
  issue_gone: string | null;
}
