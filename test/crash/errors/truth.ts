import type { ErrorsWorld } from './world.ts';
import type { SandboxSentryIssue, SandboxSentryState } from '../../../src/sandbox/sentry-world.model.ts';
import type { SandboxState } from '../../../src/sandbox/sandbox.model.ts';

/** An issue on GitHub as it stands there. */
export interface TrueIssue {
  number: number;
  body: string;
  state: 'open' | 'closed';
  stateReason: string | null;
  labels: readonly string[];
  comments: string[];
}

/** Both sides as they are, read from the fakes themselves and not as the hub understood them. */
export interface Truth {
  github: TrueIssue[];
  /** Numbers of those that were deleted or moved away. */
  left: number[];
  sentry: SandboxSentryIssue[];
}

export async function truthOf({ github, sentry }: ErrorsWorld): Promise<Truth> {
  const [{ repositories }, { issues }] = await Promise.all([
    github.control<SandboxState>('GET', 'state'),
    sentry.control<SandboxSentryState>('GET', 'state'),
  ]);
  const [repository] = repositories;
  if (repository === undefined) throw new Error('the fake has no repository');
  return {
    sentry: issues,
    left: repository.issues.filter(({ gone }) => gone !== null).map(({ number }) => number),
    github: repository.issues
      .filter(({ gone, pull }) => gone === null && pull === null)
      .map(({ number, body, state, stateReason, labels }) => ({
        number,
        body: body ?? '',
        state,
        stateReason,
        labels,
        comments: (repository.comments[number] ?? []).map((comment) => comment.body),
      })),
  };
}

/** Whether an issue stands for itself: neither merged into another one nor deleted. */
export function isLiving({ deleted, mergedInto }: SandboxSentryIssue): boolean {
  return !deleted && mergedInto === null;
}

/** An issue and all that were merged into it, by their ids. */
export function familyOf(issue: SandboxSentryIssue, all: readonly SandboxSentryIssue[]): string[] {
  const children = all.filter(({ mergedInto }) => mergedInto === issue.id);
  return [issue.id, ...children.flatMap((child) => familyOf(child, all))];
}
