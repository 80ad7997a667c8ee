import { after, HOUR_MS, MINUTE_MS } from '../lib/clock.ts';
import type { FacetName } from '../db/db.model.ts';

const LISTS: readonly FacetName[] = ['labels', 'milestones', 'people', 'teams'];

interface FacetState {
  facet: FacetName;
  dirty_at: Date | null;
  read_at: Date | null;
}

/**
 * Which lists a sync reads besides the issues: those a webhook made dirty, branches always (nothing else tells of a push), the
 * short ones always where an unchanged list is free, else once in `everyMs`.
 */
export function facetsToRead(
  facets: readonly FacetState[],
  how: { now: Date; freeWhenUnchanged: boolean; everyMs: number },
): Set<FacetName> {
  const byName = new Map(facets.map((facet) => [facet.facet, facet]));
  const chosen = new Set<FacetName>(['branches']);
  for (const { facet, dirty_at: dirtyAt } of facets) if (dirtyAt !== null) chosen.add(facet);
  for (const name of LISTS) {
    const readAt = byName.get(name)?.read_at ?? null;
    if (readAt === null || how.freeWhenUnchanged || after(readAt, how.everyMs) <= how.now) chosen.add(name);
  }
  return chosen;
}

/** Read so long after a change, a list holds it, whatever the clocks say. */
const SETTLED_MS = 30 * MINUTE_MS;

/**
 * Whether comments are to be read, by the newest change of any issue and when they were read last. One that is edited in the
 * second of that read changes nothing more on its issue, and a webhook may have told of the issue without the comment.
 */
export function mayLackComments(issuesChangedAt: Date | null, commentsReadAt: Date | null): boolean {
  return issuesChangedAt !== null && (commentsReadAt === null || after(issuesChangedAt, SETTLED_MS) >= commentsReadAt);
}

/**
 * Whether the ETags of a list's last read may still be good: they belong to one token, and an App's lives for an hour (facts 2.5).
 * Asking with void ones is a request that tells nothing.
 */
export function etagsMayHold(credentialKind: 'token' | 'app', readAt: Date | null, now: Date): boolean {
  return credentialKind === 'token' || (readAt !== null && after(readAt, HOUR_MS) > now);
}
