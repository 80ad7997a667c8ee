/** A mirrored issue, as far as the linked issues need it (SPEC M1; the whole mirror follows). */
export interface MirroredIssue {
  id: string;
  connectionId: string;
  tenantId: string;
  githubId: number;
  repository: string;
  number: number;
  url: string;
  etag: string | null;
  updatedAt: Date;
}

/** How a snapshot of an issue reached us. */
export type SnapshotVia = 'write' | 'sync' | 'import';

/** What applying a snapshot came to. `unchanged` covers an older snapshot too: it never overwrites a newer one. */
export interface AppliedSnapshot {
  issueId: string;
  outcome: 'added' | 'changed' | 'unchanged';
}
