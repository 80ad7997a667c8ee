import type { SandboxSentryIssue, SandboxSentryWorld, SentryActor, SentryExternalIssue } from './sentry-world.model.ts';
import { BY_SENTRY, noteActivity, tell } from './sentry-acts.ts';
import { assigneeOf, issueOf, projectOf, shownStatus, takeSentryId } from './sentry-state.ts';

const DUPLICATE_WITHIN_MS = 3_600_000;

/** What a person or a program sets. */
export interface SentryStatusChange {
  status: SandboxSentryIssue['status'];
  substatus?: string | null;
  statusDetails?: Record<string, unknown>;
}

/** Sets the status. Resolving writes and tells again even when it is resolved already; the others change only what differs. */
export function setStatus(
  world: SandboxSentryWorld,
  issue: SandboxSentryIssue,
  { status, substatus, statusDetails = {} }: SentryStatusChange,
  actor: SentryActor,
): void {
  const wanted = substatus ?? substatusFor(status, statusDetails);
  const isSame = shownStatus(issue) === status && issue.substatus === wanted;
  if (status !== 'resolved' && isSame) return;
  Object.assign(issue, { status, substatus: wanted, statusDetails, autoResolved: false, sinceArchived: 0 });
  if (statusDetails['inNextRelease'] === true)
    statusDetails['afterRelease'] = projectOf(world.state, issue).releases.at(-1) ?? '';
  noteActivity(world, issue, { type: ACTIVITY[status], data: activityData(statusDetails), actor });
  tell(world, issue, HOOK_ACTION[status], actor);
}

const ACTIVITY = { resolved: 'set_resolved', unresolved: 'set_unresolved', ignored: 'set_ignored' } as const;
const HOOK_ACTION = { resolved: 'resolved', unresolved: 'unresolved', ignored: 'archived' } as const;

function substatusFor(status: SandboxSentryIssue['status'], details: Record<string, unknown>): string | null {
  if (status === 'resolved') return null;
  if (status === 'unresolved') return 'ongoing';
  return Object.keys(details).length === 0 ? 'archived_until_escalating' : 'archived_until_condition_met';
}

function activityData(details: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(details).filter(([name]) => name !== 'afterRelease'));
}

/** `named` as user:ID, team:ID, e-mail…; '' for nobody. False: there is no such person or team. */
export function assign(
  world: SandboxSentryWorld,
  issue: SandboxSentryIssue,
  named: string,
  actor: SentryActor,
): boolean {
  const found = named === '' ? null : assigneeOf(world.state, named);
  if (named !== '' && found === null) return false;
  const wanted = found === null ? null : `${found.type}:${found.id}`;
  if (wanted === issue.assignedTo) return true;
  issue.assignedTo = wanted;
  const data =
    found === null ? {} : { assignee: found.id, assigneeType: found.type, assigneeEmail: found.email ?? null };
  noteActivity(world, issue, { type: found === null ? 'unassigned' : 'assigned', data, actor });
  if (found !== null) tell(world, issue, 'assigned', actor);
  return true;
}

/** No webhook tells of it. */
export function setPriority(
  world: SandboxSentryWorld,
  issue: SandboxSentryIssue,
  priority: 'high' | 'medium' | 'low',
  actor: SentryActor,
): void {
  issue.priority = priority;
  issue.priorityLockedAt = world.now().toISOString();
  noteActivity(world, issue, { type: 'set_priority', data: { priority, reason: null }, actor });
}

/** Merges into the one with the most events, which takes over counts and events. No webhook tells of it. */
export function mergeIssues(
  world: SandboxSentryWorld,
  issues: readonly SandboxSentryIssue[],
  actor: SentryActor,
): { parent: SandboxSentryIssue; children: SandboxSentryIssue[] } {
  const [parent, ...children] = issues.toSorted((a, b) => b.count - a.count || Number(a.id) - Number(b.id));
  if (parent === undefined || children.length === 0) throw new Error('a merge needs two issues');
  for (const child of children) {
    child.mergedInto = parent.id;
    parent.count += child.count;
    parent.userCount += child.userCount;
    parent.hours.push(...child.hours);
    parent.occasions = [...parent.occasions, ...child.occasions].sort((a, b) => a.at.localeCompare(b.at)).slice(-20);
    parent.firstSeen = [parent.firstSeen, child.firstSeen].filter((at) => at !== null).sort()[0] ?? null;
    parent.lastSeen =
      [parent.lastSeen, child.lastSeen]
        .filter((at) => at !== null)
        .sort()
        .at(-1) ?? null;
    parent.external.push(...child.external.filter(({ appId }) => !parent.external.some((own) => own.appId === appId)));
  }
  noteActivity(world, parent, { type: 'merge', data: { issues: children.map(({ id }) => ({ id })) }, actor });
  return { parent, children };
}

