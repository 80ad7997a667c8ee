import { PRIORITIES } from '../errors.model.ts';
import type { KnownSentryIssue, Priority, Thresholds } from '../errors.model.ts';

/** The priority by all-time counts (SPEC S3): the first step whose events or users are exceeded, else low. */
export function priorityOf(thresholds: Thresholds, count: number, userCount: number): Priority {
  const steps = ['critical', 'high', 'medium'] as const;
  return steps.find((step) => count > thresholds[step].events || userCount > thresholds[step].users) ?? 'low';
}

/** The label of a priority on GitHub. */
export function priorityLabel(priority: Priority): string {
  return `priority: ${priority}`;
}

/** Every label that says a priority: an issue bears one of them at most. */
export const PRIORITY_LABELS: readonly string[] = PRIORITIES.map(priorityLabel);

/**
 * All-time counts of an error: events of all its Sentry issues together. A user of several of them counts once, so the most
 * that any of them has is taken: never more than there are.
 */
export function totalsOf(issues: readonly Pick<KnownSentryIssue, 'count' | 'userCount'>[]): {
  count: number;
  userCount: number;
} {
  return {
    count: issues.reduce((sum, issue) => sum + issue.count, 0),
    userCount: Math.max(0, ...issues.map((issue) => issue.userCount)),
  };
}
