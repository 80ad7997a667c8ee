import type { SandboxIssue, SandboxRepository, SandboxWorld } from './sandbox.model.ts';
import type { SandboxEvent } from './sandbox-records.model.ts';
import type { ToldIssue } from './sandbox-tell.ts';
import { labelShape, milestoneShape, typeShape } from './sandbox-shapes.ts';
import { userShape } from './sandbox-shapes-people.ts';
import { findLabel } from './sandbox-state.ts';
import { tellIssue } from './sandbox-tell.ts';

/** Tells the hooks all that changed between two versions of an issue: one delivery per label and per person, as GitHub does. */
export function tellChanges(world: SandboxWorld, before: SandboxIssue, after: ToldIssue): void {
  const { issue } = after;
  tellText(world, before, after);
  for (const name of added(before.labels, issue.labels)) tellLabel(world, after, 'labeled', name);
  for (const name of added(issue.labels, before.labels)) tellLabel(world, after, 'unlabeled', name);
  for (const login of added(before.assignees, issue.assignees)) tellPerson(world, after, 'assigned', login);
  for (const login of added(issue.assignees, before.assignees)) tellPerson(world, after, 'unassigned', login);
  if (before.milestone !== issue.milestone) {
    if (before.milestone !== null) tellMilestone(world, after, 'demilestoned', before.milestone);
    if (issue.milestone !== null) tellMilestone(world, after, 'milestoned', issue.milestone);
  }
  if (before.type !== issue.type) {
    const type = issue.type ?? before.type ?? '';
    tellIssue(world, after, issue.type === null ? 'untyped' : 'typed', () => ({ type: typeShape(type) }));
  }
  if (before.state !== issue.state) tellIssue(world, after, issue.state === 'closed' ? 'closed' : 'reopened');
  if (before.locked !== issue.locked) tellIssue(world, after, issue.locked ? 'locked' : 'unlocked');
  if (before.pinned !== issue.pinned) tellIssue(world, after, issue.pinned ? 'pinned' : 'unpinned');
}

function tellText(world: SandboxWorld, before: SandboxIssue, after: ToldIssue): void {
  const changes = {
    ...(before.title === after.issue.title ? {} : { title: { from: before.title } }),
    ...(before.body === after.issue.body ? {} : { body: { from: before.body ?? '' } }),
  };
  if (Object.keys(changes).length > 0) tellIssue(world, after, 'edited', () => ({ changes }));
}

function tellLabel(world: SandboxWorld, after: ToldIssue, action: string, name: string): void {
  const label = findLabel(after.repository, name);
  tellIssue(world, after, action, (context) =>
    label === null ? {} : { label: labelShape(context, after.repository, label) },
  );
}

function tellPerson(world: SandboxWorld, after: ToldIssue, action: string, login: string): void {
  tellIssue(world, after, action, (context) => ({ assignee: userShape(context, login) }));
}

function tellMilestone(world: SandboxWorld, after: ToldIssue, action: string, number: number): void {
  const milestone = after.repository.milestones.find((candidate) => candidate.number === number);
  tellIssue(world, after, action, (context) =>
    milestone === undefined ? {} : { milestone: milestoneShape(context, after.repository, milestone) },
  );
}

/** The lines of the issue's own history between two versions of it. */
export function eventsBetween(before: SandboxIssue, after: SandboxIssue): Pick<SandboxEvent, 'event' | 'detail'>[] {
  return [
    ...(before.title === after.title ? [] : lines('renamed', [after.title])),
    ...lines('labeled', added(before.labels, after.labels)),
    ...lines('unlabeled', added(after.labels, before.labels)),
    ...lines('assigned', added(before.assignees, after.assignees)),
    ...lines('unassigned', added(after.assignees, before.assignees)),
    ...(before.state === after.state
      ? []
      : lines(after.state === 'closed' ? 'closed' : 'reopened', [after.stateReason ?? ''])),
  ];
}

export function recordEvent(repository: SandboxRepository, number: number, event: SandboxEvent): void {
  (repository.events[number] ??= []).push(event);
}

function added(before: readonly string[], after: readonly string[]): string[] {
  return after.filter((name) => !before.includes(name));
}

function lines(event: SandboxEvent['event'], details: string[]): Pick<SandboxEvent, 'event' | 'detail'>[] {
  return details.map((detail) => ({ event, detail }));
}
