/** What capabilities report to the metrics, in the operator's terms; how it is counted is not their business. */
export interface Meter {
  /** An attempt to file, to reflect a change, or a sync run did not succeed. `kind` is the failure's. */
  failed(direction: 'filing' | 'sync' | 'sentry' | 'reflection', kind: string): void;
  /** A report reached GitHub: seconds since it was received. */
  filed(seconds: number): void;
  /** A webhook post was answered. */
  received(outcome: 'stored' | 'duplicate' | 'other_installation' | 'not_signed' | 'not_json' | 'too_large'): void;
  /** An attempt to apply a delivery ended: seconds since it was received. `waiting`: it is tried again. */
  applied(outcome: 'applied' | 'ignored' | 'waiting' | 'failed', seconds: number): void;
}

/** Counts nothing: for commands that run once. */
export const NO_METER: Meter = {
  failed: () => undefined,
  filed: () => undefined,
  received: () => undefined,
  applied: () => undefined,
};
