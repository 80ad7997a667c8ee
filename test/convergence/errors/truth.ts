import { filedAgain } from './families.ts';
import { familyOf, isLiving } from '../../crash/errors/truth.ts';
import { GITHUB_MOVES, SENTRY_MOVES } from '../../../src/errors/reflect/reflect-moves.decide.ts';
import { githubSideOf, sentrySideOf } from '../../../src/errors/reflect/sides.decide.ts';
import { selectRules } from '../../../src/errors/rules/rules.store.ts';
import { shownStatus } from '../../../src/sandbox/sentry-state.ts';
import { wrongOfPeople } from './people.ts';
import type { ErrorHistory } from './history.ts';
import type { ErrorsStage } from './stage.ts';
import type { Filed } from './families.ts';
import type { AgreedSentrySide, GithubSide, SentryRule, SentrySide } from '../../../src/errors/errors.model.ts';
import type { SandboxIssue } from '../../../src/sandbox/sandbox.model.ts';
import type { SandboxSentryIssue } from '../../../src/sandbox/sentry-world.model.ts';
import type { SentryIssueRow } from '../../../src/errors/rows.model.ts';

/** An error as the hub has it, with its issue and its Sentry issues by their outside names. */
interface Stored {
  id: string;
  number: number | null;
  follows: string | null;
  created_at: Date;
  conflict: string | null;
  message: string | null;
  reflect_at: Date | null;
  agreed_sentry: AgreedSentrySide | null;
  agreed_github: GithubSide | null;
  /** Those that are there, and those that were deleted or merged besides. */
  ids: string[];
  names: string[];
}

interface Found {
  stage: ErrorsStage;
  history: ErrorHistory;
  github: SandboxIssue[];
  sentry: SandboxSentryIssue[];
  stored: Stored[];
  rows: Map<string, SentryIssueRow>;
}

/** What must hold at rest, each breach in words: both sides as the fakes have them, held against what the hub knows. */
export async function whatIsWrong(stage: ErrorsStage, history: ErrorHistory): Promise<string[]> {
  const { sql } = stage.hub().ctx;
  const rows = await sql.selectFrom('sentry_issues').selectAll().execute();
  const found: Found = {
    stage,
    history,
    github: stage.github.issues(),
    sentry: stage.sentry.world.state.issues,
    stored: (await stage.hub().query(STORED, [])) as unknown as Stored[],
    rows: new Map(rows.map((row) => [row.sentry_id, row])),
  };
  return [
    ...repeatedMarkers(found),
    ...repeatedNames(found),
    ...(openNew(history) ? [] : filedAgain(filedBy(found), found.sentry)),
    ...unknownIssues(found),
    ...repeatedComments(found),
    ...(await unknownComments(found)),
    ...(await unfiled(found)),
    ...found.stored.flatMap((error) => wrongOf(found, error)),
    ...(await unfinished(stage)),
    ...wrongOfPeople(stage),
  ];
}

const STORED = `
  select e.id, e.follows, e.created_at, e.conflict, e.message, e.reflect_at, e.agreed_sentry, e.agreed_github, i.number,
         array(select s.sentry_id from sentry_issues s where s.error_id = e.id and s.gone is null) as ids,
         array(select s.sentry_id from sentry_issues s where s.error_id = e.id) as names
    from errors e
    left join links l on l.source_kind = 'error' and l.source_id = e.id
    left join issues i on i.id = l.issue_id`;

const FIRST_LINE = /^<!-- throughline [^\n]+ -->/u;

function has(history: ErrorHistory, what: 'forget' | 'rule'): boolean {
  return history.steps.some((step) => step.do === what);
}

function repeatedMarkers({ github }: Found): string[] {
  const byMarker = Map.groupBy(github, ({ body }) => FIRST_LINE.exec(body ?? '')?.[0] ?? 'no marker');
  return [...byMarker].flatMap(([marker, issues]) =>
    issues.length > 1 || marker === 'no marker' ? [`${numbersOf(issues)} have ${marker}`] : [],
  );
}

