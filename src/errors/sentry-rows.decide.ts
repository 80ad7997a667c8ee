import type { KnownSentryIssue } from './errors.model.ts';
import type { SentryEvent, SentryIssue } from '../sentry/sentry.model.ts';
import type { SentryIssueRow } from './rows.model.ts';

/** The columns that hold what Sentry says now. */
export const SNAPSHOT_COLUMNS = [
  'short_id',
  'title',
  'culprit',
  'permalink',
  'level',
  'status',
  'substatus',
  'priority',
  'type',
  'issue_type',
  'issue_category',
  'platform',
  'project_id',
  'project',
  'project_name',
  'metadata',
  'status_details',
  'assigned_to',
  'assigned_name',
  'count',
  'user_count',
  'first_seen',
  'last_seen',
  'is_unhandled',
  'linked_to',
] as const;

/** What Sentry says now, as columns. */
export function columnsOf(issue: SentryIssue) {
  return {
    short_id: issue.shortId,
    title: storable(issue.title),
    culprit: issue.culprit === null ? null : storable(issue.culprit),
    permalink: issue.permalink,
    level: issue.level,
    status: issue.status,
    substatus: issue.substatus,
    priority: issue.priority,
    type: issue.type,
    issue_type: issue.issueType,
    issue_category: issue.issueCategory,
    platform: issue.platform,
    project_id: issue.project.id,
    project: issue.project.slug,
    project_name: storable(issue.project.name),
    metadata: storable(JSON.stringify(issue.metadata)),
    status_details: storable(JSON.stringify(issue.statusDetails)),
    assigned_to: issue.assignedTo?.id ?? null,
    assigned_name: issue.assignedTo?.name ?? null,
    count: issue.count,
    user_count: issue.userCount,
    first_seen: issue.firstSeen,
    last_seen: issue.lastSeen,
    is_unhandled: issue.isUnhandled,
    linked_to: issue.linkedTo,
  };
}

/** PostgreSQL keeps no NUL in text; in JSON it stands as six characters that jsonb refuses. */
export function storable(text: string): string {
  return text
    .replaceAll('\u0000', '')
    .replaceAll(String.raw`\u0000`, '')
    .toWellFormed();
}

/** A stored Sentry issue in the door's words, with the event that was read before it was filed. */
export function knownIssueOf(row: SentryIssueRow): KnownSentryIssue {
  return {
    id: row.sentry_id,
    shortId: row.short_id,
    title: row.title,
    culprit: row.culprit,
    permalink: row.permalink ?? '',
    level: row.level,
    status: row.status,
    substatus: row.substatus,
    statusDetails: row.status_details,
    priority: row.priority,
    type: row.type,
    issueType: row.issue_type,
    issueCategory: row.issue_category,
    platform: row.platform,
    project: { id: row.project_id, slug: row.project, name: row.project_name },
    metadata: row.metadata,
    assignedTo: row.assigned_to === null ? null : { id: row.assigned_to, name: row.assigned_name ?? '', email: null },
    count: row.count,
    userCount: row.user_count,
    firstSeen: row.first_seen,
    lastSeen: row.last_seen,
    isUnhandled: row.is_unhandled,
    linkedTo: row.linked_to,
    event: eventOf(row.event),
  };
}

// only `storeEvent` writes the column; jsonb gives its time as text
function eventOf(stored: unknown): SentryEvent | null {
  if (stored === null) return null;
  const event = stored as Omit<SentryEvent, 'at'> & { at: string | null };
  return { ...event, at: event.at === null ? null : new Date(event.at) };
}
