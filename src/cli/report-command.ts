import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';

import { assertNever } from '../lib/assert-never.ts';
import { callHub } from './hub-api.client.ts';
import { ConfigProblem } from '../config.ts';
import { EXIT } from './commands.ts';
import { exitCodeOf } from './remote-exit.ts';
import type { HubAccess } from './hub-api.client.ts';
import type { RemoteOptions } from './remote-options.ts';
import type { Report, ReportDraft } from '../contract/reports.ts';

export interface ReportOptions extends RemoteOptions {
  title: string;
  description?: string;
  descriptionFile?: string;
  tag: string[];
  severity?: NonNullable<ReportDraft['severity']>;
  reporterId?: string;
  reporterEmail?: string;
  reporterName?: string;
  wait: number;
  idempotencyKey?: string;
}

/** `throughline report`: one line on stdout with what became of it. Returns the exit code. */
export async function reportCommand(hub: HubAccess, options: ReportOptions, fromStdin: boolean): Promise<number> {
  const description = await descriptionOf(options, fromStdin);
  const key = options.idempotencyKey ?? randomUUID();
  const outcome = await callHub(hub, 'createReport', {
    headers: { prefer: `wait=${options.wait}`, 'idempotency-key': key },
    body: {
      title: options.title,
      description,
      tags: options.tag,
      severity: options.severity,
      ...reporterOf(options),
    },
  });
  if (outcome.kind === 'done') {
    console.log(options.json === true ? JSON.stringify(outcome.value) : lineOf(outcome.value));
    return codeFor(outcome.value, options.wait);
  }
  const again = ` It may have been kept: add --idempotency-key ${key} and repeat the call; it cannot be reported twice that way.`;
  console.error(`${outcome.message}${outcome.kind === 'no_answer' ? again : ''}`);
  return exitCodeOf(outcome);
}

async function descriptionOf(options: ReportOptions, fromStdin: boolean): Promise<string> {
  if (fromStdin || options.descriptionFile === '-') return text(process.stdin);
  if (options.descriptionFile === undefined) return options.description ?? '';
  try {
    return readFileSync(options.descriptionFile, 'utf8');
  } catch (error) {
    const words = error instanceof Error ? error.message : String(error);
    throw new ConfigProblem(`The description cannot be read from ${options.descriptionFile} (${words}).`);
  }
}

function reporterOf({ reporterId, reporterEmail, reporterName }: ReportOptions): Pick<ReportDraft, 'reporter'> {
  return reporterId === undefined ? {} : { reporter: { id: reporterId, email: reporterEmail, name: reporterName } };
}

function lineOf(report: Report): string {
  switch (report.state) {
    case 'synced':
      return report.issue === null
        ? `${report.id}: ${report.explanation}`
        : `#${report.issue.number} ${report.issue.url}`;
    case 'pending':
      return `Kept as ${report.id}, not on GitHub yet: ${report.explanation}`;
    case 'failed':
      return `Kept as ${report.id}, but GitHub refused it: ${report.explanation}`;
    default:
      return assertNever(report.state);
  }
}

function codeFor({ state }: Report, waited: number): number {
  if (state === 'failed') return EXIT.refused;
  // whoever does not wait asked only that the hub has it
  return state === 'synced' || waited === 0 ? EXIT.done : EXIT.failed;
}
