import { sql as raw } from 'kysely';

import { familyOf, isLiving, truthOf } from './truth.ts';
import { sentrySideOf } from '../../../src/errors/reflect/sides.decide.ts';
import { SHARING_PROJECT_ID } from './world.ts';
import type { ErrorsWorld } from './world.ts';
import type { SandboxSentryIssue } from '../../../src/sandbox/sentry-world.model.ts';
import type { Tally } from '../tally.ts';
import type { TrueIssue, Truth } from './truth.ts';

/** An error as the hub has it, with its issue and its Sentry issues by their outside names. */
interface Stored {
  id: string;
  number: number | null;
  ids: string[];
  /** Those that were deleted or merged besides. */
  names: string[];
  conflict: string | null;
  message: string | null;
  reflect_at: Date | null;
  agreed_sentry: string | null;
  agreed_github: string | null;
  /** What the hub did for it, in order. */
  acts: string | null;
}

/** Counts on both fakes, once everything is at rest: what is there twice, what is missing, and where both sides differ in silence. */
export async function countErrors(world: ErrorsWorld, tally: Tally): Promise<void> {
  const truth = await truthOf(world);
  const stored = await storedErrors(world);
  const living = truth.sentry.filter((issue) => isLiving(issue) && statusOf(issue) === 'unresolved');
  tally.counted += living.length;
  const twice = [
    ...repeatedMarkers(truth),
    ...namedTwice(truth),
    ...repeatedComments(truth),
    ...(await unknownComments(world, truth)),
  ];
  const missing = [...(await unfiled(world, truth, living, stored)), ...unlinked(stored)];
  tally.duplicates += twice.length;
  tally.losses += missing.length;
  tally.faults.push(...twice, ...missing, ...silentDifferences(truth, stored));
}

/** An auto-resolved one is shown so though its status says otherwise. */
function statusOf({ autoResolved, status }: SandboxSentryIssue): string {
  return autoResolved ? 'resolved' : status;
}

async function storedErrors({ ctx }: ErrorsWorld): Promise<Stored[]> {
  const { rows } = await raw<Stored>`
    select e.id, i.number, e.conflict, e.message, e.reflect_at, e.agreed_sentry, e.agreed_github,
           (select string_agg(r.act || ' ' || r.state || ' ' || to_char(r.started_at, 'HH24:MI:SS.MS') || ' ' || coalesce(r.message, ''), ', ' order by r.id) from reflections r where r.error_id = e.id) as acts,
           array(select s.sentry_id from sentry_issues s where s.error_id = e.id and s.gone is null) as ids,
           array(select s.sentry_id from sentry_issues s where s.error_id = e.id) as names
      from errors e
      left join links l on l.source_kind = 'error' and l.source_id = e.id
      left join issues i on i.id = l.issue_id`.execute(ctx.sql);
  return rows;
}

const FIRST_LINE = /^<!-- throughline (?:reflection )?[^\n]+ -->/u;

function repeatedMarkers({ github }: Truth): string[] {
  const byMarker = Map.groupBy(github, ({ body }) => FIRST_LINE.exec(body)?.[0] ?? 'no marker');
  return [...byMarker].flatMap(([marker, issues]) =>
    issues.length > 1 || marker === 'no marker' ? [`${marker} stands in ${numbersOf(issues)}`] : [],
  );
}

/** Of errors that stand alone the issue names its Sentry issue. */
function namedTwice({ github, sentry }: Truth): string[] {
  return sentry.filter(isAlone).flatMap((issue) => {
    const naming = github.filter(({ body }) => namesIn(body)[0] === issue.id);
    return naming.length > 1 ? [`Sentry issue ${issue.id} has ${numbersOf(naming)}`] : [];
  });
}

function isAlone({ projectId }: SandboxSentryIssue): boolean {
  return projectId !== SHARING_PROJECT_ID;
}

