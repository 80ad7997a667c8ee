import { z } from 'zod';
import {
  booleanOrNull,
  countOrNull,
  dateOrNull,
  idSchema,
  listOrEmpty,
  objectOrEmpty,
  parseEach,
  textOrNull,
  webAddress,
} from './sentry-pieces.parse.ts';
import { DAY_MS, SECOND_MS } from '../lib/clock.ts';
import { permalinkOf } from './sentry-paths.decide.ts';
import type { Abilities, SentryIssue } from './sentry.model.ts';

/** Whose issues these are: the address people use, and what answers there. */
export interface IssuePlace {
  product: Abilities['product'];
  baseUrl: string;
  organization: string;
}

const countsSchema = z.object({
  count: countOrNull,
  userCount: countOrNull,
  firstSeen: dateOrNull,
  lastSeen: dateOrNull,
});

/** Very old versions name the assignee by a bare text. */
const assigneeSchema = z.union([
  z.string().min(1).transform(assigneeByText),
  z
    .object({ type: z.string().catch('user'), id: idSchema, name: textOrNull, email: textOrNull })
    .transform(({ type, id, name, email }) => ({ id: `${type}:${id}`, name: name ?? email ?? id, email })),
]);

/**
 * An issue of any version (facts 4, 11 and 12). Only what makes it one is required: its id and its status, since a guessed
 * status would be acted upon.
 */
const issueSchema = countsSchema.extend({
  id: idSchema,
  status: z.string().min(1),
  shortId: textOrNull,
  title: textOrNull,
  culprit: textOrNull,
  permalink: textOrNull,
  level: textOrNull,
  substatus: textOrNull,
  statusDetails: objectOrEmpty,
  priority: textOrNull,
  type: textOrNull,
  issueType: textOrNull,
  issueCategory: textOrNull,
  platform: textOrNull,
  project: z
    .object({ id: idSchema.catch(''), slug: textOrNull, name: textOrNull })
    .catch({ id: '', slug: null, name: null }),
  metadata: objectOrEmpty,
  assignedTo: assigneeSchema.nullish().catch(null),
  lifetime: countsSchema.nullish().catch(null),
  isUnhandled: booleanOrNull,
  stats: objectOrEmpty,
  annotations: listOrEmpty,
  integrationIssues: listOrEmpty,
  sentryAppIssues: listOrEmpty,
});
type RawIssue = z.infer<typeof issueSchema>;

/** An issue in one shape whatever the version; null when it is none. */
export function parseIssue(json: unknown, place: IssuePlace): SentryIssue | null {
  const parsed = issueSchema.safeParse(json);
  if (!parsed.success) return null;
  const raw = parsed.data;
  // In a list the counts at the top are those of the window that was asked for.
  const { lifetime } = raw;
  return {
    id: raw.id,
    shortId: raw.shortId,
    title: raw.title ?? '',
    culprit: raw.culprit,
    permalink: permalinkFor(raw, place),
    level: raw.level ?? 'unknown',
    status: raw.status,
    substatus: raw.substatus,
    statusDetails: withoutPeople(raw.statusDetails),
    priority: raw.priority,
    type: raw.type,
    issueType: raw.issueType,
    issueCategory: raw.issueCategory,
    platform: raw.platform,
    project: { id: raw.project.id, slug: raw.project.slug ?? '', name: raw.project.name ?? raw.project.slug ?? '' },
    metadata: withoutSender(raw.metadata),
    assignedTo: raw.assignedTo ?? null,
    count: lifetime?.count ?? raw.count ?? 0,
    userCount: lifetime?.userCount ?? raw.userCount ?? 0,
    firstSeen: lifetime?.firstSeen ?? raw.firstSeen,
    lastSeen: lifetime?.lastSeen ?? raw.lastSeen,
    isUnhandled: raw.isUnhandled,
    linkedTo: linksOf(raw),
    ...daysOf(raw),
  };
}

