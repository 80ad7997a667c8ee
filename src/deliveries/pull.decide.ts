import { after, DAY_MS, MINUTE_MS } from '../lib/clock.ts';
import type { GithubDeliverySummary } from '../github/github-reads.model.ts';
import type { HookRow } from './deliveries.model.ts';

/** Deliveries of before `pulled_until` that are looked at again: it was set by our clock, and GitHub's may be another. */
const OVERLAP_MS = 10 * MINUTE_MS;
/** How long GitHub keeps deliveries (facts 6.3): a few hours less, as they go while we look. */
const KEPT_MS = 3 * DAY_MS - 3 * 60 * MINUTE_MS;
const KEPT_BY_SERVER_MS = 7 * DAY_MS - 3 * 60 * MINUTE_MS;

/** From when on the log is wanted by all who share the webhook: by the one that fell behind most. */
export function wantedFrom(hooks: readonly Pick<HookRow, 'pulled_until' | 'created_at'>[]): Date {
  const wanted = hooks.map((hook) => hook.pulled_until ?? hook.created_at);
  return new Date(Math.min(...wanted.map((at) => at.getTime())));
}

/** From when on the log is read, and whether some of what is wanted GitHub no longer has. */
export function pullSpan(wanted: Date, baseUrl: string, now: Date): { since: Date; isGap: boolean } {
  const oldest = after(now, -(baseUrl.endsWith('/api/v3') ? KEPT_BY_SERVER_MS : KEPT_MS));
  return { since: after(wanted, -OVERLAP_MS), isGap: wanted < oldest };
}

/** One entry for each GUID, oldest first; a redelivery is the same delivery. */
export function onePerGuid(log: readonly GithubDeliverySummary[]): GithubDeliverySummary[] {
  const first = new Map<string, GithubDeliverySummary>();
  // GitHub tells whole seconds; within one the ids tell the order
  const ordered = log.toSorted((a, b) => a.deliveredAt.getTime() - b.deliveredAt.getTime() || a.id - b.id);
  for (const entry of ordered) if (!first.has(entry.guid)) first.set(entry.guid, entry);
  return [...first.values()];
}

/** The newest of the log; null for an empty one. */
export function newestOf(log: readonly GithubDeliverySummary[]): GithubDeliverySummary | null {
  return log.toSorted((a, b) => b.deliveredAt.getTime() - a.deliveredAt.getTime())[0] ?? null;
}

/** Whether GitHub must be asked for the hook itself: while its newest delivery arrived, and it was well before, it still is. */
export function needsLook(hook: Pick<HookRow, 'url' | 'message'>, log: readonly GithubDeliverySummary[]): boolean {
  return hook.url === '' || hook.message !== null || newestOf(log)?.succeeded === false;
}
