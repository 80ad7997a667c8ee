import { numberLinked } from './plan.decide.ts';
import { githubTrouble } from './trouble.decide.ts';
import { readAbove } from './read-issues.ts';
import { sentenceFor } from '../github/github.ts';
import { twinsAmong } from './known.decide.ts';
import type { GithubRepository } from '../github/github.model.ts';
import type { Intent, OneShotItem, OneShotParts, OneShotSettings, Trouble } from './one-shot.model.ts';
import type { IssuesRead } from './read-issues.ts';
import type { ToFile } from './file-them.ts';

/** The GitHub issue that stands for a Sentry issue, by its text or since Sentry itself shows it as linked; null: none does. */
export function knownNumberOf(
  read: IssuesRead,
  one: Pick<ToFile, 'issue' | 'hosts' | 'errorId'>,
  repositoryUrl: string,
): { number: number; own: boolean } | null {
  const known = read.known.find(one.issue, one);
  if (known !== null) return known;
  const number = numberLinked(one.issue.linkedTo, repositoryUrl);
  return number === null ? null : { number, own: false };
}

/**
 * Looks for what an earlier run was about to send, and did not learn of. What is found is filed; what is not there long after it
 * was sent may be sent again; else it stays unknown.
 */
export async function settleIntents(
  parts: OneShotParts,
  { repository, lookupMs }: Pick<OneShotSettings, 'repository' | 'lookupMs'>,
  read: IssuesRead,
  startedAt: Date,
): Promise<{ ok: true; items: OneShotItem[] } | { ok: false; trouble: Trouble }> {
  const { journal } = parts;
  const intents = [...journal.state.intents.values()];
  if (intents.length === 0) return { ok: true, items: [] };
  const numberBefore = Math.min(...intents.map((intent) => intent.numberBefore));
  const trouble = await readAbove(parts, repository, read, { numberBefore, startedAt });
  if (trouble !== null) return { ok: false, trouble };
  const items: OneShotItem[] = [];
  for (const intent of intents) {
    const { sentryId, at } = intent;
    const known = read.known.find({ id: sentryId, shortId: intent.shortId }, intent);
    if (known !== null) {
      journal.append({ kind: 'made', sentryId, number: known.number });
      items.push(itemOf(intent, 'known', 'An earlier run sent it, and did not learn that it arrived.', known.number));
    } else if (startedAt.getTime() - new Date(at).getTime() >= lookupMs) {
      journal.append({ kind: 'unsent', sentryId });
    } else {
      const why = 'An earlier run sent it, and it is not on GitHub yet. It is looked for again.';
      items.push(itemOf(intent, 'unknown', why, null));
    }
  }
  return { ok: true, items };
}

function itemOf(intent: Intent, outcome: OneShotItem['outcome'], why: string, number: number | null): OneShotItem {
  const { sentryId: id, shortId, title, permalink } = intent;
  return { issue: { id, shortId, title, permalink }, outcome, why, number, draft: null };
}

/**
 * The end of a run: what was sent and not answered is looked for once, and of two issues for one Sentry issue, by runs that could
 * not know of each other, the higher number is closed as a duplicate.
 */
export async function settleTwins(
  parts: OneShotParts,
  run: { items: OneShotItem[]; repository: GithubRepository; startedAt: Date; notes: string[] },
  read: IssuesRead,
): Promise<Trouble | null> {
  const { items, repository, startedAt, notes } = run;
  const sent = items.filter(({ outcome }) => outcome === 'filed' || outcome === 'unknown');
  const unclear = parts.journal.state.intents.size > 0;
  if (sent.length > 0) {
    const numberBefore = unclear ? read.highest : null;
    const trouble = await readAbove(parts, repository.fullName, read, { numberBefore, startedAt });
    if (trouble !== null) return trouble;
  }
  for (const item of items.filter(({ outcome }) => outcome === 'unknown')) learnUnknown(parts, item, read);
  for (const { kept, twin } of twinsAmong(read.known.all(), new Date())) {
    const change = { state: 'closed', stateReason: 'duplicate', duplicateIssueId: kept.id } as const;
    const closed = await parts.github.changeIssue({ fullName: repository.fullName }, twin, change);
    if (!closed.ok) return githubTrouble(closed.failure, sentenceFor(closed.failure));
    notes.push(`#${twin} was closed as a duplicate of #${kept.number}: two runs had filed the same.`);
  }
  return null;
}

function learnUnknown({ journal }: OneShotParts, item: OneShotItem, read: IssuesRead): void {
  const intent = journal.state.intents.get(item.issue.id);
  const known = intent === undefined ? null : read.known.find(item.issue, intent);
  if (known === null) return;
  journal.append({ kind: 'made', sentryId: item.issue.id, number: known.number });
  item.outcome = 'filed';
  item.number = known.number;
  item.why = `${item.why} It did: it was found.`;
}