function namesIn(body: string): string[] {
  return [...body.matchAll(/\/organizations\/[^/\s]+\/issues\/(\d+)\//gu)].map(([, id]) => id ?? '');
}

function repeatedComments({ github }: Truth): string[] {
  return github.flatMap(({ number, comments }) => {
    const byMarker = Map.groupBy(comments, (text) => FIRST_LINE.exec(text)?.[0] ?? '');
    return [...byMarker].flatMap(([marker, same]) =>
      marker !== '' && same.length > 1 ? [`#${number} has ${same.length} comments ${marker}`] : [],
    );
  });
}

/** One that was said under a name that the hub has forgotten was said again under another one, or will be. */
async function unknownComments({ ctx }: ErrorsWorld, { github }: Truth): Promise<string[]> {
  const { rows } = await raw<{ marker: string }>`select marker from reflections`.execute(ctx.sql);
  const known = new Set(rows.map(({ marker }) => marker));
  return github.flatMap(({ number, comments }) =>
    comments.flatMap((text) => {
      const marker = /^<!-- throughline reflection [^\n]+ -->/u.exec(text)?.[0];
      return marker === undefined || known.has(marker) ? [] : [`#${number} has a comment of no act: ${marker}`];
    }),
  );
}

/** Each Sentry issue that a rule takes is on GitHub, under its own name or that of one that was merged into it. */
async function unfiled(
  world: ErrorsWorld,
  { github, sentry, left }: Truth,
  living: readonly SandboxSentryIssue[],
  stored: readonly Stored[],
): Promise<string[]> {
  const byNumber = new Map(github.map((issue) => [issue.number, issue]));
  const { rows } = await raw<{ sentry_id: string; decision: string; why: string }>`
    select sentry_id, decision, why from sentry_issues`.execute(world.ctx.sql);
  const words = new Map(rows.map(({ sentry_id: id, decision, why }) => [id, `${decision}: ${why}`]));
  return living.flatMap((issue) => {
    const name = `Sentry issue ${issue.id} (${words.get(issue.id) ?? 'never seen'})`;
    const errors = stored.filter(({ ids }) => ids.includes(issue.id));
    const [error] = errors;
    if (errors.length === 1 && left.includes(error?.number ?? 0)) return [];
    const found = error?.number === null || error === undefined ? undefined : byNumber.get(error.number);
    if (errors.length !== 1 || found === undefined) return [`${name} has no issue on GitHub`];
    const names = [...familyOf(issue, sentry), ...(error?.names ?? [])];
    const isNamed = !isAlone(issue) || namesIn(found.body).some((id) => names.includes(id));
    return isNamed ? [] : [`${name} is said to be #${found.number}, which does not name it`];
  });
}

function unlinked(stored: readonly Stored[]): string[] {
  return stored.filter(({ number }) => number === null).map(({ id }) => `error ${id} has no issue`);
}

/** Both sides agree, or the error says that a person must decide, or when it is looked at again. */
function silentDifferences({ github, sentry }: Truth, stored: readonly Stored[]): string[] {
  const bySentryId = new Map(sentry.map((issue) => [issue.id, issue]));
  return stored.flatMap((error) => {
    const issue = github.find(({ number }) => number === error.number);
    const says = error.conflict !== null || error.message !== null || error.reflect_at !== null;
    const members = error.ids.flatMap((id) => bySentryId.get(id) ?? []).filter(isLiving);
    if (issue === undefined || says || members.length === 0) return [];
    const side = sentrySideOf(
      members.map((one) => ({
        status: statusOf(one),
        substatus: one.substatus,
        statusDetails: one.autoResolved ? { autoResolved: true } : {},
        gone: null,
      })),
    );
    return isAgreement(side, issue)
      ? []
      : [
          `error ${error.id}: Sentry says ${side}, #${issue.number} is ${issue.state} ${issue.stateReason ?? ''}, agreed on ${error.agreed_sentry} and ${error.agreed_github}; ${error.acts ?? 'nothing was done'}; in Sentry: ${members.map(toldOf).join(' | ')}`,
        ];
  });
}

function toldOf({ id, status, substatus, activity }: SandboxSentryIssue): string {
  return `${id} ${status} ${substatus ?? ''} after ${activity.map(({ type, at }) => `${type} ${at.slice(11, 23)}`).join(', ')}`;
}

/** What may stand beside each other by the rules' settings: "not planned" and "duplicate" change nothing that was fixed. */
function isAgreement(side: ReturnType<typeof sentrySideOf>, { state, stateReason, labels }: TrueIssue): boolean {
  const isFixed = state === 'closed' && stateReason !== 'not_planned' && stateReason !== 'duplicate';
  switch (side) {
    case 'unresolved':
    case 'regressed':
    case 'escalating':
      return !isFixed;
    case 'resolved':
    case 'auto_resolved':
      return state === 'closed';
    case 'ignored':
      return state === 'closed' || labels.includes('sentry: archived');
    default:
      return true;
  }
}

function numbersOf(issues: readonly TrueIssue[]): string {
  return issues.map(({ number }) => `#${number}`).join(', ');
}
