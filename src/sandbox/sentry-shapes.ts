import type { SandboxSentryIssue, SandboxSentryProject, SandboxSentryState } from './sentry-world.model.ts';
import type { SentryActivity, SentryOccasion, SentryPerson } from './sentry-world.model.ts';
import { assigneeOf, HOUR_MS, projectOf, shortIdOf, shownStatus } from './sentry-state.ts';

/** Between two instants, in one or all environments: what counts in a list cover. */
export interface SentryWindow {
  start: Date | null;
  end: Date | null;
  environments: readonly string[];
}

/** An instant as Sentry writes it: microseconds and Z. */
export function sentryTime(at: string | null): string | null {
  return at === null ? null : `${new Date(at).toISOString().slice(0, -1)}000Z`;
}

/** Where people see an issue. */
export function permalinkOf(state: SandboxSentryState, web: string, issue: SandboxSentryIssue): string {
  return `${web}/organizations/${state.organization.slug}/issues/${issue.id}/`;
}

export function projectBrief({ id, name, slug, platform }: SandboxSentryProject): object {
  return { id, name, slug, platform };
}

function basics(state: SandboxSentryState, issue: SandboxSentryIssue): Record<string, unknown> {
  return {
    id: issue.id,
    shareId: null,
    shortId: shortIdOf(state, issue),
    title: issue.title,
    culprit: issue.culprit,
    logger: issue.logger,
    level: issue.level,
    status: shownStatus(issue),
    statusDetails: shownDetails(issue),
    substatus: issue.autoResolved ? null : issue.substatus,
    isPublic: false,
    platform: issue.platform,
    priority: issue.priority,
    priorityLockedAt: sentryTime(issue.priorityLockedAt),
    seerFixabilityScore: null,
    seerAutofixLastTriggered: null,
    seerExplorerAutofixLastTriggered: null,
    project: projectBrief(projectOf(state, issue)),
    type: issue.type,
    issueType: issue.issueType,
    issueCategory: issue.issueCategory,
    metadata: issue.metadata,
    numComments: issue.activity.filter(({ type }) => type === 'note').length,
    assignedTo: issue.assignedTo === null ? null : assigneeOf(state, issue.assignedTo),
    isBookmarked: false,
    isSubscribed: false,
    subscriptionDetails: null,
    hasSeen: false,
    annotations: [
      ...issue.external.map(({ displayName, webUrl: url }) => ({ displayName, url })),
      ...issue.native.map(({ key, url }) => ({ displayName: key, url })),
    ],
    isUnhandled: issue.isUnhandled,
  };
}

function shownDetails(issue: SandboxSentryIssue): object {
  if (issue.autoResolved) return { autoResolved: true };
  return Object.fromEntries(Object.entries(issue.statusDetails).filter(([name]) => name !== 'afterRelease'));
}

function allTime(issue: SandboxSentryIssue): Record<string, unknown> {
  return {
    count: String(issue.count),
    userCount: issue.userCount,
    firstSeen: sentryTime(issue.firstSeen),
    lastSeen: sentryTime(issue.lastSeen),
  };
}

/** Counts and sights within the window only; people are estimated by the share of events. */
function within(issue: SandboxSentryIssue, { start, end, environments }: SentryWindow): Record<string, unknown> {
  const from = start === null ? -Infinity : Math.floor(start.getTime() / HOUR_MS);
  const to = end === null ? Infinity : Math.floor(end.getTime() / HOUR_MS);
  const inside = issue.hours.filter(
    ([hour, where]) => hour >= from && hour <= to && (environments.length === 0 || environments.includes(where)),
  );
  const count = inside.reduce((sum, [, , events]) => sum + events, 0);
  const first = Math.min(...inside.map(([hour]) => hour)) * HOUR_MS;
  const firstSeen = Math.max(first, issue.firstSeen === null ? 0 : Date.parse(issue.firstSeen));
  return {
    count: String(count),
    userCount: issue.count === 0 ? 0 : Math.min(issue.userCount, Math.ceil((issue.userCount * count) / issue.count)),
    firstSeen: Number.isFinite(firstSeen) ? sentryTime(new Date(firstSeen).toISOString()) : sentryTime(issue.firstSeen),
    lastSeen: sentryTime(issue.lastSeen),
  };
}

/** How a list shows an issue: the top level covers the window, `lifetime` everything. */
export function listIssue(
  state: SandboxSentryState,
  web: string,
  issue: SandboxSentryIssue,
  options: {
    window: SentryWindow;
    stats: boolean;
    /** The little graph that is asked for, up to then. */
    graph: { period: string; end: Date };
    lifetime: boolean;
    expand: readonly string[];
  },
): Record<string, unknown> {
  const { window, stats, graph, lifetime, expand } = options;
  return {
    ...basics(state, issue),
    permalink: permalinkOf(state, web, issue),
    ...within(issue, window),
    ...(stats ? { stats: graphOf(issue, graph) } : {}),
    ...(lifetime ? { lifetime: { ...allTime(issue), stats: null } } : {}),
    ...(stats ? { filtered: null } : {}),
    ...expanded(issue, expand),
  };
}

