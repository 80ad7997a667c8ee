import { assertNever } from '../lib/assert-never.ts';
import { MINUTE_MS } from '../lib/clock.ts';
import type { ConnectionTestResult, Health } from '../contract/connections.ts';
import type { Finding } from './doctor.model.ts';

type Name = Finding['name'];
type Direction = Health['directions'][number];
type Queue = Health['queue'];

/** An unanswered creation is looked up for some minutes; one that is older is worth a look. */
const UNKNOWN_LATE_MS = 20 * MINUTE_MS;

export function fine(name: Name, text: string): Finding {
  return { name, repository: null, ok: true, severity: 'ok', text, fix: null };
}

export function warning(name: Name, text: string, fix: string | null): Finding {
  return { name, repository: null, ok: true, severity: 'warning', text, fix };
}

export function wrong(name: Name, text: string, fix: string | null): Finding {
  return { name, repository: null, ok: false, severity: 'error', text, fix };
}

/** Whether this Node can run the house: TypeScript without a flag came with 22.18 and 23.6. */
export function nodeFinding(version: string): Finding {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const isNew = major > 23 || (major === 23 && minor >= 6) || (major === 22 && minor >= 18);
  return isNew
    ? fine('node', `Node.js is ${version}.`)
    : wrong('node', `Node.js is ${version}.`, 'Install Node.js 22.18 or newer.');
}

/** What the health page says of a direction, as a finding. */
export function directionFinding(direction: Direction, repository: string | null): Finding {
  const name = direction.direction;
  const text = `${direction.name}: ${direction.reason}`;
  return { ...bySeverity(direction, name, text), repository };
}

function bySeverity({ word, fix }: Direction, name: Name, text: string): Finding {
  switch (word) {
    case 'blocked':
      return wrong(name, text, fix);
    case 'delayed':
      return warning(name, text, fix);
    case 'healthy':
    case 'importing':
    case 'off':
      return fine(name, text);
    default:
      return assertNever(word);
  }
}

/** What waits, for how long, and what GitHub refused. */
export function queueFindings(queue: Queue, now: Date): Finding[] {
  const findings = [waitingFinding(queue, now)];
  if (queue.failed > 0)
    findings.push(
      warning(
        'queue',
        `GitHub refused ${reports(queue.failed)}.`,
        'Open All issues, filter by failed, and correct them.',
      ),
    );
  return findings;
}

function waitingFinding(queue: Queue, now: Date): Finding {
  const waiting = queue.pending + queue.sending + queue.unknown;
  if (waiting === 0) return fine('queue', 'No report waits for GitHub.');
  const parts = [
    ...(queue.oldest_pending_at === null ? [] : [`the oldest for ${ageOf(queue.oldest_pending_at, now)}`]),
    ...(queue.oldest_unknown_at === null
      ? []
      : [`${queue.unknown} sent without an answer, the oldest ${ageOf(queue.oldest_unknown_at, now)} ago`]),
  ];
  const text = `${reports(waiting)} ${waiting === 1 ? 'waits' : 'wait'} for GitHub${parts.map((part) => `, ${part}`).join('')}.`;
  const unknownForMs = queue.oldest_unknown_at === null ? 0 : now.getTime() - Date.parse(queue.oldest_unknown_at);
  return unknownForMs > UNKNOWN_LATE_MS
    ? warning(
        'queue',
        text,
        'GitHub is asked before anything is sent again. Is a hub or worker running, and is the connection free?',
      )
    : fine('queue', text);
}

/** The token test of one connection. */
export function connectionFindings(result: ConnectionTestResult, repository: string): Finding[] {
  return result.checks.map(({ name, ok, severity, text, fix }) => ({ name, repository, ok, severity, text, fix }));
}

/** How one finding is printed; `mark` comes in front. */
export function linesOf(finding: Finding, mark: string): string {
  const about =
    finding.repository === null || finding.text.includes(finding.repository) ? '' : `${finding.repository}: `;
  const fix = finding.fix === null ? '' : `\n    ${finding.fix}`;
  return `${mark} ${about}${finding.text}${fix}`;
}

/** The last line. */
export function verdictOf(findings: Finding[]): string {
  const count = (severity: Finding['severity']) => findings.filter((finding) => finding.severity === severity).length;
  const [errors, warnings] = [count('error'), count('warning')];
  if (errors === 0) return warnings === 0 ? 'All is well.' : `Nothing is wrong; ${warnings} to look at.`;
  return `${errors} ${errors === 1 ? 'thing is' : 'things are'} wrong${warnings === 0 ? '' : `, ${warnings} to look at`}.`;
}

function reports(count: number): string {
  return `${count} ${count === 1 ? 'report' : 'reports'}`;
}

function ageOf(iso: string, now: Date): string {
  const minutes = Math.floor((now.getTime() - Date.parse(iso)) / MINUTE_MS);
  if (minutes < 1) return 'less than a minute';
  if (minutes < 120) return `${minutes} ${minutes === 1 ? 'minute' : 'minutes'}`;
  return minutes < 48 * 60 ? `${Math.floor(minutes / 60)} hours` : `${Math.floor(minutes / 60 / 24)} days`;
}
