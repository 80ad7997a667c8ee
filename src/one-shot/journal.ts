import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

import { apply, emptyState, entriesOf, headerLine, readJournal } from './journal.decide.ts';
import type { Journal, JournalEntry } from './one-shot.model.ts';
import type { JournalOwner } from './journal.decide.ts';

/** More lines than twice what is needed, and more than this, are written anew. */
const LINES_FEW = 200;

/** A journal that ends with the process. */
export function forgetfulJournal(): Journal {
  const state = emptyState();
  return { state, append: (...entries) => entries.forEach((entry) => apply(state, entry)) };
}

/** What stands in a journal's file, which is only read; a file that is not there is an empty one. A fault continues "STATE_FILE …". */
export function readOnlyJournal(
  file: string,
  owner: JournalOwner,
): { ok: true; journal: Journal; lines: number } | { ok: false; why: string } {
  const text = textOf(file);
  if (text === null) return { ok: false, why: `(${file}) cannot be read.` };
  const read = readJournal(text, owner);
  if (!read.ok) return { ok: false, why: `(${file}) ${read.why}` };
  const { state, lines } = read;
  return { ok: true, lines, journal: { state, append: (...entries) => entries.forEach((one) => apply(state, one)) } };
}

/**
 * Opens a journal's file for one run, which must hold its lock. Each entry is on the disk before `append` returns. A fault
 * continues "STATE_FILE …".
 */
export function openJournal(
  file: string,
  owner: JournalOwner,
): { ok: true; journal: Journal } | { ok: false; why: string } {
  const read = readOnlyJournal(file, owner);
  if (!read.ok) return read;
  const { state } = read.journal;
  try {
    const needed = entriesOf(state);
    if (read.lines === 0 || read.lines > Math.max(LINES_FEW, 2 * needed.length)) rewrite(file, owner, needed);
    const fd = openSync(file, 'a', 0o600);
    // whatever a run that was killed left of its last line stays a line of its own
    writeSync(fd, '\n');
    const append = (...entries: JournalEntry[]) => {
      for (const entry of entries) apply(state, entry);
      writeSync(fd, entries.map((entry) => `${JSON.stringify(entry)}\n`).join(''));
      fsyncSync(fd);
    };
    return { ok: true, journal: { state, append } };
  } catch (error) {
    const words = error instanceof Error ? error.message : String(error);
    return { ok: false, why: `(${file}) cannot be written: ${words}` };
  }
}

/** The file is replaced whole, so that at no instant less stands there than before. */
function rewrite(file: string, owner: JournalOwner, entries: readonly JournalEntry[]): void {
  const unfinished = `${file}.new`;
  const fd = openSync(unfinished, 'w', 0o600);
  writeSync(fd, [headerLine(owner), ...entries.map((entry) => JSON.stringify(entry)), ''].join('\n'));
  fsyncSync(fd);
  closeSync(fd);
  renameSync(unfinished, file);
  const folder = openSync(dirname(file), 'r');
  fsyncSync(folder);
  closeSync(folder);
}

function textOf(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'ENOENT' ? '' : null;
  }
}
