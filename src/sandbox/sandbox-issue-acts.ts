import type { SandboxComment, SandboxIssue, SandboxRepository, SandboxWorld } from './sandbox.model.ts';
import type { SandboxLockReason } from './sandbox-records.model.ts';
import type { IssueTarget } from './sandbox-issues.ts';
import { commentReplaced } from './sandbox-index.ts';
import { recordEvent, tellChanges } from './sandbox-issue-changes.ts';
import { editIssue, newIssueFrom, putIssue } from './sandbox-issues.ts';
import { issueShape } from './sandbox-shapes.ts';
import { repositoryShape } from './sandbox-shapes-people.ts';
import { findLabel, timestamp } from './sandbox-state.ts';
import { tellIssue } from './sandbox-tell.ts';

/** Locks the conversation: only who can push may still comment. */
export function lockIssue(world: SandboxWorld, target: IssueTarget, reason: SandboxLockReason | null): SandboxIssue {
  return changed(world, target, { locked: true, lockReason: reason, updatedAt: timestamp(world) });
}

export function unlockIssue(world: SandboxWorld, target: IssueTarget): SandboxIssue {
  return changed(world, target, { locked: false, lockReason: null, updatedAt: timestamp(world) });
}

/** Pins an issue to the top of the list, or takes it down. */
export function pinIssue(world: SandboxWorld, target: IssueTarget, pinned: boolean): SandboxIssue {
  return changed(world, target, { pinned });
}

function changed(world: SandboxWorld, target: IssueTarget, change: Partial<SandboxIssue>): SandboxIssue {
  const { repository, issue, actor } = target;
  const next = putIssue(world, repository, { ...issue, ...change });
  tellChanges(world, issue, { repository, issue: next, actor });
  return next;
}

/** Converts an issue to a discussion: it is closed and locked. There is no event of its own for hooks. */
export function convertToDiscussion(world: SandboxWorld, target: IssueTarget): SandboxIssue {
  const { repository, actor } = target;
  const closed = editIssue(world, target, { state: 'closed' });
  recordEvent(repository, closed.number, {
    event: 'converted_to_discussion',
    actor,
    detail: '',
    createdAt: timestamp(world),
  });
  return lockIssue(world, { ...target, issue: closed }, null);
}

/** Deletes an issue for good: GitHub answers 410 to its number from now on. */
export function deleteIssue(world: SandboxWorld, target: IssueTarget): void {
  const { repository, issue } = target;
  dropComments(repository, issue.number);
  putIssue(world, repository, { ...issue, gone: 'deleted' });
  tellIssue(world, target, 'deleted');
}

/** Moves an issue: it gets a new number and id in the other repository; labels go along only if they exist there. */
export function transferIssue(world: SandboxWorld, target: IssueTarget, into: SandboxRepository): SandboxIssue {
  const { repository, issue, actor } = target;
  const kept = issue.labels.filter((name) => findLabel(into, name) !== null);
  const moved = newIssueFrom(world, into, { ...issue, labels: kept, milestone: null });
  const comments = dropComments(repository, issue.number);
  into.comments[moved.number] = comments;
  for (const comment of comments) commentReplaced(into, null, { number: moved.number, comment });
  putIssue(world, repository, { ...issue, gone: { repositoryId: into.id, number: moved.number } });
  tellIssue(world, target, 'transferred', (context) => ({
    changes: {
      new_issue: issueShape(context, { repository: into, issue: moved }),
      new_repository: repositoryShape(context, into, null),
    },
  }));
  tellIssue(world, { repository: into, issue: moved, actor }, 'opened', (context) => ({
    changes: {
      old_issue: issueShape(context, { repository, issue }),
      old_repository: repositoryShape(context, repository, null),
    },
  }));
  return moved;
}

function dropComments(repository: SandboxRepository, number: number): SandboxComment[] {
  const comments = repository.comments[number] ?? [];
  for (const comment of comments) commentReplaced(repository, { number, comment }, null);
  delete repository.comments[number];
  return comments;
}
