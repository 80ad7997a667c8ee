import type { JournalEntry, JournalState } from './one-shot.model.ts';

/** What a journal is of; its first line. */
export interface JournalOwner {
  repository: string;
  sentryHost: string;
  organization: string;
}

const PROGRAM = 'throughline sentry sync';

/** Nothing was done yet. */
export function emptyState(): JournalState {
  return {
    issues: new Map(),
    read: null,
    made: new Map(),
    intents: new Map(),
    waiting: [],
    answers: new Map(),
    claim: null,
    doneAt: null,
  };
}

/** The first line of a journal. */
export function headerLine(owner: JournalOwner): string {
  return JSON.stringify({ program: PROGRAM, version: 1, ...owner });
}

/**
 * Reads a journal. A line that is torn was never acted upon, so it is passed over; the same for an empty file. A file that is
 * something else, or another repository's or Sentry's, gives a sentence.
 */
export function readJournal(
  text: string,
  owner: JournalOwner,
): { ok: true; state: JournalState; lines: number } | { ok: false; why: string } {
  const [first = '', ...lines] = text.split('\n');
  const state = emptyState();
  // a header that was torn off has nothing after it
  if (text.trim() === '' || (lines.length === 0 && headerLine(owner).startsWith(first)))
    return { ok: true, state, lines: 0 };
  const why = strangeness(objectIn(first), owner);
  if (why !== null) return { ok: false, why };
  for (const line of lines) {
    const entry = objectIn(line);
    if (entry !== null) apply(state, entry as JournalEntry);
  }
  return { ok: true, state, lines: lines.length };
}

/** The fewest entries that say the same. */
export function entriesOf(state: JournalState): JournalEntry[] {
  const { read, claim, doneAt, waiting } = state;
  return [
    ...[...state.issues.values()].map((issue) => ({ kind: 'issue' as const, issue })),
    ...(read === null ? [] : [{ kind: 'read' as const, highest: read.highest, at: read.at.toISOString() }]),
    ...[...state.made].map(([sentryId, number]) => ({ kind: 'made' as const, sentryId, number })),
    ...[...state.intents.values()].map((intent) => ({ kind: 'intent' as const, intent })),
    ...[...state.answers].map(([sentryId, answer]) => ({ kind: 'answer' as const, sentryId, answer })),
    ...(waiting.length === 0 ? [] : [{ kind: 'waiting' as const, sentryIds: waiting }]),
    ...(claim === null ? [] : [{ kind: 'claim' as const, holder: claim }]),
    ...(doneAt === null ? [] : [{ kind: 'done' as const, at: doneAt.toISOString() }]),
  ];
}

/** Brings the state to what it is after an entry. One that a newer version wrote changes nothing. */
export function apply(state: JournalState, entry: JournalEntry): void {
  switch (entry.kind) {
    case 'issue':
      state.issues.set(entry.issue.number, entry.issue);
      break;
    case 'read':
      state.read = { highest: entry.highest, at: new Date(entry.at) };
      break;
    case 'intent':
      state.intents.set(entry.intent.sentryId, entry.intent);
      break;
    case 'made':
      state.made.set(entry.sentryId, entry.number);
      state.intents.delete(entry.sentryId);
      break;
    case 'unsent':
      state.intents.delete(entry.sentryId);
      break;
    case 'waiting':
      state.waiting = entry.sentryIds;
      break;
    case 'answer':
      state.answers.set(entry.sentryId, entry.answer);
      break;
    case 'claim':
      state.claim = entry.holder;
      break;
    case 'done':
      state.doneAt = new Date(entry.at);
      break;
    default:
      break;
  }
}

function strangeness(header: object | null, owner: JournalOwner): string | null {
  if (header === null || !('program' in header) || header.program !== PROGRAM)
    return 'is another program’s file. It is left as it is: name a file of its own, which need not exist yet. What that program filed is found on GitHub all the same.';
  const of = header as Partial<JournalOwner>;
  const same = (key: keyof JournalOwner) => String(of[key]).toLowerCase() === owner[key].toLowerCase();
  if (same('repository') && same('sentryHost') && same('organization')) return null;
  return `belongs to ${of.organization} at ${of.sentryHost} and ${of.repository}. Name a file for each pair.`;
}

function objectIn(line: string): object | null {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : null;
  } catch {
    return null;
  }
}
