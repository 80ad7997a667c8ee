import { setTimeout as sleep } from 'node:timers/promises';

import { callHub } from './hub-api.client.ts';
import { columns } from './columns.ts';
import { EXIT } from './commands.ts';
import { SentryRuleDraft } from '../contract/sentry.ts';
import { told } from './remote-exit.ts';
import type { DryRun, SentryConnection, SentryRule, SentryRun } from '../contract/sentry.ts';
import type { ErrorsQuery, ErrorSummary } from '../contract/errors.ts';
import type { HubAccess, HubOutcome } from './hub-api.client.ts';
import type { RemoteOptions } from './remote-options.ts';

export interface ErrorsOptions extends RemoteOptions {
  state?: ErrorsQuery['state'];
  query?: string;
  limit: number;
}

export interface RunOptions extends RemoteOptions {
  wait: number;
}

export interface DryRunOptions extends RemoteOptions {
  days: number;
}

const PER_PAGE = 100;
const POLL_MS = 400;

/** `throughline sentry connections`: a line each. Returns the exit code. */
export async function connectionsCommand(hub: HubAccess, options: RemoteOptions): Promise<number> {
  const answer = await callHub(hub, 'listSentryConnections', {});
  if (answer.kind !== 'done') return told(answer);
  return print(options, answer.value.items, (items: SentryConnection[]) =>
    columns(
      ['name', 'organisation', 'health', 'rules', 'errors', 'why'],
      items.map((one) => [
        one.name,
        `${one.organization} at ${one.base_url}`,
        one.health.word,
        String(one.rules),
        String(one.errors),
        one.health.reason,
      ]),
    ),
  );
}

/** `throughline sentry rules`: a line each, in their order. Returns the exit code. */
export async function rulesCommand(hub: HubAccess, options: RemoteOptions): Promise<number> {
  const answer = await callHub(hub, 'listSentryRules', {});
  if (answer.kind !== 'done') return told(answer);
  return print(options, answer.value.items, (items: SentryRule[]) =>
    columns(
      ['id', 'name', 'repository', 'health', 'taken', 'waiting', 'skipped', 'why'],
      items.map(({ id, name, repository, health, counts }) => [
        id,
        name,
        repository ?? 'none',
        health.word,
        String(counts.taken),
        String(counts.waiting),
        String(counts.skipped),
        health.reason,
      ]),
    ),
  );
}

/** `throughline sentry errors`: both sides of each on a line, the latest first. Returns the exit code. */
export async function errorsCommand(hub: HubAccess, options: ErrorsOptions): Promise<number> {
  const found: ErrorSummary[] = [];
  let cursor: string | undefined;
  do {
    const limit = Math.min(PER_PAGE, options.limit - found.length);
    const page = await callHub(hub, 'listErrors', { query: { state: options.state, q: options.query, limit, cursor } });
    if (page.kind !== 'done') return told(page);
    found.push(...page.value.items);
    cursor = page.value.next ?? undefined;
  } while (cursor !== undefined && found.length < options.limit);
  return print(options, found, (items) =>
    columns(
      ['sentry', 'status', 'events', 'github', 'state', 'title'],
      items.map(({ sentry, github, state, conflict }) => [
        sentry.short_id ?? sentry.id,
        sentry.substatus ?? sentry.status,
        String(sentry.count),
        github === null ? '-' : `${github.repository}#${github.number} ${github.state}`,
        conflict === null ? state : 'conflict',
        sentry.title.replaceAll(/\s+/gu, ' ').slice(0, 100),
      ]),
    ),
  );
}

