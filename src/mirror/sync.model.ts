export type SyncTrigger = 'person' | 'schedule';

/** What a run did so far. `cursor`: the highest `updated_at` it saw, never this machine's clock. */
export interface SyncCounts {
  requests: number;
  checked: number;
  updated: number;
  imported: number;
  unchanged: number;
  cursor: Date | null;
  errors: { issue: string; message: string }[];
}
