import type { SandboxIssue, SandboxRepository, SandboxWorld } from './sandbox.model.ts';
import type { SandboxLabel, SandboxMilestone } from './sandbox-records.model.ts';
import { issueReplaced } from './sandbox-index.ts';
import { labelShape, milestoneShape } from './sandbox-shapes.ts';
import { addLabel, addMilestone, timestamp } from './sandbox-state.ts';
import { tell } from './sandbox-tell.ts';

/** Where something is done, and by whom. */
export interface Doing {
  repository: SandboxRepository;
  actor: string;
}

export function createLabel(
  world: SandboxWorld,
  doing: Doing,
  label: Omit<SandboxLabel, 'id' | 'default'>,
): SandboxLabel {
  const made = addLabel(world, doing.repository, label);
  tellLabel(world, doing, { action: 'created', label: made });
  return made;
}

/** Changes a label. Issues that carry it keep their updated_at, as on GitHub. */
export function editLabel(
  world: SandboxWorld,
  doing: Doing,
  label: SandboxLabel,
  edit: Partial<Pick<SandboxLabel, 'name' | 'color' | 'description'>>,
): void {
  const changes = Object.fromEntries(
    (['name', 'color', 'description'] as const)
      .filter((member) => edit[member] !== undefined && edit[member] !== label[member])
      .map((member) => [member, { from: label[member] ?? '' }]),
  );
  const from = label.name;
  Object.assign(label, edit);
  replaceQuietly(world, doing.repository, (issue) =>
    from === label.name || !issue.labels.includes(from)
      ? issue
      : { ...issue, labels: issue.labels.map((name) => (name === from ? label.name : name)) },
  );
  if (Object.keys(changes).length > 0) tellLabel(world, doing, { action: 'edited', label, more: { changes } });
}

/** Deletes a label, also from the issues that carry it; they keep their updated_at. */
export function deleteLabel(world: SandboxWorld, doing: Doing, label: SandboxLabel): void {
  const { repository } = doing;
  repository.labels = repository.labels.filter((other) => other !== label);
  replaceQuietly(world, repository, (issue) =>
    issue.labels.includes(label.name)
      ? { ...issue, labels: issue.labels.filter((name) => name !== label.name) }
      : issue,
  );
  tellLabel(world, doing, { action: 'deleted', label });
}

function tellLabel(
  world: SandboxWorld,
  { repository, actor }: Doing,
  told: { action: string; label: SandboxLabel; more?: object },
): void {
  tell(world, {
    event: 'label',
    action: told.action,
    repository,
    actor,
    more: (context) => ({ label: labelShape(context, repository, told.label), ...told.more }),
  });
}

export function createMilestone(world: SandboxWorld, doing: Doing, title: string): SandboxMilestone {
  const milestone = addMilestone(world, doing.repository, title, doing.actor);
  tellMilestone(world, doing, { action: 'created', milestone });
  return milestone;
}

/** Changes a milestone, closes or opens it. Its issues keep their updated_at. */
export function editMilestone(
  world: SandboxWorld,
  doing: Doing,
  milestone: SandboxMilestone,
  edit: Partial<Pick<SandboxMilestone, 'title' | 'description' | 'dueOn' | 'state'>>,
): void {
  const before = { ...milestone };
  const at = timestamp(world);
  Object.assign(milestone, edit, { updatedAt: at });
  if (milestone.state !== before.state) {
    milestone.closedAt = milestone.state === 'closed' ? at : null;
    tellMilestone(world, doing, { action: milestone.state === 'closed' ? 'closed' : 'opened', milestone });
  }
  const changes = {
    ...(before.title === milestone.title ? {} : { title: { from: before.title } }),
    ...(before.description === milestone.description ? {} : { description: { from: before.description ?? '' } }),
    ...(before.dueOn === milestone.dueOn ? {} : { due_on: { from: before.dueOn ?? '' } }),
  };
  if (Object.keys(changes).length > 0) tellMilestone(world, doing, { action: 'edited', milestone, more: { changes } });
}

/** Deletes a milestone; its issues lose it and keep their updated_at. */
export function deleteMilestone(world: SandboxWorld, doing: Doing, milestone: SandboxMilestone): void {
  const { repository } = doing;
  repository.milestones = repository.milestones.filter((other) => other !== milestone);
  replaceQuietly(world, repository, (issue) =>
    issue.milestone === milestone.number ? { ...issue, milestone: null } : issue,
  );
  tellMilestone(world, doing, { action: 'deleted', milestone });
}

function tellMilestone(
  world: SandboxWorld,
  { repository, actor }: Doing,
  told: { action: string; milestone: SandboxMilestone; more?: object },
): void {
  tell(world, {
    event: 'milestone',
    action: told.action,
    repository,
    actor,
    more: (context) => ({ milestone: milestoneShape(context, repository, told.milestone), ...told.more }),
  });
}

/** Puts new versions of issues without a change of updated_at and without an event. */
export function replaceQuietly(
  world: SandboxWorld,
  repository: SandboxRepository,
  change: (issue: SandboxIssue) => SandboxIssue,
): void {
  for (const [place, issue] of repository.issues.entries()) {
    const next = change(issue);
    if (next === issue) continue;
    repository.issues[place] = next;
    issueReplaced(repository, issue, next);
    world.issueChanged(repository, issue, next);
  }
}
