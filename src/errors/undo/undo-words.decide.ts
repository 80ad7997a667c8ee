import { ARCHIVED_LABEL } from '../reflect/reflect.model.ts';
import { assertNever } from '../../lib/assert-never.ts';
import { decideUndo, standsAsBefore } from '../reflect/undo.decide.ts';
import { assignedNow, isLabelled, presentIssues } from '../reflect/reflect-plan.decide.ts';
import type { UndoBefore, UndoSubject } from '../reflect/undo.decide.ts';
import type { UndoChain, UndoThing, UndoVerdict } from './undo.model.ts';

/** Which thing is set back, as people call it. */
export const THING_WORDS: Record<UndoThing, string> = {
  issue_state: 'State on GitHub',
  label: 'Label on GitHub',
  assignees: 'People on GitHub',
  sentry_state: 'State in Sentry',
  sentry_assignee: 'Person in Sentry',
};

/** What would become of a chain by how both sides stand as far as known here; null: the error's rule, connection or issue is gone. */
export function decideItem(chain: UndoChain, subject: UndoSubject | null): UndoVerdict {
  const [latest] = chain.acts;
  const first = chain.acts.at(-1);
  if (subject === null || latest === undefined || first === undefined)
    return { state: 'left', stood: 'not known', sets: 'as it is', why: 'Its rule or one of its connections is gone.' };
  const before = first.before as UndoBefore;
  const stood = standsWords(chain.thing, subject);
  const words = { stood, sets: beforeWords(chain.thing, before, subject) };
  const gone = goneWords(chain, subject);
  if (gone !== null) return { state: 'left', ...words, why: gone };
  const meant = { act: latest.act, before: first.before, after: latest.after };
  if (standsAsBefore(meant, subject)) return { state: 'left', ...words, why: 'It stands as it was before already.' };
  if (decideUndo(meant, subject) === null)
    return { state: 'left', ...words, why: 'Somebody changed it since: it is left alone.' };
  return { state: 'waiting', ...words, why: earlierWords(chain.earlier) };
}

function goneWords({ side }: UndoChain, subject: UndoSubject): string | null {
  if (side === 'github' && subject.issue.gone !== null) return 'The issue is gone from GitHub.';
  return side === 'sentry' && presentIssues(subject).length === 0 ? 'It is gone in Sentry.' : null;
}

function earlierWords(earlier: number): string | null {
  if (earlier === 0) return null;
  const acts = earlier === 1 ? 'One earlier act is' : `${earlier} earlier acts are`;
  return `${acts} left alone: somebody changed it in between, and that is what is set again.`;
}

function standsWords(thing: UndoThing, subject: UndoSubject): string {
  const { issue } = subject;
  switch (thing) {
    case 'issue_state':
      return issue.gone === null ? stateWords(issue.state, issue.state_reason) : 'gone';
    case 'label':
      return labelWords(isLabelled(subject));
    case 'assignees':
      return peopleWords(issue.assignees);
    case 'sentry_state':
      return statusWords(presentIssues(subject).map(({ status }) => status));
    case 'sentry_assignee':
      return personWords(assignedNow(subject).sentry, subject);
    default:
      return assertNever(thing);
  }
}

function beforeWords(thing: UndoThing, before: UndoBefore, subject: UndoSubject): string {
  switch (thing) {
    case 'issue_state':
      return stateWords(before.state ?? 'open', before.state_reason ?? null);
    case 'label':
      return labelWords(before.labelled === true);
    case 'assignees':
      return peopleWords(before.assignees ?? []);
    case 'sentry_state':
      return statusWords((before.issues ?? []).map(({ status }) => status));
    case 'sentry_assignee':
      return personWords(before.issues?.[0]?.assigned ?? null, subject);
    default:
      return assertNever(thing);
  }
}

function stateWords(state: string, reason: string | null): string {
  if (state === 'open') return 'open';
  if (reason === 'not_planned') return 'closed as not planned';
  return reason === 'duplicate' ? 'closed as a duplicate' : 'closed as completed';
}

function labelWords(labelled: boolean): string {
  return `${labelled ? 'with' : 'without'} the label “${ARCHIVED_LABEL}”`;
}

function peopleWords(logins: readonly string[]): string {
  return logins.length === 0 ? 'nobody' : logins.join(', ');
}

// Sentry's page says archived where its API says ignored
function statusWords(statuses: readonly string[]): string {
  const words = new Set(statuses.map((status) => (status === 'ignored' ? 'archived' : status)));
  return words.size === 0 ? 'gone' : [...words].join(' and ');
}

function personWords(assigned: string | null, { sentryIssues }: UndoSubject): string {
  if (assigned === null) return 'nobody';
  return sentryIssues.find(({ assigned_to: id }) => id === assigned)?.assigned_name ?? assigned;
}