/** One Sentry issue stands on GitHub once; only a regression may have an issue of its own, which follows the one before. */
function repeatedNames({ github, stored, history }: Found): string[] {
  const byName = Map.groupBy(github, ({ body }) => namesIn(body ?? '')[0] ?? '');
  return [...byName].flatMap(([id, issues]) => {
    const first = issues.filter(({ number }) =>
      stored.some((error) => error.number === number && error.follows === null),
    );
    // a hub that lost its database does not know any more which issue followed which
    const isOneLine = has(history, 'forget') && openNew(history);
    return first.length > 1 && !isOneLine ? [`Sentry issue ${id} stands in ${numbersOf(first)}`] : [];
  });
}

function filedBy({ github, stored }: Found): Filed[] {
  return github.flatMap(({ number, body, createdAt }) => {
    const [sentryId] = namesIn(body ?? '');
    const error = stored.find((one) => one.number === number);
    if (sentryId === undefined || error === undefined) return [];
    // a hub that lost its database made the error anew of what it had filed long before
    const takenAt = new Date(Math.min(error.created_at.getTime(), Date.parse(createdAt)));
    return [{ number, sentryId, takenAt }];
  });
}

function openNew({ settings, steps }: ErrorHistory): boolean {
  return settings.onRegressed === 'new_issue' || steps.some((step) => step.do === 'rule' && step.change === 'openNew');
}

