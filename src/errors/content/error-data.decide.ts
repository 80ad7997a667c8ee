import { codeSpan, grouped, minuteOf } from './error-text.decide.ts';
import { cutAt, fenced, isPersonalField, oneLine } from '../../filing/user-text.decide.ts';
import { factsOf } from './facts.decide.ts';
import { priorityOf, totalsOf } from './priority.decide.ts';
import { stackOf } from './frames.decide.ts';
import type { Clean } from './error-text.decide.ts';
import type { GithubConnection } from '../../connections/connections.model.ts';
import type { KnownSentryIssue, SentryRule } from '../errors.model.ts';

/** An error that is to become an issue, and what decides how it looks. */
export interface ErrorToDraft {
  /** Its Sentry issues; the first one gives title, type and message. */
  issues: readonly [KnownSentryIssue, ...KnownSentryIssue[]];
  rule: Pick<
    SentryRule,
    'titleTemplate' | 'bodyTemplate' | 'labels' | 'assignees' | 'milestone' | 'thresholds' | 'personalData'
  >;
  connection: Pick<
    GithubConnection,
    'repository' | 'visibility' | 'defaultLabels' | 'defaultAssignees' | 'milestone' | 'issueType'
  >;
  tenant: { name: string; titlePrefix: string };
  marker: string;
  links: {
    /** The error's page here, with the whole text. */
    error: string;
    /** The closed issue that this one follows, since the error came back. */
    follows: { repository: string; number: number } | null;
  };
  /** Without what GitHub may refuse: assignees, milestone, type. */
  bare: boolean;
}

const ONE_LINE_MAX = 2000;
const MESSAGE_LENGTH_MAX = 16_000;
const STACK_LENGTH_MAX = 30_000;
const EVIDENCE_LENGTH_MAX = 1000;
const EVIDENCE_MAX = 20;
const TAGS_MAX = 12;
const TAG_LENGTH_MAX = 200;
const OTHERS_MAX = 19;

/**
 * What templates may use, as the comment at the default body lists it. `share` is the part of their full length that long
 * texts get, 1 or less. `clean` has taken out what may not leave; `personal` says whether a person's data may.
 */
export function errorData(of: ErrorToDraft, clean: Clean, personal: boolean, share: number): Record<string, unknown> {
  const [issue, ...others] = of.issues;
  const event = of.issues.find((one) => one.event !== null)?.event ?? null;
  const words = wordsOf(of, clean, personal);
  const totals = totalsOf(of.issues);
  const stack = stackOf(event);
  // one character more tells that it was cut
  const block = (text: string, max: number) => blockOf(clean(text, max + 1), max * share, of.links.error);
  return {
    ...words,
    code: Object.fromEntries(Object.entries(words).map(([name, value]) => [name, codeSpan(value)])),
    ...countsOf(totals),
    first_seen: momentOf(earliest(of.issues)),
    last_seen: momentOf(latest(of.issues)),
    permalink: addressOf(issue.permalink),
    sentry_link: linkOf(issue, clean),
    url: of.links.error,
    came_back: cameBack(of),
    message_block: block(messageOf(issue), MESSAGE_LENGTH_MAX),
    stack: stack === null ? null : block(stack, STACK_LENGTH_MAX),
    tags: tagsOf(event?.tags ?? [], clean, personal),
    evidence: (event?.evidence ?? [])
      .toSorted((a, b) => Number(b.important) - Number(a.important))
      .slice(0, EVIDENCE_MAX)
      .map(({ name, value }) => pairOf(clean, name, value, EVIDENCE_LENGTH_MAX * share))
      .filter(({ value }) => value !== null),
    others: others.slice(0, OTHERS_MAX).map((other) => ({
      sentry_link: linkOf(other, clean),
      title: codeSpan(clean(other.title), TAG_LENGTH_MAX),
      ...countsOf(other),
      last_seen: momentOf(other.lastSeen),
    })),
    others_left: Math.max(0, others.length - OTHERS_MAX),
  };
}

