/** Where a snapshot was stored. */
export interface AppliedSnapshot {
  issueId: string;
}
