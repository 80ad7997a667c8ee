import { markerComment } from './marker.decide.ts';
import { DEFAULT_BODY_TEMPLATE, DEFAULT_TITLE_TEMPLATE, renderTemplate } from './templates.decide.ts';
import {
  closeFences,
  cutAt,
  fenced,
  isPersonalField,
  maskSecrets,
  neutralise,
  oneLine,
  removePersonalData,
} from './user-text.decide.ts';
import type { GithubConnection } from '../connections/connections.model.ts';
import type { IssueDraft } from '../github/github.model.ts';
import type { SourceItem } from './filing.model.ts';

/** GitHub refuses longer titles with 422. Unit: UTF-16 code units, which is never more than its characters. */
export const ISSUE_TITLE_LENGTH_MAX = 256;
/** Below GitHub's 65,536 code points, with room for what GitHub or a person adds (facts/github.md §3.4). Unit: UTF-16 code units. */
export const ISSUE_BODY_LENGTH_MAX = 60_000;
const LABEL_LENGTH_MAX = 50;
const LABELS_MAX = 100;
const SHORT_VALUE_LENGTH_MAX = 200;

/** The parts that may be cut; lengths are their limits in UTF-16 code units. */
interface Limits {
  transcript: number;
  context: number;
  description: number;
}

/**
 * The issue that a source item becomes: title, body with its marker, labels, assignees (SPEC F5 to F8, F11). Pure.
 * `visibility` null (not known yet) is treated as public: nothing personal leaves by mistake.
 */
export function draftIssue(item: SourceItem, connection: GithubConnection, marker: string, bare: boolean): IssueDraft {
  return {
    title: draftTitle(item, connection),
    body: draftBody(item, connection, marker),
    labels: draftLabels([
      ...connection.defaultLabels,
      ...item.tags,
      ...(item.severity === null ? [] : [`severity: ${item.severity}`]),
    ]),
    assignees: bare ? [] : connection.defaultAssignees,
    milestone: bare ? null : connection.milestone,
    type: bare ? null : connection.issueType,
  };
}

/** Label names as GitHub accepts them: one line, at most 50 characters, no two alike whatever their case. */
export function draftLabels(names: readonly string[]): string[] {
  const byKey = new Map<string, string>();
  for (const name of names) {
    const clean = cutAt(oneLine(name, 1000).replaceAll(',', ' '), LABEL_LENGTH_MAX).trim();
    if (clean !== '' && !byKey.has(clean.toLowerCase())) byKey.set(clean.toLowerCase(), clean);
  }
  return [...byKey.values()].slice(0, LABELS_MAX);
}

const LABEL_COLORS = [
  '0052cc',
  '006b75',
  '0e8a16',
  '5319e7',
  '7057ff',
  'b60205',
  'bfd4f2',
  'c5def5',
  'd93f0b',
  'e99695',
  'fbca04',
  'fef2c0',
] as const;

/** A colour for a label that is made: the same name always gets the same one. */
export function labelColor(name: string): string {
  const sum = Array.from(name.toLowerCase()).reduce(
    (total, character) => (total * 31 + (character.codePointAt(0) ?? 0)) % 1_000_003,
    7,
  );
  return LABEL_COLORS[sum % LABEL_COLORS.length] ?? LABEL_COLORS[0];
}

function draftTitle(item: SourceItem, connection: GithubConnection): string {
  const clean = cleaner(connection);
  const data = { title: oneLine(clean(item.title), 2000), severity: item.severity ?? '', tenant: item.tenant.name };
  const text = renderTemplate(connection.titleTemplate ?? DEFAULT_TITLE_TEMPLATE, data);
  const prefix = item.tenant.titlePrefix === '' ? '' : `[${item.tenant.titlePrefix.replace(/^\[|\]$/gu, '')}] `;
  const title = oneLine(prefix + text, ISSUE_TITLE_LENGTH_MAX);
  return title === '' ? 'Untitled report' : title;
}

