import type { HEALTH_WORDS } from '../src/contract/connections.ts';
import type { ReportSummary, SEVERITIES } from '../src/contract/reports.ts';
import type { StateView } from './ui/mark.model.ts';

type StateOf = Pick<ReportSummary, 'state' | 'outcome_unknown' | 'source'> & {
  issue: Pick<NonNullable<ReportSummary['issue']>, 'number' | 'state' | 'state_reason' | 'gone'> | null;
};

const GONE: Record<'deleted' | 'transferred' | 'converted' | 'not_found', StateView> = {
  deleted: { word: 'Deleted on GitHub', tone: 'quiet', shape: 'slash' },
  transferred: { word: 'Moved on GitHub', tone: 'quiet', shape: 'arrow' },
  converted: { word: 'Now a discussion', tone: 'quiet', shape: 'arrow' },
  not_found: { word: 'Not found on GitHub', tone: 'amber', shape: 'warning' },
};

/** What became of a report, in a word that the person who wrote it uses. */
export function stateOf(report: StateOf): StateView {
  if (report.state === 'failed') return { word: 'GitHub refused it', tone: 'red', shape: 'stop' };
  if (report.state === 'pending') {
    return report.outcome_unknown
      ? { word: 'Being checked', tone: 'amber', shape: 'question' }
      : { word: report.source === 'error' ? 'On the way' : 'Received', tone: 'quiet', shape: 'waiting' };
  }
  const { issue } = report;
  if (issue === null) return { word: 'Filed', tone: 'accent', shape: 'open' };
  if (issue.gone !== null) return GONE[issue.gone];
  if (issue.state === 'closed') return closedState(issue.state_reason);
  if (report.source === 'external') return { word: `Open as #${issue.number}`, tone: 'accent', shape: 'open' };
  const again = issue.state_reason === 'reopened';
  return { word: again ? `Reopened as #${issue.number}` : `Filed as #${issue.number}`, tone: 'accent', shape: 'open' };
}

function closedState(reason: string | null): StateView {
  if (reason === 'not_planned') return { word: 'Not planned', tone: 'quiet', shape: 'slash' };
  if (reason === 'duplicate') return { word: 'Duplicate', tone: 'quiet', shape: 'copies' };
  return { word: 'Done', tone: 'plum', shape: 'check' };
}

type HealthWord = (typeof HEALTH_WORDS)[number];
const HEALTH: Record<HealthWord, StateView> = {
  healthy: { word: 'healthy', tone: 'green', shape: 'check' },
  delayed: { word: 'delayed', tone: 'amber', shape: 'clock' },
  blocked: { word: 'blocked', tone: 'red', shape: 'stop' },
  importing: { word: 'importing', tone: 'accent', shape: 'arrow' },
  off: { word: 'off', tone: 'quiet', shape: 'off' },
};

/** The look of one of the five health words. */
export function healthOf(word: HealthWord): StateView {
  return HEALTH[word];
}

const CHECKS: Record<'ok' | 'warning' | 'error', StateView> = {
  ok: { word: 'Right', tone: 'green', shape: 'check' },
  warning: { word: 'Mind', tone: 'amber', shape: 'warning' },
  error: { word: 'Wrong', tone: 'red', shape: 'stop' },
};

/** The look of one check of a connection test. */
export function checkOf(severity: 'ok' | 'warning' | 'error'): StateView {
  return CHECKS[severity];
}

const SEVERITY: Record<(typeof SEVERITIES)[number], string> = {
  low: 'Low',
  medium: 'Medium',
  high: 'High',
  critical: 'Critical',
};

/** A severity as a person reads it. */
export function severityWord(severity: (typeof SEVERITIES)[number]): string {
  return SEVERITY[severity];
}

const ROLE: Record<'reporter' | 'admin' | 'system_admin', string> = {
  reporter: 'Reporter',
  admin: 'Admin',
  system_admin: 'System admin',
};

/** A role as a person reads it. */
export function roleWord(role: 'reporter' | 'admin' | 'system_admin'): string {
  return ROLE[role];
}

const CONTEXT: Record<string, string> = {
  page_url: 'Page',
  app_version: 'App version',
  browser: 'Browser',
  language: 'Language',
  time_zone: 'Time zone',
  console_errors: 'Console errors',
};

/** The name of a context field: ours in words, any other as the app wrote it. */
export function contextWord(field: string): string {
  return CONTEXT[field] ?? field;
}

/** A context value or a changed field as one line of text. */
export function valueText(value: unknown): string {
  if (value === null || value === undefined || value === '') return 'nothing';
  if (typeof value === 'string') return value;
  if (Array.isArray(value)) return value.length === 0 ? 'nothing' : value.map(valueText).join(', ');
  // a label tells its colour besides; its name is what a person knows it by
  if (typeof value === 'object' && 'name' in value && typeof value.name === 'string') return value.name;
  return JSON.stringify(value);
}

/** The explanation without the word that stands before it: "Filed as #7" needs no second "Filed as #7 in acme/app". */
export function besideWord(word: string, explanation: string): string {
  return explanation.startsWith(`${word} `) ? explanation.slice(word.length + 1) : explanation;
}
