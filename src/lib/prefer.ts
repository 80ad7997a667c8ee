const WAIT_SECONDS_MAX = 30;

/** Seconds of `Prefer: wait=N` (RFC 7240), at most 30; `whenAbsent` without the header or with another preference. */
export function waitSeconds(prefer: string | undefined, whenAbsent: number): number {
  const seconds = /(?:^|[,;\s])wait\s*=\s*"?(\d{1,6})"?/iu.exec(prefer ?? '')?.[1];
  return seconds === undefined ? whenAbsent : Math.min(WAIT_SECONDS_MAX, Number(seconds));
}