function draftBody(item: SourceItem, connection: GithubConnection, marker: string): string {
  const limits: Limits = { transcript: Infinity, context: Infinity, description: Infinity };
  let body = renderBody(item, connection, marker, limits);
  // The longest parts give way first, and only as much as is too long; what remains too long after that is the template itself.
  for (const part of ['transcript', 'context', 'description'] as const) {
    if (body.length <= ISSUE_BODY_LENGTH_MAX) return body;
    const length = partLength(item, part);
    limits[part] = Math.max(500, length - (body.length - ISSUE_BODY_LENGTH_MAX) - 500);
    body = renderBody(item, connection, marker, limits);
    // Neutralising makes some text longer than its source: one more, harder cut.
    if (body.length > ISSUE_BODY_LENGTH_MAX && limits[part] > 500) {
      limits[part] = Math.max(500, Math.floor((limits[part] * ISSUE_BODY_LENGTH_MAX) / body.length) - 500);
      body = renderBody(item, connection, marker, limits);
    }
  }
  if (body.length <= ISSUE_BODY_LENGTH_MAX) return body;
  return `${closeFences(cutAt(body, ISSUE_BODY_LENGTH_MAX - 300))}\n\n…truncated, see ${item.url}`;
}

function partLength(item: SourceItem, part: keyof Limits): number {
  if (part === 'transcript') return item.conversation?.transcript.length ?? 0;
  if (part === 'description') return item.description.length;
  return Math.max(0, ...Object.values(item.context).map((value) => valueText(value).length));
}

function renderBody(item: SourceItem, connection: GithubConnection, marker: string, limits: Limits): string {
  const clean = cleaner(connection);
  const cut = (text: string, max: number) =>
    text.length <= max ? text : `${closeFences(cutAt(text, max))}\n\n…truncated, see ${item.url}`;
  const personal = mayCarryPersonalData(connection);
  const fields = Object.entries(item.context)
    .filter(([name]) => personal || !isPersonalField(name))
    .map(([name, value]) => ({ name: cell(clean(name)), text: clean(valueText(value)) }));
  const isShort = (text: string) => text.length <= SHORT_VALUE_LENGTH_MAX && !text.includes('\n');
  const data = {
    title: oneLine(clean(item.title), 2000),
    description:
      item.description.trim() === ''
        ? '_No description was given._'
        : closeFences(cut(clean(item.description), limits.description)),
    // Liquid takes an empty text for true
    reporter: personal && item.reporter !== null ? cell(clean(reporterText(item))) : null,
    tenant: cell(clean(item.tenant.name)),
    severity: item.severity,
    conversation_id: item.conversation === null ? null : conversationCell(item.conversation, clean),
    context: fields
      .filter((field) => isShort(field.text))
      .map((field) => ({ name: field.name, value: cell(field.text) })),
    long_context: fields
      .filter((field) => !isShort(field.text))
      .map((field) => ({ name: field.name, value: fenced(cut(field.text, limits.context)) })),
    transcript:
      item.conversation === null || item.conversation.transcript === ''
        ? null
        : fenced(cut(clean(item.conversation.transcript), limits.transcript)),
    url: item.url,
  };
  return `${markerComment(marker)}\n${renderTemplate(connection.bodyTemplate ?? DEFAULT_BODY_TEMPLATE, data).trim()}\n`;
}

/** Personal data stays here unless the repository is known not to be public, or the admin decided otherwise. */
function mayCarryPersonalData(connection: GithubConnection): boolean {
  return (
    connection.sendPersonalDataToPublic || connection.visibility === 'private' || connection.visibility === 'internal'
  );
}

function cleaner(connection: GithubConnection): (text: string) => string {
  return (text) => {
    const masked = neutralise(maskSecrets(text), connection.allowMentions);
    return mayCarryPersonalData(connection) ? masked : removePersonalData(masked);
  };
}

function reporterText(item: SourceItem): string {
  if (item.reporter === null) return '';
  const { name, email, id } = item.reporter;
  return [name ?? id, email === null ? '' : `(${email})`].filter((part) => part !== '').join(' ');
}

function conversationCell(
  conversation: { id: string; url?: string | undefined },
  clean: (text: string) => string,
): string {
  const id = cell(clean(conversation.id));
  return conversation.url === undefined
    ? id
    : `[${id.replaceAll(/[[\]]/gu, '')}](${encodeURI(decodeURISafely(conversation.url)).replaceAll(/[()|\s<>]/gu, encodeURIComponent)})`;
}

function decodeURISafely(url: string): string {
  try {
    return decodeURI(url);
  } catch {
    return url;
  }
}

function valueText(value: unknown): string {
  if (typeof value === 'string') return value;
  if (Array.isArray(value)) return value.map((line) => valueText(line)).join('\n');
  return value === null || value === undefined ? '' : JSON.stringify(value);
}

/** Text inside a table cell: one line, its bars escaped. */
function cell(text: string): string {
  return oneLine(text, SHORT_VALUE_LENGTH_MAX * 2).replaceAll('|', '\\|');
}
