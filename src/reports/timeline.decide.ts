import type { TimelineEntry } from '../contract/reports.ts';
import type { History, ReportRow } from './reports.model.ts';

type Attempt = History['attempts'][number];
type Change = History['changes'][number];

/** Both sides of a report in one line of time, oldest first (SPEC T1): each attempt with GitHub's request id and words. */
export function timelineOf(row: ReportRow, history: History): TimelineEntry[] {
  const received: TimelineEntry = {
    at: row.created_at.toISOString(),
    kind: 'received',
    text:
      row.source === 'external'
        ? 'Opened on GitHub.'
        : row.source === 'error'
          ? 'Taken from Sentry.'
          : row.reporter_kind === 'adopted'
            ? 'Opened on GitHub by this hub, before its database was lost.'
            : 'Report received and kept.',
    details: null,
  };
  const attempts = history.attempts.map(attemptEntry);
  const filedAt = attempts.find((entry) => entry.kind === 'synced')?.at ?? received.at;
  const changes = grouped(history.changes).map(changeEntry);
  const rest = [...attempts, ...changes, ...history.acts.map(actEntry)];
  return [received, ...rest.toSorted((a, b) => orderOf(a, filedAt).localeCompare(orderOf(b, filedAt)))];
}

// GitHub's times are whole seconds: what happened there in the second of the filing comes after it all the same.
function orderOf(entry: TimelineEntry, filedAt: string): string {
  if (entry.kind !== 'changed') return entry.at;
  const endOfSecond = entry.at.replace(/\.\d+Z$/u, '.999Z');
  return endOfSecond > filedAt ? endOfSecond : filedAt;
}

// Closing changes three fields at once; people did one thing.
function grouped(changes: Change[]): (Change & { reason: unknown })[] {
  return changes
    .filter(
      (change) =>
        change.field !== 'closed_at' &&
        !(change.field === 'state_reason' && stateChangeOf(changes, change) !== undefined),
    )
    .map((change) => ({
      ...change,
      reason:
        changes.find((other) => other.field === 'state_reason' && other.at.getTime() === change.at.getTime())?.after ??
        null,
    }));
}

function stateChangeOf(changes: Change[], change: Change): Change | undefined {
  return changes.find((other) => other.field === 'state' && other.at.getTime() === change.at.getTime());
}

const ATTEMPT_WORDS: Record<string, string> = {
  'create created': 'Filed on GitHub.',
  'create answer_lost': 'Sent to GitHub, but no answer came: it may or may not be there.',
  'create postponed': 'Not sent this time; it is tried again.',
  'create refused': 'GitHub refused it.',
  'lookup found': 'Found on GitHub: it had arrived.',
  'lookup postponed': 'Looked for it on GitHub; not seen yet.',
  'lookup absent': 'Not on GitHub after the last look: it may be sent again.',
  'adopt found': 'Found in the repository by its marker.',
  'twin found': 'A late twin on GitHub was closed as a duplicate.',
  'twin postponed': 'A twin on GitHub could not be closed.',
  'parent done': 'Made a sub-issue of its parent on GitHub.',
  'parent postponed': 'Not made a sub-issue of its parent yet; it is tried again.',
  'parent refused': 'GitHub did not make it a sub-issue of its parent.',
  'project done': 'Put onto its project on GitHub.',
  'project postponed': 'Not on its project yet; it is tried again.',
  'project refused': 'It is not on its project as it was meant to be.',
};

const OPEN_WORDS: Partial<Record<Attempt['kind'], string>> = {
  parent: 'About to become a sub-issue of its parent on GitHub.',
  project: 'About to be put onto its project on GitHub.',
};

function attemptEntry(attempt: Attempt): TimelineEntry {
  const outcome = attempt.outcome;
  return {
    at: (attempt.finished_at ?? attempt.started_at).toISOString(),
    kind: outcome === 'refused' ? 'failed' : outcome === 'created' || outcome === 'found' ? 'synced' : 'attempt',
    text:
      outcome === null
        ? (OPEN_WORDS[attempt.kind] ?? 'Being sent to GitHub.')
        : (ATTEMPT_WORDS[`${attempt.kind} ${outcome}`] ?? `${attempt.kind}: ${outcome}`),
    details: {
      attempt: attempt.kind,
      ...(outcome === null ? {} : { outcome }),
      ...(attempt.status === null ? {} : { status: attempt.status }),
      ...(attempt.request_id === null ? {} : { request_id: attempt.request_id }),
      ...(attempt.message === null ? {} : { message: attempt.message }),
      ...(attempt.next_try_at === null ? {} : { next_try_at: attempt.next_try_at.toISOString() }),
    },
  };
}

function changeEntry(change: Change & { reason: unknown }): TimelineEntry {
  return {
    at: change.at.toISOString(),
    kind: 'changed',
    text: changeText(change),
    details: { field: change.field, before: change.before, after: change.after },
  };
}

function changeText(change: Change & { reason: unknown }): string {
  const { after } = change;
  switch (change.field) {
    case 'state':
      return after === 'closed' ? `Closed on GitHub${closedAs(change.reason)}.` : 'Reopened on GitHub.';
    case 'state_reason':
      return after === null
        ? 'The reason of closing was taken back.'
        : `Reason on GitHub: ${textOf(after).replaceAll('_', ' ')}.`;
    case 'labels':
      return `Labels on GitHub: ${names(after)}.`;
    case 'assignees':
      return `Assigned on GitHub: ${names(after)}.`;
    case 'comments':
      return `${textOf(after)} ${after === 1 ? 'comment' : 'comments'} on GitHub.`;
    case 'title':
      return `Renamed on GitHub: ${textOf(after)}`;
    case 'gone':
      return after === 'transferred'
        ? 'Transferred to another repository on GitHub.'
        : after === null
          ? 'Back on GitHub.'
          : 'No longer found on GitHub.';
    default:
      return `${change.field} changed on GitHub.`;
  }
}

function closedAs(reason: unknown): string {
  return typeof reason === 'string' ? ` as ${reason.replaceAll('_', ' ')}` : '';
}

function names(value: unknown): string {
  if (!Array.isArray(value) || value.length === 0) return 'none';
  return value
    .map((entry: unknown) =>
      typeof entry === 'object' && entry !== null && 'name' in entry ? textOf(entry.name) : textOf(entry),
    )
    .join(', ');
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function actEntry(act: History['acts'][number]): TimelineEntry {
  const text =
    act.action === 'report.retried'
      ? `${act.actor_name} asked to try again.`
      : `${act.actor_name} corrected the report.`;
  return { at: act.at.toISOString(), kind: 'edited', text, details: null };
}
