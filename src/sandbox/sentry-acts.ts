import { randomBytes } from 'node:crypto';
import type {
  SandboxSentryIssue,
  SandboxSentryProject,
  SandboxSentryWorld,
  SentryActor,
  SentryOccasion,
  SentrySample,
} from './sentry-world.model.ts';
import { HOUR_MS, projectOf, takeSentryId } from './sentry-state.ts';
import { hookIssue } from './sentry-shapes.ts';

const OCCASIONS_KEPT_MAX = 20;
/** So many events make an issue that is archived until it escalates come back. */
export const ESCALATES_AT = 5;
export const BY_SENTRY: SentryActor = { kind: 'sentry' };

/** What a new issue may say of itself; the rest is as an ordinary error has it. */
export type NewIssue = Pick<SandboxSentryIssue, 'title'> &
  Partial<Omit<SandboxSentryIssue, 'id' | 'projectId' | 'sample'>> & { sample?: Partial<SentrySample> };

/** Puts an issue with one event into a project and tells the integrations. */
export function addIssue(
  world: SandboxSentryWorld,
  project: SandboxSentryProject,
  { sample, ...more }: NewIssue,
): SandboxSentryIssue {
  const at = more.lastSeen ?? world.now().toISOString();
  project.issueNumber += 1;
  const issue: SandboxSentryIssue = {
    ...ORDINARY,
    id: takeSentryId(world.state),
    projectId: project.id,
    number: project.issueNumber,
    platform: project.platform?.split('-')[0] ?? null,
    firstSeen: at,
    lastSeen: at,
    metadata: metadataOf(more.title),
    statusDetails: {},
    hours: [],
    occasions: [],
    activity: [],
    external: [],
    native: [],
    ...more,
    sample: { message: '', exceptions: [], request: null, occurrence: null, ...sample },
  };
  if (issue.hours.length === 0 && issue.lastSeen !== null)
    issue.hours.push([hourOf(issue.lastSeen), 'production', issue.count]);
  if (issue.occasions.length === 0 && issue.lastSeen !== null)
    issue.occasions.push(occasion(issue.lastSeen, { release: project.releases.at(-1) ?? null }));
  world.state.issues.push(issue);
  tell(world, issue, 'created', BY_SENTRY);
  return issue;
}

/** As Sentry splits the title of an error. */
function metadataOf(title: string): Record<string, unknown> {
  const parts = /^(?<type>[A-Z]\w*): (?<value>[\s\S]+)$/u.exec(title)?.groups;
  return parts === undefined ? { title } : { type: parts['type'], value: parts['value'] };
}

const ORDINARY = {
  culprit: null,
  logger: null,
  level: 'error',
  type: 'error',
  issueType: 'error',
  issueCategory: 'error',
  isUnhandled: true,
  status: 'unresolved',
  substatus: 'new',
  autoResolved: false,
  priority: 'high',
  priorityLockedAt: null,
  assignedTo: null,
  count: 1,
  userCount: 1,
  sinceArchived: 0,
  mergedInto: null,
  deleted: false,
} as const;

export function hourOf(at: string): number {
  return Math.floor(Date.parse(at) / HOUR_MS);
}

/** One event as it would be kept. */
export function occasion(at: string, more: Partial<SentryOccasion> = {}): SentryOccasion {
  return {
    id: randomBytes(16).toString('hex'),
    at,
    environment: 'production',
    release: null,
    user: null,
    tags: {},
    ...more,
  };
}

/**
 * The error happens again: counts and last sight move, a resolved issue regresses, an archived one comes back when it
 * escalates. One that is resolved in the next release regresses only by an event of a later release.
 */