/** `throughline sentry run`: looks for new errors now, follows it, and says what came of it. Returns the exit code. */
export async function runCommand(hub: HubAccess, name: string, options: RunOptions): Promise<number> {
  const rule = await ruleNamed(hub, name);
  if (rule.kind !== 'done') return told(rule);
  const started = await callHub(hub, 'runSentryRule', { params: { id: rule.value.id } });
  const outcome = started.kind === 'done' ? await follow(hub, started.value, options.wait) : started;
  if (outcome.kind !== 'done') return told(outcome);
  const run = outcome.value;
  print(options, run, () => [
    `${rule.value.name}: ${run.state}: ${run.seen} seen, ${run.taken} taken, ${run.waiting} waiting, ${run.skipped} skipped; ${run.requests} requests.`,
  ]);
  if (run.message !== null && options.json !== true) console.error(run.message);
  if (run.state === 'failed') return EXIT.refused;
  return run.state === 'done' && run.waiting === 0 ? EXIT.done : EXIT.failed;
}

/** `throughline sentry dry-run`: what the rule would have filed in the last days, and why not. Returns the exit code. */
export async function dryRunCommand(hub: HubAccess, name: string, options: DryRunOptions): Promise<number> {
  const rule = await ruleNamed(hub, name);
  if (rule.kind !== 'done') return told(rule);
  const draft = SentryRuleDraft.parse(
    Object.fromEntries(Object.keys(SentryRuleDraft.shape).map((key) => [key, Reflect.get(rule.value, key)])),
  );
  const body = { rule: draft, rule_id: rule.value.id, days: options.days };
  const answer = await callHub(hub, 'dryRunSentryRule', { body });
  if (answer.kind !== 'done') return told(answer);
  return print(options, answer.value, dryRunLines);
}

function dryRunLines({ items, totals, days, complete, requests }: DryRun): string[] {
  const table = columns(
    ['', 'sentry', 'repository', 'title', 'why'],
    items.map(({ verdict, issue, repository, title, why }) => [
      verdict,
      issue.short_id ?? issue.id,
      repository ?? '-',
      (title ?? issue.title).replaceAll(/\s+/gu, ' ').slice(0, 80),
      why,
    ]),
  );
  const { filed, waiting, shared, known, skipped } = totals;
  const more = complete ? '' : ' There are more than were looked at.';
  return [
    ...(items.length === 0 ? [] : table),
    `In ${days} ${days === 1 ? 'day' : 'days'}: ${filed} filed, ${waiting} waiting, ${shared} shared, ${known} known, ${skipped} skipped; ${requests} requests.${more}`,
  ];
}

/** A rule by its id or its name, which may be written in any case. */
export async function ruleNamed(hub: HubAccess, name: string): Promise<HubOutcome<SentryRule>> {
  const answer = await callHub(hub, 'listSentryRules', {});
  if (answer.kind !== 'done') return answer;
  const { items } = answer.value;
  const [found, second] = items.filter((rule) => rule.id === name || rule.name.toLowerCase() === name.toLowerCase());
  if (found !== undefined && second === undefined) return { kind: 'done', value: found };
  const names = items.map((rule) => `“${rule.name}”`).join(', ');
  const message =
    found === undefined
      ? `There is no rule “${name}”. ${names === '' ? 'There is none at all yet.' : `There are: ${names}.`}`
      : `Several rules are called “${name}”: give the id instead, which "throughline sentry rules" shows.`;
  return { kind: 'refused', message };
}

async function follow(hub: HubAccess, started: SentryRun, waitSeconds: number): Promise<HubOutcome<SentryRun>> {
  const until = Date.now() + waitSeconds * 1000;
  let run = started;
  while (run.state === 'running' && Date.now() < until) {
    await sleep(Math.min(POLL_MS, Math.max(0, until - Date.now())));
    const query = run.rule_id === null ? {} : { rule: run.rule_id };
    const page = await callHub(hub, 'listSentryRuns', { query: { ...query, limit: PER_PAGE } });
    if (page.kind !== 'done') return page;
    run = page.value.items.find(({ id }) => id === run.id) ?? run;
  }
  return { kind: 'done', value: run };
}

function print<T>(options: RemoteOptions, value: T, lines: (value: T) => string[]): number {
  if (options.json === true) console.log(JSON.stringify(value));
  else for (const line of lines(value)) console.log(line);
  return EXIT.done;
}
