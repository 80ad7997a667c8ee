import { ARCHIVED_LABEL } from './reflect.model.ts';
import { decideAssignees } from './reflect-assignees.decide.ts';
import { decideReflection } from './reflect.decide.ts';
import { githubSideOf, sentrySideOf } from './sides.decide.ts';
import { knownIssueOf } from '../read/sentry-rows.decide.ts';
import { numbersOf } from './refresh-comment.decide.ts';
import { planNumbers } from './reflect-numbers.decide.ts';
import { trendOf } from '../trend.decide.ts';
import type { ActTrace, Agreement, ErrorCase } from './reflect.model.ts';
import type { Assigned, AssigneeActs } from './reflect-assignees.decide.ts';
import type { ErrorNumbers } from './refresh-comment.decide.ts';
import type { NumbersPlan } from './reflect-numbers.decide.ts';
import type { LastAgreed, Moment, ReflectDecision, ReflectInput } from './reflect.decide.ts';
import type { AgreedSentrySide, GithubSide, ReflectionAct, SentrySide } from '../errors.model.ts';
import type { SentryIssueRow } from '../rows.model.ts';

/** All that is to be done for an error now, and the sides it was decided from. */
export interface ReflectPlan {
  decision: ReflectDecision;
  acts: ReflectionAct[];
  sides: Agreement;
  /** What they agreed on before. */
  agreed: LastAgreed;
  assigned: Assigned;
  assignees: AssigneeActs;
  numbers: NumbersPlan | null;
  /** Sentry issues on whose pages the GitHub issue is to be shown. */
  toShow: string[];
  /** Of what is to be done, what was refused or lost a while ago, and when it is tried again. */
  held: ReadonlyMap<ReflectionAct, Date>;
  /** The act that is taken back by this; not given where the plan follows from the sides. */
  undoes?: string | null;
}

/** What is done for an error, by what is known of its sides; null while Sentry is in between two states. */
export function planReflection(subject: ErrorCase, now: Date): ReflectPlan | null {
  const input = inputOf(subject, now);
  if (input === null) return null;
  const heldOff = heldActs(subject, now);
  const decided = decideReflection(input);
  const decision = heldBack(decided, heldOff);
  const sides = { sentry: input.sentry.now, github: input.github.now };
  const goesOn = decision.agree && !decision.acts.includes('new_issue') && sides.sentry !== 'gone';
  const none: AssigneeActs = { sentry: null, add: [], remove: [] };
  const assignees = goesOn && sides.github !== 'gone' ? assigneesOf(subject) : none;
  const numbers = goesOn ? planNumbers(subject, sides.github, decision.acts, numbersNow(subject, sides, now)) : null;
  const toShow = goesOn && sides.github !== 'gone' ? unshown(subject) : [];
  const besides: ReflectionAct[] = [
    ...(assignees.add.length + assignees.remove.length > 0 ? (['assign_github'] as const) : []),
    ...(assignees.sentry === null ? [] : (['assign_sentry'] as const)),
    ...(toShow.length === 0 ? [] : (['link'] as const)),
    ...(numbers?.refresh === true ? (['refresh'] as const) : []),
  ];
  const wanted = new Set([...decided.acts, ...besides]);
  return {
    decision,
    sides,
    agreed: { sentry: input.sentry.agreed, github: input.github.agreed },
    assignees,
    toShow,
    numbers,
    assigned: assignedNow(subject),
    acts: [...decision.acts, ...besides.filter((act) => !heldOff.has(act))],
    held: new Map([...heldOff].filter(([act]) => wanted.has(act))),
  };
}

// Each event of a busy error asks for a look: what was refused, or is being found out about, keeps to its own time.
function heldActs({ begun, error }: ErrorCase, now: Date): Map<ReflectionAct, Date> {
  const held = begun.flatMap(({ act, after: trace }) => {
    const until = (trace as ActTrace | null)?.until;
    return until === undefined || new Date(until) <= now
      ? []
      : [[act as ReflectionAct, new Date(until)] satisfies [ReflectionAct, Date]];
  });
  return new Map(error.attempts === 0 ? [] : held); // a person wants it tried now
}

function heldBack(decision: ReflectDecision, held: ReadonlyMap<ReflectionAct, Date>): ReflectDecision {
  const until = earliest(decision.acts.flatMap((act) => held.get(act) ?? []));
  return until === null ? decision : { ...decision, acts: [], agree: false, waitUntil: until };
}

export function earliest(times: readonly Date[]): Date | null {
  return times.length === 0 ? null : new Date(Math.min(...times.map((time) => time.getTime())));
}

export function presentIssues({ sentryIssues }: Pick<ErrorCase, 'sentryIssues'>): SentryIssueRow[] {
  return sentryIssues.filter(({ gone }) => gone === null);
}

export function sentrySideOfRows(rows: readonly SentryIssueRow[]): SentrySide | null {
  return sentrySideOf(rows.map((row) => ({ ...row, statusDetails: row.status_details })));
}

export function isLabelled({ issue }: Pick<ErrorCase, 'issue'>): boolean {
  return issue.labels.some(({ name }) => name.toLowerCase() === ARCHIVED_LABEL);
}

