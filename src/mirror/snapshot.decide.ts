import type { GithubIssue } from '../github/github.model.ts';

/** The fields of a mirrored issue whose changes are kept as history, under GitHub's own names. */
export interface IssueFields {
  title: string;
  state: 'open' | 'closed';
  state_reason: string | null;
  labels: { name: string; color: string }[];
  assignees: string[];
  comments: number;
  closed_at: string | null;
  gone: 'deleted' | 'transferred' | 'not_found' | null;
}

export interface FieldChange {
  field: keyof IssueFields;
  before: unknown;
  after: unknown;
}

/** The history-worthy fields of GitHub's answer; lists in a stable order, so that a mere reordering is no change. */
export function fieldsOf(issue: GithubIssue): IssueFields {
  return {
    title: issue.title,
    state: issue.state,
    state_reason: issue.stateReason,
    labels: issue.labels.toSorted((a, b) => a.name.localeCompare(b.name, 'en')),
    assignees: issue.assignees.toSorted(),
    comments: issue.comments,
    closed_at: issue.closedAt?.toISOString() ?? null,
    gone: null,
  };
}

/** What differs between the stored fields and a snapshot. */
export function changesBetween(stored: IssueFields, snapshot: IssueFields): FieldChange[] {
  const names = Object.keys(snapshot) as (keyof IssueFields)[];
  return names
    .filter((field) => JSON.stringify(stored[field]) !== JSON.stringify(snapshot[field]))
    .map((field) => ({ field, before: stored[field], after: snapshot[field] }));
}

/**
 * Whether a snapshot may replace what is stored (SPEC M6). GitHub's times are whole seconds, so at an equal time the later
 * read wins: it was asked for after the stored one was.
 */
export function isNewer(storedUpdatedAt: Date, snapshotUpdatedAt: Date): boolean {
  return snapshotUpdatedAt.getTime() >= storedUpdatedAt.getTime();
}