/** Everything that is one line of text. Null instead of nothing: Liquid takes an empty text for true. */
function wordsOf(of: ErrorToDraft, clean: Clean, personal: boolean): Record<string, string | null> {
  const [issue] = of.issues;
  const event = of.issues.find((one) => one.event !== null)?.event ?? null;
  const { type, message, location, category } = factsOf(issue);
  const { count, userCount } = totalsOf(of.issues);
  const raw: Record<string, string | null> = {
    title: issue.title,
    type,
    message,
    location,
    culprit: issue.culprit,
    level: issue.level,
    status: issue.status,
    substatus: issue.substatus,
    priority: priorityOf(of.rule.thresholds, count, userCount),
    sentry_priority: issue.priority,
    category,
    issue_type: issue.issueType,
    platform: issue.platform,
    project: issue.project.slug,
    project_name: issue.project.name,
    short_id: issue.shortId,
    release: event?.release ?? null,
    environment: event?.environment ?? null,
    subtitle: event?.subtitle ?? null,
    tenant: of.tenant.name,
    user: personal ? (event?.personal?.user ?? feedbackFrom(issue)) : null,
    page: personal ? (event?.personal?.url ?? null) : null,
  };
  return Object.fromEntries(
    Object.entries(raw).map(([name, value]) => {
      const line = oneLine(clean(value ?? ''), ONE_LINE_MAX);
      return [name, line === '' ? null : line];
    }),
  );
}

function feedbackFrom(issue: KnownSentryIssue): string | null {
  const said = [issue.metadata['name'], issue.metadata['contact_email']].filter((part) => typeof part === 'string');
  return said.length === 0 ? null : said.join(' ');
}

/** What it says, with the type before it where it is an error: the title is cut on GitHub, this is not. */
function messageOf(issue: KnownSentryIssue): string {
  const { message } = factsOf(issue);
  const type = issue.metadata['type'];
  if (message === null) return issue.title;
  return typeof type === 'string' && type !== '' && issue.title.startsWith(type) ? `${type}: ${message}` : message;
}

function blockOf(text: string, max: number, url: string): string {
  if (text.length <= max) return fenced(text);
  const cut = cutAt(text, Math.max(0, Math.floor(max)));
  const lineEnd = cut.lastIndexOf('\n');
  return `${fenced(lineEnd > max / 2 ? cut.slice(0, lineEnd) : cut)}\n\n…truncated, see ${url}`;
}

/** Told already by rows of their own. */
const SHOWN_TAGS = ['environment', 'release', 'level'];
/** Tags that name a person, a machine or an address with what is in its query (facts/sentry.md §5). */
const PERSONAL_TAG = /^(?:user|url|server_name|device\.name|hostname|client|transaction\.url)(?:$|[._])/iu;

function tagsOf(tags: readonly { key: string; value: string }[], clean: Clean, personal: boolean) {
  return tags
    .filter(({ key }) => !SHOWN_TAGS.includes(key))
    .filter(({ key }) => personal || !(PERSONAL_TAG.test(key) || isPersonalField(key)))
    .slice(0, TAGS_MAX)
    .map(({ key, value }) => pairOf(clean, key, value, TAG_LENGTH_MAX))
    .filter(({ value }) => value !== null);
}

function pairOf(clean: Clean, name: string, value: string, max: number) {
  return { name: codeSpan(clean(name), 100) ?? '', value: codeSpan(clean(value), Math.max(50, Math.floor(max))) };
}

function countsOf({ count, userCount }: { count: number; userCount: number }) {
  return { events: count, users: userCount, events_text: grouped(count), users_text: grouped(userCount) };
}

/** An address that can stand in a Markdown link, or null where it is none of the web. */
function addressOf(permalink: string): string | null {
  const url = URL.parse(permalink);
  if (url === null || !['http:', 'https:'].includes(url.protocol) || url.username !== '') return null;
  return url.href
    .replaceAll(/[()[\]|<>\s]/gu, encodeURIComponent)
    .replaceAll(/[()]/gu, (sign) => (sign === '(' ? '%28' : '%29'));
}

/** What can be told in a link's text without ending it. */
const NAME = /^[\w.-]{1,100}$/u;

function linkOf({ shortId, id, permalink }: KnownSentryIssue, clean: Clean): string {
  // cleaned all the same: a project may be called GH, and its issue GH-7
  const name = shortId !== null && NAME.test(shortId) ? clean(shortId) : `Issue ${NAME.test(id) ? id : 'in Sentry'}`;
  const address = addressOf(permalink);
  return address === null ? name : `[${name}](${address})`;
}

function cameBack({ links, connection }: ErrorToDraft): string | null {
  if (links.follows === null) return null;
  const { repository, number } = links.follows;
  return repository.toLowerCase() === connection.repository.toLowerCase() ? `#${number}` : `${repository}#${number}`;
}

function earliest(issues: readonly KnownSentryIssue[]): Date | null {
  return issues.flatMap(({ firstSeen }) => firstSeen ?? []).toSorted((a, b) => a.getTime() - b.getTime())[0] ?? null;
}

function latest(issues: readonly KnownSentryIssue[]): Date | null {
  return issues.flatMap(({ lastSeen }) => lastSeen ?? []).toSorted((a, b) => b.getTime() - a.getTime())[0] ?? null;
}

function momentOf(at: Date | null): string | null {
  return at === null ? null : minuteOf(at);
}
