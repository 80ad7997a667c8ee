import { askMerged } from './ask-merged.ts';
import { claimRepository } from './claim.ts';
import { draft, hostsOf, hubErrorId, judge, ruleOf } from './plan.decide.ts';
import { fileThem } from './file-them.ts';
import { githubTrouble, sentryTrouble } from './trouble.decide.ts';
import { knownNumberOf, settleIntents, settleTwins } from './settle.ts';
import { readAbove, readIssues } from './read-issues.ts';
import { readById, readEvents, readSentry } from './read-sentry.ts';
import { sentenceFor } from '../github/github.ts';
import type { GithubRepository } from '../github/github.model.ts';
import type { IssuesRead } from './read-issues.ts';
import type { OneShotItem, OneShotParts, OneShotResult, OneShotSettings, Trouble } from './one-shot.model.ts';
import type { Read, Seen } from './read-sentry.ts';
import type { SentryRule } from '../errors/errors.model.ts';
import type { ToFile } from './file-them.ts';

export { forgetfulJournal, openJournal, readOnlyJournal } from './journal.ts';
export { lockPath } from './run-lock.ts';
export { sentryHost } from './plan.decide.ts';

/** A run under way: what it has found out, and what it will say. */
interface Run {
  parts: OneShotParts;
  settings: OneShotSettings;
  rule: SentryRule;
  startedAt: Date;
  repository: GithubRepository;
  sentry: Read;
  items: OneShotItem[];
  notes: string[];
}

/**
 * Files what the rule takes and what is not on GitHub yet, and says what became of each Sentry issue (SPEC S8). It needs no state
 * to be safe: before anything is sent the repository's issues are read for markers and for links to Sentry. Nothing is thrown
 * for what a remote says.
 */
export async function runOneShot(
  parts: OneShotParts,
  settings: OneShotSettings,
): Promise<Omit<OneShotResult, 'requests'>> {
  const startedAt = new Date();
  const rule = ruleOf(settings, startedAt);
  const [repository, sentry] = await Promise.all([
    parts.github.repository({ fullName: settings.repository }),
    readSentry(parts, rule, startedAt),
  ]);
  const ended = (trouble: Trouble) => ({ items: [], notes: [], trouble, repositoryUrl: null });
  if (!sentry.ok) return ended(sentry.trouble);
  if (!repository.ok) return ended(githubTrouble(repository.failure, sentenceFor(repository.failure)));
  const closed = closedRepository(repository.value);
  if (closed !== null) return ended({ refused: true, message: closed });
  const run = {
    parts,
    settings,
    rule,
    startedAt,
    repository: repository.value,
    sentry: sentry.value,
    items: [],
    notes: [],
  };
  const trouble = await work(run);
  return { items: run.items, notes: run.notes, trouble, repositoryUrl: repository.value.url };
}

function closedRepository({ fullName, archived, hasIssues }: GithubRepository): string | null {
  if (archived) return `GitHub: ${fullName} is archived, so nothing can be filed there.`;
  return hasIssues ? null : `GitHub: ${fullName} has its issues switched off. Switch them on in its settings.`;
}

async function work(run: Run): Promise<Trouble | null> {
  const { parts, settings, sentry, items } = run;
  const { state } = parts.journal;
  for (const { issue, why } of sentry.seen.filter(({ takes }) => !takes)) note(run, { issue, why }, 'skipped');
  const taken = sentry.seen.filter(({ takes }) => takes);
  const isNew = ({ issue }: Seen) => !state.made.has(issue.id);
  for (const { issue } of taken.filter((one) => !isNew(one)))
    note(run, { issue, why: 'It was filed before.' }, 'known', state.made.get(issue.id) ?? null);
  const fresh = taken.filter(isNew);
  let trouble: Trouble | null = null;
  if (fresh.length > 0 || state.intents.size > 0) trouble = await withGithub(run, fresh);
  const waits = new Set(['waiting', 'failed']);
  const sentryIds = items.filter(({ outcome }) => waits.has(outcome)).map(({ issue }) => issue.id);
  // Sentry was read whole: what was not filed is among those that wait
  parts.journal.append({ kind: 'waiting', sentryIds }, { kind: 'done', at: run.startedAt.toISOString() });
  if (settings.dryRun) run.notes.push('Nothing was stored and nothing was sent: this was a dry run.');
  return trouble;
}

/** Reads what GitHub has, and files what is not there. */
async function withGithub(run: Run, fresh: Seen[]): Promise<Trouble | null> {
  const { parts, settings, rule } = run;
  const organization = await organizationId(run);
  if (!organization.ok) return postpone(run, fresh, organization.trouble);
  const issues = await readIssues(parts, settings, rule.labels);
  if (!issues.ok) return postpone(run, fresh, issues.trouble);
  const read = issues.value;
  const settled = await settleIntents(parts, settings, read, run.startedAt);
  if (!settled.ok) return postpone(run, fresh, settled.trouble);
  run.items.push(...settled.items);
  const open = fresh.filter(({ issue }) => !settled.items.some((item) => item.issue.id === issue.id));
  const toFile: ToFile[] = [];
  for (const { issue, why } of open) {
    const hosts = hostsOf(settings.sentryUrl, issue);
    const errorId = organization.id === null ? null : hubErrorId(settings.sentryUrl, organization.id, issue.id);
    const one = { issue, event: null, why, hosts, errorId };
    if (!noteKnown(run, read, one)) toFile.push(one);
  }
  for (const one of toFile.slice(settings.newMax))
    note(
      run,
      { ...one, why: `${one.why} At most ${settings.newMax} are filed in one run: it waits for the next.` },
      'waiting',
    );
  return fileNew(run, read, toFile.slice(0, settings.newMax));
}