const DAY_SECONDS = DAY_MS / SECOND_MS;
const daysSchema = z
  .array(z.tuple([z.int().nonnegative().multipleOf(DAY_SECONDS), z.int().nonnegative()]))
  .min(1)
  .refine((days) => days.every(([at], index) => at === (days[0]?.[0] ?? 0) + index * DAY_SECONDS));

/** The counts of the little graph over 14 days, whose steps are UTC days; anything else that stands there tells nothing. */
function daysOf({ stats }: RawIssue): Pick<SentryIssue, 'days'> {
  const days = daysSchema.safeParse(stats['14d']).data;
  if (days === undefined) return {};
  return { days: days.map(([at, count]) => ({ day: new Date(at * SECOND_MS).toISOString().slice(0, 10), count })) };
}

/** What an issue in Sentry's own words tells of its version. */
export function traitsOf(json: unknown): Pick<Abilities, 'hasSubstatus' | 'hasPriority' | 'hasLifetime'> {
  const raw = objectOrEmpty.parse(json);
  return { hasSubstatus: 'substatus' in raw, hasPriority: 'priority' in raw, hasLifetime: 'lifetime' in raw };
}

function permalinkFor({ id, permalink }: RawIssue, place: IssuePlace): string {
  const given = place.product === 'glitchtip' ? null : webAddress(permalink);
  return given ?? permalinkOf(place, id);
}

function assigneeByText(text: string) {
  const isKey = /^(?:user|team):\w+$/u.test(text);
  return { id: isKey ? text : `user:${text}`, name: text, email: text.includes('@') ? text : null };
}

/** `actor` is a whole person, a commit names its author: of those only the commit's id stays (facts 5, PII). */
function withoutPeople(details: Record<string, unknown>): Record<string, unknown> {
  const plain = Object.entries(details).filter(([, value]) => typeof value !== 'object');
  const commit = z.object({ id: z.string() }).safeParse(details['inCommit']).data;
  return Object.fromEntries([...plain, ...(commit === undefined ? [] : [['inCommit', commit.id]])]);
}

/** The metadata of a user's feedback says who sent it. */
function withoutSender(metadata: Record<string, unknown>): Record<string, unknown> {
  if (!('contact_email' in metadata)) return metadata;
  return Object.fromEntries(Object.entries(metadata).filter(([name]) => name !== 'contact_email' && name !== 'name'));
}

/** Old versions write an annotation as an HTML link. */
const annotationSchema = z.union([
  z.object({ url: z.string() }).transform(({ url }) => url),
  z.string().transform((html) => (/href="(?<url>[^"]+)"/u.exec(html)?.groups?.['url'] ?? '').replaceAll('&amp;', '&')),
]);
const integrationIssueSchema = z.object({
  key: z.string().catch(''),
  integrationKey: z.string().catch(''),
  url: textOrNull,
  webUrl: textOrNull,
});
const appIssueSchema = z.object({ webUrl: z.string() });

function linksOf({ annotations, integrationIssues, sentryAppIssues }: RawIssue): string[] {
  const links = [
    ...parseEach(annotations, annotationSchema),
    ...parseEach(sentryAppIssues, appIssueSchema).map(({ webUrl }) => webUrl),
    ...parseEach(integrationIssues, integrationIssueSchema).map(integrationLink),
  ];
  return [...new Set(links.filter((link) => link !== null && webAddress(link) !== null))].filter(
    (link) => link !== null,
  );
}

/** Sentry's own GitHub integration may give no address, but its key is owner/name#number. */
function integrationLink({ key, integrationKey, url, webUrl }: z.infer<typeof integrationIssueSchema>): string | null {
  const [, repository, number] = /^([^\s/#]+\/[^\s/#]+)#(\d+)$/u.exec(key) ?? [];
  const made =
    integrationKey === 'github' && repository !== undefined
      ? `https://github.com/${repository}/issues/${number}`
      : null;
  return url ?? webUrl ?? made;
}
