import { after, DAY_MS, MINUTE_MS } from '../lib/clock.ts';
import type { GithubDeliverySummary } from '../github/github-reads.model.ts';
import type { HookRow } from './deliveries.model.ts';

/** Deliveries of before `pulled_until` that are looked at again: it was set by our clock, and GitHub's may be another. */
const OVERLAP_MS = 10 * MINUTE_MS;
/** How long GitHub keeps deliveries (facts 6.3): a few hours less, as they go while we look. */
const KEPT_MS = 3 * DAY_MS - 3 * 60 * MINUTE_MS;
const KEPT_BY_SERVER_MS = 7 * DAY_MS - 3 * 60 * MINUTE_MS;

/** From when on the log is read, and whether some of that GitHub no longer has. */
export function pullSpan(
  hook: { pulled_until: Date | null; created_at: Date },
  baseUrl: string,
  now: Date,
): { since: Date; isGap: boolean } {
  const wanted = hook.pulled_until ?? hook.created_at;
  const oldest = after(now, -(baseUrl.endsWith('/api/v3') ? KEPT_BY_SERVER_MS : KEPT_MS));
  return { since: after(wanted, -OVERLAP_MS), isGap: wanted < oldest };
}

/** One entry for each GUID, oldest first; a redelivery is the same delivery. */
export function onePerGuid(log: readonly GithubDeliverySummary[]): GithubDeliverySummary[] {
  const newest = new Map<string, GithubDeliverySummary>();
  const ordered = log.toSorted((a, b) => a.deliveredAt.getTime() - b.deliveredAt.getTime());
  for (const entry of ordered) if (!newest.has(entry.guid)) newest.set(entry.guid, entry);
  return [...newest.values()];
}

/** Whether GitHub must be asked how a hook fares: while its newest delivery arrived, and it was well before, it still is. */
export function needsLook(
  hook: Pick<HookRow, 'url' | 'message' | 'last_code'>,
  log: readonly GithubDeliverySummary[],
): boolean {
  if (hook.url === '' || hook.message !== null) return true;
  const [newest] = log.toSorted((a, b) => b.deliveredAt.getTime() - a.deliveredAt.getTime());
  if (newest === undefined) return false;
  const { last_code: code } = hook;
  return !newest.succeeded || code === null || code < 200 || code > 299;
}