/** What was merged in becomes an issue of its own again, under a new id. */
export function unmerge(world: SandboxSentryWorld, childId: string): SandboxSentryIssue {
  const child = issueOf(world.state, childId);
  const parent = child === null || child.mergedInto === null ? null : issueOf(world.state, child.mergedInto);
  if (child === null || parent === null) throw new Error(`${childId} is not merged into another issue`);
  parent.count -= child.count;
  parent.userCount -= child.userCount;
  parent.hours = parent.hours.filter((hour) => !child.hours.includes(hour));
  return again(world, child, { substatus: 'ongoing' });
}

/** No webhook tells of it. */
export function removeIssue(world: SandboxSentryWorld, issue: SandboxSentryIssue): void {
  issue.deleted = true;
  world.touched();
}

/** The error of a deleted issue happens again: Sentry knows nothing of it any more and makes a new issue. */
export function recreate(world: SandboxSentryWorld, deleted: SandboxSentryIssue): SandboxSentryIssue {
  const at = world.now().toISOString();
  const made = again(world, deleted, {
    count: 1,
    userCount: 1,
    firstSeen: at,
    lastSeen: at,
    hours: [],
    occasions: [],
    status: 'unresolved',
    substatus: 'new',
    statusDetails: {},
    assignedTo: null,
  });
  tell(world, made, 'created', BY_SENTRY);
  return made;
}

function again(
  world: SandboxSentryWorld,
  old: SandboxSentryIssue,
  more: Partial<SandboxSentryIssue>,
): SandboxSentryIssue {
  const project = projectOf(world.state, old);
  project.issueNumber += 1;
  const fresh = { mergedInto: null, deleted: false, autoResolved: false, activity: [], external: [], native: [] };
  const made = structuredClone(old);
  Object.assign(made, fresh, { id: takeSentryId(world.state), number: project.issueNumber }, more);
  world.state.issues.push(made);
  world.touched();
  return made;
}

/** Adds a comment; null when the same one said the same on this issue within the hour. */
export function addNote(
  world: SandboxSentryWorld,
  issue: SandboxSentryIssue,
  text: string,
  actor: SentryActor,
): SandboxSentryIssue['activity'][number] | null {
  const since = new Date(world.now().getTime() - DUPLICATE_WITHIN_MS).toISOString();
  const isBy = (entry: SandboxSentryIssue['activity'][number]): boolean =>
    actor.kind === 'person'
      ? entry.personId === actor.person.id
      : actor.kind === 'app' && entry.appId === actor.app.uuid;
  const isThere = issue.activity.some(
    (entry) => entry.type === 'note' && entry.data['text'] === text && entry.at > since && isBy(entry),
  );
  if (isThere) return null;
  const note = noteActivity(world, issue, { type: 'note', data: { text }, actor });
  const project_slug = projectOf(world.state, issue).slug;
  const told = {
    comment: text,
    comment_id: Number(note.id),
    issue_id: Number(issue.id),
    project_slug,
    timestamp: note.at,
  };
  world.emit({ resource: 'comment', action: 'created', actor, data: () => told });
  return note;
}

/** One link of an integration on an issue: made, or put in the place of its old one. */
export function linkExternal(
  world: SandboxSentryWorld,
  issue: SandboxSentryIssue,
  link: Omit<SentryExternalIssue, 'id'>,
): SentryExternalIssue {
  const known = issue.external.find(({ appId }) => appId === link.appId);
  const made = known ?? { ...link, id: takeSentryId(world.state) };
  Object.assign(made, link);
  if (known === undefined) issue.external.push(made);
  world.touched();
  return made;
}
