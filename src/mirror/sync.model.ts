export type SyncTrigger = 'person' | 'schedule' | 'webhook' | 'start';

/**
 * What a run did so far. `requests` were sent, `notModified` of them answered 304 (free of the primary limit). `total`: items
 * there are to read, as far as known. Of an audit: `compared` items were looked at, `drift` of them stood wrong without GitHub having
 * changed them since.
 */
export interface SyncCounts {
  requests: number;
  notModified: number;
  checked: number;
  updated: number;
  imported: number;
  unchanged: number;
  total: number | null;
  compared: number | null;
  drift: number | null;
  errors: { issue: string; message: string }[];
}
