import { isLiving } from '../../crash/errors/truth.ts';
import type { SandboxSentryIssue } from '../../../src/sandbox/sentry-world.model.ts';

/** What the hub filed: which Sentry issue the issue on GitHub names first, and when the hub took it. */
export interface Filed {
  number: number;
  sentryId: string;
  takenAt: Date;
}

/** A merge that happens while an error is being taken is not seen any more. */
const SEEN_MS = 1000;

/** A Sentry issue that was filed though another one, which it had been merged with before, was on GitHub already. */
export function filedAgain(filed: readonly Filed[], sentry: readonly SandboxSentryIssue[]): string[] {
  const inOrder = filed.toSorted((a, b) => a.number - b.number);
  return inOrder.flatMap((second, index) =>
    inOrder.slice(0, index).flatMap((first) => {
      const at = joinedAt(first.sentryId, second.sentryId, sentry);
      return at !== null && second.takenAt.getTime() > at + SEEN_MS
        ? [`#${second.number} was filed though it had been merged with #${first.number} before`]
        : [];
    }),
  );
}

/** When two became one issue; null: they did not. */
function joinedAt(one: string, other: string, sentry: readonly SandboxSentryIssue[]): number | null {
  const [a, b] = [one, other].map((id) => wayUp(id, sentry));
  if (a === undefined || b === undefined || one === other || a.top === null || a.top !== b.top) return null;
  return Math.max(a.at, b.at);
}

/** The living issue that stands for one now, and when the last merge on the way there was. */
function wayUp(id: string, sentry: readonly SandboxSentryIssue[]): { top: string | null; at: number } {
  const issue = sentry.find((candidate) => candidate.id === id);
  if (issue?.mergedInto === null || issue === undefined)
    return { top: issue !== undefined && isLiving(issue) ? id : null, at: 0 };
  const up = wayUp(issue.mergedInto, sentry);
  const merges = (sentry.find((candidate) => candidate.id === issue.mergedInto)?.activity ?? []).filter(
    ({ type, data }) => type === 'merge' && JSON.stringify(data).includes(`"${id}"`),
  );
  return { top: up.top, at: Math.max(up.at, ...merges.map(({ at }) => Date.parse(at))) };
}
