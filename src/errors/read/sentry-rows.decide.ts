import { isDeepStrictEqual } from 'node:util';

import type { KnownSentryIssue } from '../errors.model.ts';
import type { SentryEvent, SentryIssue } from '../../sentry/sentry.model.ts';
import type { SentryIssueRow } from '../rows.model.ts';

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

/** What Sentry says now, as columns. Sentry's texts hold what its users' programs said: any of them can be of any kind. */
export function columnsOf(issue: SentryIssue) {
  return {
    short_id: storableOrNull(issue.shortId),
    title: storable(issue.title),
    culprit: storableOrNull(issue.culprit),
    permalink: storable(issue.permalink),
    level: storable(issue.level),
    status: storable(issue.status),
    substatus: storableOrNull(issue.substatus),
    priority: storableOrNull(issue.priority),
    type: storableOrNull(issue.type),
    issue_type: storableOrNull(issue.issueType),
    issue_category: storableOrNull(issue.issueCategory),
    platform: storableOrNull(issue.platform),
    project_id: issue.project.id,
    project: storable(issue.project.slug),
    project_name: storable(issue.project.name),
    metadata: storableJson(issue.metadata),
    status_details: storableJson(issue.statusDetails),
    assigned_to: storableOrNull(issue.assignedTo?.id ?? null),
    assigned_name: storableOrNull(issue.assignedTo?.name ?? null),
    count: Math.min(issue.count, Number.MAX_SAFE_INTEGER),
    user_count: Math.min(issue.userCount, Number.MAX_SAFE_INTEGER),
    first_seen: issue.firstSeen,
    last_seen: issue.lastSeen,
    is_unhandled: issue.isUnhandled,
    linked_to: issue.linkedTo.map(storable),
  };
}

/** Whether a row says of its issue what Sentry says now. */
export function isAsStored(row: SentryIssueRow, issue: SentryIssue): boolean {
  const { metadata, status_details: details, ...now } = columnsOf(issue);
  const { metadata: ownMetadata, status_details: ownDetails } = row;
  const own = Object.fromEntries(Object.keys(now).map((column) => [column, row[column as keyof typeof now]]));
  return isDeepStrictEqual(
    [own, ownMetadata, ownDetails],
    [now, JSON.parse(metadata) as unknown, JSON.parse(details) as unknown],
  );
}

/** PostgreSQL keeps neither NUL nor half a character in text. */
export function storable(text: string): string {
  return text.replaceAll('\u0000', '').toWellFormed();
}

function storableOrNull(text: string | null): string | null {
  return text === null ? null : storable(text);
}

/** The same for JSON, names of fields too, which are a program's own: there both stand as escapes, and other text may look like one. */
export function storableJson(value: object): string {
  return JSON.stringify(value).replaceAll(/\\(?:u0000|u[dD][89a-fA-F][\da-fA-F]{2}|.)/gu, (escape) => {
    if (escape === String.raw`\u0000`) return '';
    return /^\\u[dD]/u.test(escape) ? '\ufffd' : escape;
  });
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
