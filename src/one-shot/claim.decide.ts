/** The label whose being there says that a run is filing. Making a label is atomic: the second one is told that it exists. */
export const CLAIM_LABEL = 'throughline-sync-lock';
export const CLAIM_COLOR = 'ededed';

/** Who files, and until when nobody else may take over. */
export interface Claim {
  holder: string;
  until: Date;
}

/** What stands in the label's description, which GitHub cuts at 100 characters. */
export function claimText({ holder, until }: Claim): string {
  return `Run ${holder} files Sentry issues until ${until.toISOString()}. Goes by itself.`;
}

/** Reads a description; null when people wrote it. */
export function claimIn(description: string | null): Claim | null {
  const [, holder, at = ''] = /^Run (\w{1,32}) files Sentry issues until (\S{1,30})\. /u.exec(description ?? '') ?? [];
  const until = new Date(at);
  return holder === undefined || Number.isNaN(until.getTime()) ? null : { holder, until };
}

/**
 * What a claim that is there means for this run. One lease more than it says is waited, as clocks differ. `former`: an earlier
 * run of this journal, which is known to be dead.
 */
export function decideSeen(
  seen: Claim | null,
  own: { holder: string; former: string | null; leaseMs: number; now: Date },
): 'ours' | 'take_over' | 'wait' | 'not_ours' {
  if (seen === null) return 'not_ours';
  if (seen.holder === own.holder) return 'ours';
  const dead = seen.holder === own.former || seen.until.getTime() + own.leaseMs < own.now.getTime();
  return dead ? 'take_over' : 'wait';
}

/** Whether a claim is to be written anew before the next issue is sent: half a lease must be left, longer than a request takes. */
export function needsRefresh(until: Date, leaseMs: number, now: Date): boolean {
  return until.getTime() - now.getTime() < leaseMs / 2;
}