/** Reads each once more, with its latest event, and files it. */
async function fileNew(run: Run, read: IssuesRead, chosen: ToFile[]): Promise<Trouble | null> {
  const { parts, settings, rule, repository } = run;
  const ready = await readyOnes(run, read, chosen);
  const asked = await askMerged(parts, { sentry: run.sentry, read }, ready.toFile);
  for (const { issue, why } of asked.unclear)
    note(run, { issue, why: `${why} It waits until Sentry tells what was merged into it.` }, 'waiting');
  const toFile = asked.clear.filter((one) => !noteKnown(run, read, one));
  let trouble = ready.trouble ?? asked.trouble;
  if (settings.dryRun) {
    for (const one of toFile) {
      const drafted = draft(rule, one, { repository, keyring: settings.keyring, errorId: one.errorId });
      if (!drafted.ok) note(run, { ...one, why: drafted.why }, 'failed');
      else run.items.push({ issue: one.issue, outcome: 'filed', why: one.why, number: null, draft: drafted.draft });
    }
    return trouble;
  }
  if (toFile.length > 0) trouble = (await fileClaimed(run, read, toFile)) ?? trouble;
  return (await settleTwins(parts, run, read)) ?? trouble;
}

/** Those that are still to be filed after a last look at each in Sentry: status, merges and links may have changed. */
async function readyOnes(
  run: Run,
  read: IssuesRead,
  chosen: ToFile[],
): Promise<{ toFile: ToFile[]; trouble: Trouble | null }> {
  const { parts, rule, sentry } = run;
  const again = await readById(
    parts.sentry,
    chosen.map(({ issue }) => issue.id),
  );
  if (!again.ok) return { toFile: [], trouble: postpone(run, chosen, again.trouble) };
  const now = new Map(again.value.map((issue) => [issue.id, issue]));
  const there = chosen.flatMap((one) => {
    const issue = now.get(one.issue.id);
    if (issue === undefined) note(run, { ...one, why: 'It was just merged into another one, or deleted.' }, 'skipped');
    return issue === undefined || noteKnown(run, read, { ...one, issue }) ? [] : [{ ...one, issue }];
  });
  const { events, trouble } = await readEvents(
    parts,
    there.map(({ issue }) => issue),
  );
  const toFile: ToFile[] = [];
  for (const one of there) {
    const event = events.get(one.issue.id);
    const verdict = judge(rule, one.issue, sentry.abilities, event ?? null);
    if (event === undefined) note(run, one, 'waiting');
    else if (verdict.takes) toFile.push({ ...one, event });
    else note(run, { ...one, why: verdict.why }, 'skipped');
  }
  return { toFile, trouble };
}

async function fileClaimed(run: Run, read: IssuesRead, toFile: ToFile[]): Promise<Trouble | null> {
  const { parts, settings, rule, repository } = run;
  const place = { fullName: repository.fullName };
  const { state } = parts.journal;
  const claimant = { holder: parts.runId, former: state.claim, leaseMs: settings.leaseMs };
  const claimed = await claimRepository({ github: parts.github, repository: place, ...claimant });
  if (claimed.kind === 'busy') return postpone(run, toFile, { refused: false, message: claimed.why });
  if (claimed.kind === 'failed')
    return postpone(run, toFile, githubTrouble(claimed.failure, sentenceFor(claimed.failure)));
  if (claimed.kind === 'not_allowed')
    run.notes.push(
      'This token may not make labels, so runs on other machines cannot see this one. Let only one run at a time.',
    );
  const claim = claimed.kind === 'held' ? claimed.claim : null;
  if (claim !== null) parts.journal.append({ kind: 'claim', holder: parts.runId });
  try {
    // what others filed until the claim was ours
    const behind = await readAbove(parts, repository.fullName, read, {
      numberBefore: read.highest,
      startedAt: run.startedAt,
    });
    if (behind !== null) return postpone(run, toFile, behind);
    const filed = await fileThem(parts, settings, { rule, repository, read, claim }, toFile);
    run.items.push(...filed.items);
    return filed.trouble;
  } finally {
    await claim?.release();
  }
}

/** The number that Sentry's organisation has, which the hub's markers are made of; null without a key to sign them. */
async function organizationId({
  parts,
  settings,
}: Run): Promise<{ ok: true; id: string | null } | { ok: false; trouble: Trouble }> {
  if (settings.keyring === null) return { ok: true, id: null };
  const probed = await parts.sentry.probe();
  return probed.ok
    ? { ok: true, id: probed.value.organization.id }
    : { ok: false, trouble: sentryTrouble(probed.failure) };
}

/** Notes one that is on GitHub already; false when it is not. */
function noteKnown(run: Run, read: IssuesRead, one: ToFile): boolean {
  const known = knownNumberOf(read, one, run.repository.url);
  if (known === null) return false;
  run.parts.journal.append({ kind: 'made', sentryId: one.issue.id, number: known.number });
  const why = known.own ? 'It was filed before.' : 'Another tool filed it: it is taken over.';
  note(run, { issue: one.issue, why }, known.own ? 'known' : 'taken_over', known.number);
  return true;
}

function postpone(run: Run, ones: readonly Pick<ToFile, 'issue' | 'why'>[], trouble: Trouble): Trouble {
  for (const one of ones) note(run, one, 'waiting');
  return trouble;
}

function note(
  { items }: Run,
  { issue, why }: Pick<ToFile, 'issue' | 'why'>,
  outcome: OneShotItem['outcome'],
  number: number | null = null,
): void {
  items.push({ issue, outcome, why, number, draft: null });
}