function namesIn(body: string): string[] {
  return [...body.matchAll(/\/organizations\/[^/\s]+\/issues\/(\d+)\//gu)].map(([, id]) => id ?? '');
}

function unknownIssues({ github, stored }: Found): string[] {
  return github.flatMap(({ number }) => {
    const errors = stored.filter((error) => error.number === number);
    if (errors.length === 0) return [`#${number} is nobody's`];
    const present = errors.filter(({ ids }) => ids.length > 0);
    return present.length > 1 ? [`#${number} is the issue of ${present.length} errors`] : [];
  });
}

function repeatedComments({ stage, github }: Found): string[] {
  return github.flatMap(({ number }) => {
    const byMarker = Map.groupBy(textsOn(stage, number), (text) => FIRST_LINE.exec(text)?.[0] ?? '');
    return [...byMarker].flatMap(([marker, same]) =>
      marker !== '' && same.length > 1 ? [`#${number} has ${same.length} comments ${marker}`] : [],
    );
  });
}

function textsOn({ github }: ErrorsStage, number: number): string[] {
  return (github.state.repositories[0]?.comments[number] ?? []).map(({ body }) => body);
}

/** One that was said under a name that the hub has forgotten was said again under another one, or will be. */
async function unknownComments({ stage, github, history }: Found): Promise<string[]> {
  if (has(history, 'forget')) return [];
  const known = new Set((await stage.hub().query('select marker from reflections', [])).map(({ marker }) => marker));
  return github.flatMap(({ number }) =>
    textsOn(stage, number).flatMap((text) => {
      const marker = /^<!-- throughline reflection [^\n]+ -->/u.exec(text)?.[0];
      return marker === undefined || known.has(marker) ? [] : [`#${number} has a comment of no act: ${marker}`];
    }),
  );
}

/** Each Sentry issue that a rule takes is on GitHub, under its own name or that of one that was merged into it. */
async function unfiled({ stage, sentry, stored, github, rows }: Found): Promise<string[]> {
  const rules = await selectRules(stage.hub().ctx.sql, { tenantId: null });
  return sentry.filter(isLiving).flatMap((issue) => {
    const row = rows.get(issue.id);
    const name = `Sentry issue ${issue.id} (${row === undefined ? 'never seen' : `${row.decision}: ${row.why}`})`;
    const errors = stored.filter(({ ids }) => ids.includes(issue.id));
    const [error] = errors;
    if (error === undefined) return isWanted(issue, rules) ? [`${name} has no issue on GitHub`] : [];
    const at = github.find(({ number }) => number === error.number);
    if (at === undefined) return [`${name} has the error ${error.id} and no issue on GitHub`];
    const names = [...familyOf(issue, sentry), ...error.names];
    const told = namesIn(at.body ?? '');
    const isNamed = told.some((id) => names.includes(id)) || sharesOrCameAgain(issue, sentry, told);
    return isNamed ? [] : [`${name} is said to be #${at.number}, which does not name it`];
  });
}

/** Its issue names another one of its culprit, or the one it came in the place of. */
function sharesOrCameAgain(issue: SandboxSentryIssue, sentry: readonly SandboxSentryIssue[], told: string[]): boolean {
  return sentry.some(
    ({ id, culprit, title, projectId }) =>
      told.includes(id) && projectId === issue.projectId && (culprit === issue.culprit || title === issue.title),
  );
}

/** By the rules' own settings: a rule that is switched off takes nothing. */
function isWanted(issue: SandboxSentryIssue, rules: readonly SentryRule[]): boolean {
  if (shownStatus(issue) !== 'unresolved') return false;
  return rules.some(
    ({ enabled, projects, eventsMin }) =>
      enabled && projects.includes(SLUGS[issue.projectId] ?? '') && issue.count >= eventsMin,
  );
}

const SLUGS: Record<string, string> = { 4501: 'shop-web', 4502: 'api' };

/** Both sides agree on how they stand, or the error says why not; what the hub has of Sentry is so. */
function wrongOf({ stage, sentry, github, history, rows }: Found, error: Stored): string[] {
  const { conflict, message, reflect_at: at } = error;
  const members = error.ids.flatMap((id) => sentry.find((issue) => issue.id === id) ?? []);
  const stale = members.flatMap((issue) => staleOf(issue, rows.get(issue.id)));
  if (error.number === null) return [...stale, `error ${error.id} has no issue`];
  const issue = github.find(({ number }) => number === error.number);
  const says = conflict !== null || message !== null || at !== null;
  if (issue === undefined || says || members.length === 0 || stale.length > 0) return stale;
  const side = sentrySideOf(members.map((one) => ({ ...stateOf(one), gone: null })));
  const here = githubSideOf({ state: issue.state, state_reason: issue.stateReason, gone: null });
  const { agreed_sentry: sentrys, agreed_github: githubs } = error;
  const words = `error ${error.id}: Sentry says ${side}, #${issue.number} is ${here}, agreed on ${sentrys} and ${githubs}`;
  if (side === null || sentrys === null || githubs === null) return [`${words}: never compared`];
  if (SENTRY_MOVES[sentrys][side] !== 'still' || GITHUB_MOVES[githubs][here] !== 'still')
    return [`${words}: not compared`];
  const isUnruled = !has(history, 'rule') && !has(history, 'forget');
  const labels = stage.github.issues().find(({ number }) => number === issue.number)?.labels ?? [];
  return isUnruled && !areAlike(side, here, labels) ? [`${words}: unlike`] : [];
}

function stateOf(issue: SandboxSentryIssue) {
  const { substatus, autoResolved, statusDetails } = issue;
  return { status: shownStatus(issue), substatus, statusDetails: autoResolved ? { autoResolved } : statusDetails };
}

function staleOf(issue: SandboxSentryIssue, row: SentryIssueRow | undefined): string[] {
  const status = shownStatus(issue);
  if (!isLiving(issue)) return [`Sentry issue ${issue.id} is gone, and the hub does not know`];
  return row?.status === status ? [] : [`Sentry issue ${issue.id} is ${status}, and the hub has ${row?.status}`];
}

/** What may stand beside each other while each direction is on: "not planned" and "duplicate" change nothing that was fixed. */
function areAlike(side: SentrySide, here: GithubSide, labels: readonly string[]): boolean {
  switch (side) {
    case 'unresolved':
    case 'regressed':
    case 'escalating':
      return here !== 'closed';
    case 'resolved':
    case 'auto_resolved':
      return here !== 'open';
    case 'ignored':
      return here !== 'open' || labels.includes('sentry: archived');
    default:
      return true;
  }
}

async function unfinished(stage: ErrorsStage): Promise<string[]> {
  const rows = await stage.hub().query(
    `select 'filing ' || id || ' is ' || state || ' (' || coalesce(failure_message, '') || ')' as what from filings where state <> 'synced'
     union all select 'reflection ' || act || ' is begun still (' || coalesce(message, '') || ')' from reflections where finished_at is null
     union all select 'error ' || id || ' is held by ' || locked_by from errors where locked_by is not null
     union all select 'a hint of ' || sentry_id || ' waits' from sentry_hints
     union all select 'a connection is paused: ' || paused_message from sentry_connections where paused_at is not null
     union all select 'a connection is paused: ' || paused_message from connections where paused_at is not null`,
    [],
  );
  return rows.map(({ what }) => String(what));
}

function numbersOf(issues: readonly SandboxIssue[]): string {
  return issues.map(({ number }) => `#${number}`).join(', ');
}
