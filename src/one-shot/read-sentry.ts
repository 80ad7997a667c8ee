import { judge, queryFor } from './plan.decide.ts';
import { sentryTrouble } from './trouble.decide.ts';
import type { Abilities, Sentry, SentryEvent, SentryIssue } from '../sentry/sentry.model.ts';
import type { OneShotParts, Trouble } from './one-shot.model.ts';
import type { SentryRule } from '../errors/errors.model.ts';

const BATCH = 100;
const EVENTS_AT_ONCE = 4;

/** A Sentry issue that was looked at, and what the rule says of it. */
export interface Seen {
  issue: SentryIssue;
  takes: boolean;
  why: string;
}
export interface Read {
  abilities: Abilities;
  /** The latest first. */
  seen: Seen[];
}
type Outcome<T> = { ok: true; value: T } | { ok: false; trouble: Trouble };

/** All Sentry issues that the query finds, and those that an earlier run left waiting; each once. */
export async function readSentry(
  { sentry, journal, progress }: OneShotParts,
  rule: SentryRule,
  now: Date,
): Promise<Outcome<Read>> {
  const known = await sentry.abilities();
  if (!known.ok) return { ok: false, trouble: sentryTrouble(known.failure) };
  const abilities = known.value;
  const query = queryFor(rule, abilities, journal.state.doneAt, now);
  const found = new Map<string, SentryIssue>();
  let next: string | null = null;
  do {
    const page: Awaited<ReturnType<Sentry['issuePage']>> = await sentry.issuePage(query, next);
    if (!page.ok) return { ok: false, trouble: sentryTrouble(page.failure) };
    // an issue that moves while pages are read comes twice
    for (const issue of page.value.items) found.set(issue.id, issue);
    ({ next } = page.value);
    progress('looking at Sentry', found.size, found.size);
  } while (next !== null);
  const carried = await readById(
    sentry,
    journal.state.waiting.filter((id) => !found.has(id)),
  );
  if (!carried.ok) return carried;
  for (const issue of carried.value) if (!found.has(issue.id)) found.set(issue.id, issue);
  const seen = [...found.values()].map((issue) => ({ issue, ...judge(rule, issue, abilities) }));
  return { ok: true, value: { abilities, seen } };
}

/** Those of the ids that are still there. */
export async function readById(sentry: Sentry, ids: readonly string[]): Promise<Outcome<SentryIssue[]>> {
  const issues: SentryIssue[] = [];
  for (let at = 0; at < ids.length; at += BATCH) {
    const batch = await sentry.issuesById(ids.slice(at, at + BATCH));
    if (!batch.ok) return { ok: false, trouble: sentryTrouble(batch.failure) };
    issues.push(...batch.value);
  }
  return { ok: true, value: issues };
}

/** The latest event of each issue, null where there is none any more; of those that came before a trouble. */
export async function readEvents(
  { sentry, progress }: Pick<OneShotParts, 'sentry' | 'progress'>,
  issues: readonly SentryIssue[],
): Promise<{ events: Map<string, SentryEvent | null>; trouble: Trouble | null }> {
  const events = new Map<string, SentryEvent | null>();
  const queue = [...issues];
  let trouble: Trouble | null = null;
  const lane = async () => {
    for (let issue = queue.shift(); issue !== undefined && trouble === null; issue = queue.shift()) {
      const answer = await sentry.latestEvent(issue.id, false);
      // an issue outlives its events
      const isGone = !answer.ok && answer.failure.kind === 'not_found';
      if (answer.ok || isGone) events.set(issue.id, answer.ok ? answer.value : null);
      else trouble = sentryTrouble(answer.failure);
      progress('reading events', events.size, issues.length);
    }
  };
  await Promise.all(Array.from({ length: EVENTS_AT_ONCE }, lane));
  return { events, trouble };
}
