/** What capabilities report to the metrics, in the operator's terms; how it is counted is not their business. */
export interface Meter {
  /** An attempt to file, or a sync run, did not succeed. `kind` is the failure's. */
  failed(direction: 'filing' | 'sync', kind: string): void;
  /** A report reached GitHub: seconds since it was received. */
  filed(seconds: number): void;
}

/** Counts nothing: for commands that run once. */
export const NO_METER: Meter = { failed: () => undefined, filed: () => undefined };
