import { storage } from '../ui/storage.ts';
import { browserName } from './browser-name.ts';

/** What is being written, kept in this browser until the hub has it. */
export interface Draft {
  /** Sent as Idempotency-Key: however often this draft is sent, it becomes one report. */
  key: string;
  title: string;
  description: string;
  tags: string[];
  severity: '' | 'low' | 'medium' | 'high' | 'critical';
  /** Names of context fields that the person took out. */
  left_out: string[];
}

const STORAGE_KEY = 'throughline-report-draft';

/** A key of 128 random bits; `crypto.randomUUID` is not there on a page without https. */
function newKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** An empty draft with a key of its own. */
export function newDraft(title = ''): Draft {
  return { key: newKey(), title, description: '', tags: [], severity: '', left_out: [] };
}

/** The draft of last time, or a new one. Each person of a shared browser has their own. */
export function loadDraft(owner: string, title?: string): Draft {
  try {
    const kept: unknown = JSON.parse(storage.get(`${STORAGE_KEY}-${owner}`) ?? 'null');
    if (typeof kept === 'object' && kept !== null && 'key' in kept)
      return { ...newDraft(), ...(kept as Partial<Draft>) };
  } catch {
    // not a draft of ours: begin anew
  }
  return newDraft(title);
}

/** Keeps the draft; an empty one is forgotten. */
export function keepDraft(owner: string, draft: Draft | null): void {
  const empty = draft === null || (draft.title === '' && draft.description === '' && draft.tags.length === 0);
  storage.set(`${STORAGE_KEY}-${owner}`, empty ? null : JSON.stringify(draft));
}

/** What is known about where the person was: shown to them, and sent only as far as they leave it. */
export function gatherContext(from: string | undefined, version: string | undefined): Record<string, string> {
  const known: Record<string, string | undefined> = {
    page_url: from ?? (document.referrer.startsWith(location.origin) ? undefined : document.referrer),
    app_version: version,
    browser: browserName(navigator.userAgent),
    language: navigator.language,
    time_zone: new Intl.DateTimeFormat().resolvedOptions().timeZone,
  };
  const given = Object.entries(known).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && entry[1] !== '',
  );
  return Object.fromEntries(given);
}