/** Events by step, the last step being under way. */
function graphOf({ hours }: SandboxSentryIssue, { period, end }: { period: string; end: Date }): object {
  const [steps, hoursEach] = period === '14d' ? [14, 24] : period === '24h' ? [24, 1] : [0, 1];
  const last = Math.floor(end.getTime() / HOUR_MS / hoursEach);
  const points = Array.from({ length: steps }, (_, index) => {
    const step = last - steps + 1 + index;
    const inside = hours.filter(([hour]) => Math.floor(hour / hoursEach) === step);
    return [step * hoursEach * 3600, inside.reduce((sum, [, , count]) => sum + count, 0)];
  });
  return steps === 0 ? {} : { [period]: points };
}

function expanded(issue: SandboxSentryIssue, expand: readonly string[]): Record<string, unknown> {
  return {
    ...(expand.includes('integrationIssues') ? { integrationIssues: issue.native.map(nativeIssue) } : {}),
    ...(expand.includes('sentryAppIssues')
      ? { sentryAppIssues: issue.external.map((link) => externalIssue(issue, link)) }
      : {}),
    ...(expand.includes('inbox') ? { inbox: null } : {}),
    ...(expand.includes('owners') ? { owners: null } : {}),
  };
}

function nativeIssue({ id, key, url }: SandboxSentryIssue['native'][number]): object {
  const more = { displayName: key, integrationKey: 'github', integrationName: 'GitHub', integrationId: 17 };
  return { id, key, url, title: null, description: null, domain: 'github.com', ...more };
}

export function externalIssue(
  issue: SandboxSentryIssue,
  { id, displayName, webUrl }: SandboxSentryIssue['external'][number],
): object {
  return { id, issueId: issue.id, serviceType: 'throughline', displayName, webUrl };
}

/** How one issue is shown alone: everything all-time, with its history. */
export function detailIssue(
  state: SandboxSentryState,
  web: string,
  issue: SandboxSentryIssue,
  { expand, collapse }: { expand: readonly string[]; collapse: readonly string[] },
): Record<string, unknown> {
  const release = (at: 0 | -1): object | null => releaseOf(issue.occasions.at(at));
  return {
    ...basics(state, issue),
    permalink: permalinkOf(state, web, issue),
    ...allTime(issue),
    activity: issue.activity.toReversed().map((entry) => activityOf(state, entry)),
    seenBy: [],
    participants: [],
    pluginActions: [],
    userReportCount: 0,
    openPeriods: null,
    ...(collapse.includes('release') ? {} : { firstRelease: release(0), lastRelease: release(-1) }),
    ...(collapse.includes('stats') ? {} : { stats: { '24h': [], '30d': [] } }),
    ...(collapse.includes('tags') ? {} : { tags: tagKeys(issue) }),
    ...expanded(issue, expand),
  };
}

function tagKeys(issue: SandboxSentryIssue): object[] {
  const keys = new Set(issue.occasions.flatMap(({ tags }) => Object.keys(tags)));
  return [...keys].map((key) => ({ key, name: key, totalValues: issue.count }));
}

/** The release in which an event happened, said to be as old as the event. */
export function releaseOf(event: SentryOccasion | undefined): object | null {
  if (event === undefined || event.release === null) return null;
  const { release: version, at } = event;
  const shortVersion = version.split('@').at(-1) ?? version;
  return { version, shortVersion, ref: null, url: null, dateCreated: sentryTime(at), dateReleased: null, data: {} };
}

export function activityOf(state: SandboxSentryState, entry: SentryActivity): object {
  const person = state.people.find(({ id }) => id === entry.personId);
  const app = state.apps.find(({ uuid }) => uuid === entry.appId);
  return {
    id: entry.id,
    type: entry.type,
    user: person === undefined ? null : personOf(person),
    sentry_app: app === undefined ? null : { id: app.uuid, name: app.name, slug: app.slug },
    data: entry.data,
    dateCreated: sentryTime(entry.at),
  };
}

export function personOf({ id, name, username, email }: SentryPerson): object {
  return { id, name, username, email, isActive: true, avatarUrl: null };
}

/** An issue as a webhook tells it: all-time counts, no permalink, times with +00:00. */
export function hookIssue(state: SandboxSentryState, issue: SandboxSentryIssue): object {
  const late = (at: string | null): string | null => sentryTime(at)?.replace(/Z$/u, '+00:00') ?? null;
  return {
    ...basics(state, issue),
    permalink: null,
    ...allTime(issue),
    firstSeen: late(issue.firstSeen),
    lastSeen: late(issue.lastSeen),
  };
}