export function happenAgain(
  world: SandboxSentryWorld,
  issue: SandboxSentryIssue,
  more: Partial<SentryOccasion> = {},
): void {
  const before = issue.occasions.at(-1);
  const usual = { release: projectOf(world.state, issue).releases.at(-1) ?? null, tags: before?.tags ?? {} };
  const event = occasion(more.at ?? world.now().toISOString(), { ...usual, ...more });
  const isKnownUser = event.user === null || issue.occasions.some(({ user }) => user?.id === event.user?.id);
  issue.occasions.push(event);
  issue.occasions.splice(0, issue.occasions.length - OCCASIONS_KEPT_MAX);
  issue.count += 1;
  issue.userCount += isKnownUser ? 0 : 1;
  if (issue.lastSeen === null || event.at > issue.lastSeen) issue.lastSeen = event.at;
  if (issue.firstSeen === null || event.at < issue.firstSeen) issue.firstSeen = event.at;
  countHour(issue, event);
  if (issue.autoResolved || (issue.status === 'resolved' && regressesBy(world, issue, event)))
    comeBack(world, issue, 'regressed');
  else if (issue.status === 'ignored') maybeEscalate(world, issue);
  world.touched();
}

function countHour(issue: SandboxSentryIssue, event: SentryOccasion): void {
  const hour = hourOf(event.at);
  const environment = event.environment ?? '';
  const last = issue.hours.find(([of, where]) => of === hour && where === environment);
  if (last === undefined) issue.hours.push([hour, environment, 1]);
  else last[2] += 1;
}

function regressesBy(world: SandboxSentryWorld, issue: SandboxSentryIssue, event: SentryOccasion): boolean {
  const { releases } = projectOf(world.state, issue);
  const fixedIn = issue.statusDetails['inRelease'];
  const after = issue.statusDetails['inNextRelease'] === true ? issue.statusDetails['afterRelease'] : null;
  const at = releases.indexOf(event.release ?? '');
  if (typeof fixedIn === 'string') return at >= releases.indexOf(fixedIn);
  return typeof after === 'string' ? at > releases.indexOf(after) : true;
}

function maybeEscalate(world: SandboxSentryWorld, issue: SandboxSentryIssue): void {
  issue.sinceArchived += 1;
  const { ignoreCount } = issue.statusDetails;
  const limit = typeof ignoreCount === 'number' ? ignoreCount : ESCALATES_AT;
  if (issue.substatus !== 'archived_forever' && issue.sinceArchived >= limit) comeBack(world, issue, 'escalating');
}

/** Sentry itself opens the issue again. */
export function comeBack(
  world: SandboxSentryWorld,
  issue: SandboxSentryIssue,
  substatus: 'regressed' | 'escalating',
): void {
  const was = issue.occasions.at(-1)?.release ?? null;
  Object.assign(issue, { status: 'unresolved', substatus, statusDetails: {}, autoResolved: false });
  if (substatus === 'regressed') noteActivity(world, issue, { type: 'set_regression', data: { version: was ?? '' } });
  else noteActivity(world, issue, { type: 'set_escalating', data: { event_id: issue.occasions.at(-1)?.id ?? '' } });
  tell(world, issue, 'unresolved', BY_SENTRY);
}

/** Too old without an event: it is shown resolved though nobody acted, and no webhook tells it. */
export function autoResolve(world: SandboxSentryWorld, issue: SandboxSentryIssue): void {
  issue.autoResolved = true;
  world.touched();
}

/** Writes into the issue's history. */
export function noteActivity(
  world: SandboxSentryWorld,
  issue: SandboxSentryIssue,
  act: { type: string; data?: Record<string, unknown>; actor?: SentryActor },
): SandboxSentryIssue['activity'][number] {
  const actor = act.actor ?? BY_SENTRY;
  const entry = {
    id: takeSentryId(world.state),
    type: act.type,
    personId: actor.kind === 'person' ? actor.person.id : null,
    appId: actor.kind === 'app' ? actor.app.uuid : null,
    data: act.data ?? {},
    at: world.now().toISOString(),
  };
  issue.activity.push(entry);
  world.touched();
  return entry;
}

/** Tells the integrations of a change of the issue. */
export function tell(world: SandboxSentryWorld, issue: SandboxSentryIssue, action: string, actor: SentryActor): void {
  world.touched();
  world.emit({ resource: 'issue', action, actor, data: () => ({ issue: hookIssue(world.state, issue) }) });
}
