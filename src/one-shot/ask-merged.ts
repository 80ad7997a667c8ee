import { after, HOUR_MS, MINUTE_MS } from '../lib/clock.ts';
import { readById } from './read-sentry.ts';
import { sentryTrouble } from './trouble.decide.ts';
import type { IssuesRead } from './read-issues.ts';
import type { MergeAnswer, OneShotParts, Trouble } from './one-shot.model.ts';
import type { Read } from './read-sentry.ts';
import type { SentryIssue } from '../sentry/sentry.model.ts';
import type { ToFile } from './file-them.ts';

const AT_ONCE = 4;
/** Clocks differ. */
const TOLERANCE_MS = HOUR_MS;
/** While a merge runs Sentry answers 404 (facts/sentry.md §5): nobody answers for ever if that is so again after this. */
const SECOND_LOOK_MS = 5 * MINUTE_MS;

/**
 * Finds out which Sentry issues that are named in the repository were merged into those about to be filed, and tells `read.known`.
 * Asked for is only what was not just seen in Sentry and can have been merged: a survivor takes over when it was first seen from
 * what is merged into it. Gives those that may be filed; the others wait, since Sentry did not answer for theirs.
 */
export async function askMerged(
  parts: OneShotParts,
  { sentry, read }: { sentry: Read; read: IssuesRead },
  toFile: readonly ToFile[],
): Promise<{ clear: ToFile[]; unclear: ToFile[]; trouble: Trouble | null }> {
  // GlitchTip tells nothing of a merge: the old id is as if it had never been
  if (sentry.abilities.product === 'glitchtip') return { clear: [...toFile], unclear: [], trouble: null };
  const { state } = parts.journal;
  const there = new Set([...sentry.seen, ...toFile].map(({ issue }) => issue.id));
  const open = (id: string) => !there.has(id) && !isGone(state.answers.get(id));
  const asked = new Map(
    toFile.map((one) => {
      const since = sentry.abilities.hasLifetime ? beginOf(one.issue) : null;
      const ids = read.known.named(one.hosts, since).map((id) => state.answers.get(id)?.as ?? id);
      return [one, ids.filter(open)];
    }),
  );
  const { settled, trouble } = await askAll(parts, read, [...new Set([...asked.values()].flat())]);
  const isClear = (one: ToFile) => (asked.get(one) ?? []).every((id) => settled.has(id));
  return { clear: toFile.filter(isClear), unclear: toFile.filter((one) => !isClear(one)), trouble };
}

function beginOf({ firstSeen }: SentryIssue): Date | null {
  return firstSeen === null ? null : after(firstSeen, -TOLERANCE_MS);
}

function isGone(answer: MergeAnswer | undefined): boolean {
  if (answer === undefined || answer.as !== null) return false;
  return new Date(answer.at).getTime() - new Date(answer.since).getTime() >= SECOND_LOOK_MS;
}

/** Asks for a hundred at once, and singly for those that this does not bring: only a single question follows a merge. */
async function askAll(
  parts: OneShotParts,
  read: IssuesRead,
  ids: readonly string[],
): Promise<{ settled: Set<string>; trouble: Trouble | null }> {
  const alive = await readById(parts.sentry, ids);
  if (!alive.ok) return { settled: new Set(), trouble: alive.trouble };
  const settled = new Set(alive.value.map(({ id }) => id));
  const queue = ids.filter((id) => !settled.has(id));
  const total = queue.length;
  let trouble: Trouble | null = null;
  const lane = async () => {
    for (let id = queue.shift(); id !== undefined && trouble === null && !parts.stopped(); id = queue.shift()) {
      const failed = await askSingly(parts, read, id);
      if (failed === null) settled.add(id);
      else trouble = failed;
      parts.progress('asking for merged ones', total - queue.length, total);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
  return { settled, trouble };
}

/** What Sentry says of one id is kept for later runs; the trouble when it did not say. */
async function askSingly(
  { sentry, journal }: OneShotParts,
  { known }: IssuesRead,
  id: string,
): Promise<Trouble | null> {
  const at = new Date().toISOString();
  const answer = await sentry.issue(id);
  if (answer.ok && answer.value.id === id) return null;
  if (!answer.ok && answer.failure.kind !== 'not_found' && answer.failure.kind !== 'forbidden')
    return sentryTrouble(answer.failure);
  const as = answer.ok ? answer.value.id : null;
  if (as !== null) known.merged(id, as);
  const before = journal.state.answers.get(id);
  const since = as === null && before?.as === null ? before.since : at;
  journal.append({ kind: 'answer', sentryId: id, answer: { as, since, at } });
  return null;
}
