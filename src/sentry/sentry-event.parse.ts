import { z } from 'zod';
import { booleanOrNull, dateOrNull, listOrEmpty, objectOrEmpty, parseEach, textOrNull } from './sentry-pieces.parse.ts';
import type { SentryEvent, SentryFrame } from './sentry.model.ts';

/** The innermost frames and the last exceptions say what broke; an event can hold thousands. */
const FRAMES_MAX = 100;
const EXCEPTIONS_MAX = 10;
const TAGS_MAX = 100;
const LINE_LENGTH_MAX = 500;

/** Tags that say who, or from where, rather than what (facts 5, PII). */
const PERSONAL_TAG =
  /^(?:user|user\..*|url|http\.url|request\..*|server_name|ip|ip_address|client_ip|email|username|session)$/iu;

const frameSchema = z.object({
  filename: textOrNull,
  absPath: textOrNull,
  function: textOrNull,
  module: textOrNull,
  lineNo: z.number().nullish().catch(null),
  inApp: booleanOrNull,
  context: listOrEmpty,
});
const contextLineSchema = z.tuple([z.number(), z.string().nullable()]);

const stacktraceSchema = z
  .object({ frames: listOrEmpty })
  .nullish()
  .catch(null)
  .transform((stacktrace) =>
    parseEach(stacktrace?.frames ?? [], frameSchema)
      .slice(-FRAMES_MAX)
      .map(frameOf),
  );

const exceptionSchema = z.object({
  type: textOrNull,
  value: textOrNull,
  mechanism: z.object({ handled: booleanOrNull }).nullish().catch(null),
  stacktrace: stacktraceSchema,
});
const threadSchema = z.object({ crashed: booleanOrNull, current: booleanOrNull, stacktrace: stacktraceSchema });
const entrySchema = z.object({ type: z.string(), data: objectOrEmpty });
type Entry = z.infer<typeof entrySchema>;

const eventSchema = z.object({
  id: textOrNull,
  eventID: textOrNull,
  dateCreated: dateOrNull,
  dateReceived: dateOrNull,
  message: textOrNull,
  release: z
    .union([z.string(), z.object({ version: textOrNull }).transform(({ version }) => version)])
    .nullish()
    .catch(null),
  environment: textOrNull,
  tags: listOrEmpty,
  entries: listOrEmpty,
  occurrence: z.object({ subtitle: textOrNull, evidenceDisplay: listOrEmpty }).nullish().catch(null),
  user: z.object({ id: textOrNull, email: textOrNull, username: textOrNull, name: textOrNull }).nullish().catch(null),
});
const tagSchema = z.object({ key: z.string().min(1), value: z.string() });
const evidenceSchema = z.object({ name: z.string(), value: z.string(), important: z.boolean().catch(false) });

/** What is of use of an event (facts 5); null when it is none. Of people only what `personal` asks for. */
export function parseEvent(json: unknown, personal: boolean): SentryEvent | null {
  const parsed = eventSchema.safeParse(json);
  const raw = parsed.data;
  const id = raw?.eventID ?? raw?.id;
  if (raw === undefined || typeof id !== 'string') return null;
  const entries = parseEach(raw.entries, entrySchema);
  const allTags = parseEach(raw.tags, tagSchema);
  const tag = (key: string) => allTags.find((one) => one.key === key)?.value ?? null;
  return {
    id,
    at: raw.dateCreated ?? raw.dateReceived,
    message: raw.message ?? messageOf(entries),
    release: raw.release ?? tag('release'),
    environment: raw.environment ?? tag('environment'),
    tags: allTags.filter(({ key }) => !PERSONAL_TAG.test(key)).slice(0, TAGS_MAX),
    exceptions: exceptionsOf(entries),
    evidence: parseEach(raw.occurrence?.evidenceDisplay ?? [], evidenceSchema),
    subtitle: raw.occurrence?.subtitle ?? null,
    personal: personal ? { user: userOf(raw.user), url: urlOf(entries) } : null,
  };
}

function frameOf(raw: z.infer<typeof frameSchema>): SentryFrame {
  return {
    file: raw.filename ?? raw.absPath,
    function: raw.function,
    module: raw.module,
    line: raw.lineNo ?? null,
    inApp: raw.inApp ?? false,
    context: parseEach(raw.context, contextLineSchema).map(([line, text]) => [
      line,
      (text ?? '').slice(0, LINE_LENGTH_MAX),
    ]),
  };
}

/** The chain; where there is none, the bare stack trace, or the thread that crashed. */
function exceptionsOf(entries: Entry[]): SentryEvent['exceptions'] {
  const chain = valuesOf(entries, 'exception', exceptionSchema).slice(-EXCEPTIONS_MAX);
  const threads = valuesOf(entries, 'threads', threadSchema);
  const thread = threads.find(({ crashed }) => crashed === true) ?? threads.find(({ current }) => current === true);
  const bare = entries.find(({ type }) => type === 'stacktrace');
  const frames = bare === undefined ? (thread?.stacktrace ?? []) : stacktraceSchema.parse(bare.data);
  if (chain.length === 0) return frames.length === 0 ? [] : [{ type: null, value: null, handled: null, frames }];
  return chain.map(({ type, value, mechanism, stacktrace }) => ({
    type,
    value,
    handled: mechanism?.handled ?? null,
    frames: stacktrace,
  }));
}

/** The values of an entry: a list that may hold nulls, or one alone. */
function valuesOf<T>(entries: Entry[], type: string, schema: z.ZodType<T>): T[] {
  const data = entries.find((entry) => entry.type === type)?.data;
  if (data === undefined) return [];
  return parseEach(Array.isArray(data['values']) ? data['values'] : [data['value']], schema);
}

function messageOf(entries: Entry[]): string | null {
  const data = entries.find(({ type }) => type === 'message')?.data;
  return textOrNull.parse(data?.['formatted']) ?? textOrNull.parse(data?.['message']);
}

function userOf(user: z.infer<typeof eventSchema>['user']): string | null {
  return user?.email ?? user?.username ?? user?.name ?? user?.id ?? null;
}

// Its query may hold a token of the user's.
function urlOf(entries: Entry[]): string | null {
  const url = textOrNull.parse(entries.find(({ type }) => type === 'request')?.data['url']);
  return url === null ? null : (url.split(/[?#]/u)[0] ?? null);
}