/** The table's view of an error. */
function inputOf(subject: ErrorCase, now: Date): ReflectInput | null {
  const { error, issue, rule } = subject;
  const sentry = sentrySideOfRows(subject.sentryIssues);
  if (sentry === null) return null;
  return {
    // only this capability writes the columns
    sentry: {
      agreed: error.agreed_sentry as AgreedSentrySide | null,
      now: sentry,
      moved: sentryMoved(subject, sentry),
    },
    github: {
      agreed: error.agreed_github as GithubSide | null,
      now: githubSideOf(issue),
      moved: githubMoved(subject),
      closedAt: issue.closed_at,
    },
    labelled: isLabelled(subject),
    linkedAt: subject.linkedAt,
    settings: rule.settings,
    resolvedAt: subject.resolvedAt,
    flips: error.flips,
    begun: subject.begun.map(({ act, started_at: startedAt }) => ({ act: act as ReflectionAct, startedAt })),
    conflict: error.conflict,
    hasSurvivor: subject.survivor !== null,
    now,
  };
}

// Sentry tells no time of a change: it was seen when it was read. An issue that came back did so with an event, and the last one proves it.
function sentryMoved({ sentryIssues }: ErrorCase, side: SentrySide): Moment | null {
  const standing = sentryIssues.filter(({ gone }) => gone === null);
  const latest = (times: (Date | null)[]) =>
    times.reduce((a, b) => (a === null || (b !== null && b > a) ? b : a), null);
  if (side === 'regressed' || side === 'escalating') {
    const lastSeen = latest(standing.map(({ last_seen }) => last_seen));
    return lastSeen === null ? null : { from: lastSeen, to: lastSeen };
  }
  const seen = latest(sentryIssues.map(({ status_changed_at }) => status_changed_at));
  return seen === null ? null : { from: null, to: seen };
}

function githubMoved({ issue, reopenedAt }: ErrorCase): Moment | null {
  const exactly = issue.state === 'closed' ? issue.closed_at : reopenedAt;
  return exactly === null ? { from: null, to: issue.updated_at } : { from: exactly, to: exactly };
}

// GlitchTip assigns nobody
function assigneesOf(subject: ErrorCase): AssigneeActs {
  const acts = mergedAssignees(subject);
  return subject.sentryConnection.abilities?.product === 'glitchtip' ? { ...acts, sentry: null } : acts;
}

function mergedAssignees(subject: ErrorCase): AssigneeActs {
  return decideAssignees({
    agreed: subject.error.agreed_assignees,
    now: assignedNow(subject),
    people: subject.sentryConnection.people,
    direction: subject.rule.settings.assign,
  });
}

const GITHUB_AFTER: Partial<Record<ReflectionAct, GithubSide>> = {
  close: 'closed',
  close_not_planned: 'not_planned',
  close_duplicate: 'duplicate',
  reopen: 'open',
};
const SENTRY_AFTER: Partial<Record<ReflectionAct, SentrySide>> = {
  resolve: 'resolved',
  resolve_in_next_release: 'resolved',
  unresolve: 'unresolved',
  archive: 'ignored',
  new_issue: 'gone', // its Sentry issues stand for the new one
};

/** How a side stands after an act; null where the act changes no state of it. */
export function sideAfter(act: ReflectionAct): { sentry: SentrySide | null; github: GithubSide | null } {
  return { sentry: SENTRY_AFTER[act] ?? null, github: GITHUB_AFTER[act] ?? null };
}

/** The sides that are agreed on with an act. */
export function sidesAfter(sides: Agreement, act: ReflectionAct): Agreement {
  const { sentry, github } = sideAfter(act);
  return { sentry: sentry ?? sides.sentry, github: github ?? sides.github };
}

/** What both sides agree on after all acts. Of people GitHub did not take, or that came meanwhile, the next look tells. */
export function agreementAfter(
  { sides, acts, assigned, assignees }: ReflectPlan,
  traces: ReadonlyMap<ReflectionAct, ActTrace>,
): Agreement & { assignees: Assigned } {
  const taken = traces.get('assign_github')?.['assignees'] as string[] | undefined;
  const meant = [...assigned.github, ...assignees.add];
  const chosen = traces.get('assign_sentry')?.['assigned'] as string | null | undefined;
  return {
    ...acts.reduce(sidesAfter, sides),
    assignees: {
      sentry: chosen === undefined ? assigned.sentry : chosen,
      github: taken === undefined ? [...assigned.github] : taken.filter((login) => meant.some((one) => one === login)),
    },
  };
}

/** Who is assigned on both sides; of several Sentry issues the first that has somebody counts. */
export function assignedNow(subject: Pick<ErrorCase, 'issue' | 'sentryIssues'>): {
  sentry: string | null;
  github: string[];
} {
  const assigned = presentIssues(subject).find(({ assigned_to }) => assigned_to !== null);
  return { sentry: assigned?.assigned_to ?? null, github: subject.issue.assignees };
}

function numbersNow(subject: ErrorCase, { sentry }: Agreement, now: Date): ErrorNumbers {
  const { thresholds } = subject.rule;
  return numbersOf(presentIssues(subject).map(knownIssueOf), { side: sentry, thresholds, now });
}

function unshown(subject: ErrorCase): string[] {
  const { rule, sentryConnection, issue, shown } = subject;
  if (!rule.settings.backLink || (sentryConnection.abilities?.installation ?? null) === null) return [];
  return presentIssues(subject)
    .filter((row) => !row.linked_to.includes(issue.url))
    .map(({ sentry_id: id }) => id)
    .filter((id) => shown?.url !== issue.url || !shown.ids.includes(id));
}

/** Events of each of the last days, of all the error's Sentry issues together. */
export function trendOfCase({ counts }: ErrorCase, now: Date): { day: string; count: number }[] {
  const total = new Map<string, number>();
  for (const one of Map.groupBy(counts, ({ id }) => id).values())
    for (const { day, count } of trendOf(one, now)) total.set(day, (total.get(day) ?? 0) + count);
  return [...total].map(([day, count]) => ({ day, count })).toSorted((a, b) => a.day.localeCompare(b.day));
}
