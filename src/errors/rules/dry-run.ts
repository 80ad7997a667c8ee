import { after, DAY_MS } from '../../lib/clock.ts';
import { connectionById } from '../../connections/connections.ts';
import { decideRule } from './rules.decide.ts';
import { draftError } from '../content/draft-error.decide.ts';
import { findTenant } from '../../tenants/tenants.ts';
import { HttpProblem } from '../../lib/problem.ts';
import { maskSecrets } from '../../filing/filing.ts';
import { namesOf } from '../file/references.decide.ts';
import { queryOf } from './sentry-query.decide.ts';
import { selectFiledNumbers } from '../read/known-issues.store.ts';
import { selectFormerIds } from '../file/answers.store.ts';
import { selectTrusted } from '../file/references.store.ts';
import { shareKeyOf } from '../file/identity.decide.ts';
import { wouldWaitForSentry } from '../file/ask-merged.ts';
import type { DryRun } from '../../contract/sentry.ts';
import type { ErrorsCtx, SentryRule } from '../errors.model.ts';
import type { ErrorToDraft } from '../content/error-data.decide.ts';
import type { GithubConnection } from '../../connections/connections.model.ts';
import type { Sentry, SentryIssue } from '../../sentry/sentry.model.ts';
import type { SentryConnection } from '../connect/sentry-connections.model.ts';

/** Enough to judge a rule by; a flood shows on fewer. */
const PAGES_MAX = 10;

type Item = DryRun['items'][number];

/**
 * What a rule would have filed in the last days, where, and why not (SPEC T7). Reads from Sentry only; nothing is stored and
 * nothing is sent to GitHub. Throws a 502 in Sentry's words when it does not answer.
 */
export async function dryRun(
  ctx: ErrorsCtx,
  { connection, sentry }: { connection: SentryConnection; sentry: Sentry },
  rule: SentryRule,
  days: number,
): Promise<DryRun> {
  const probed = await sentry.probe();
  if (!probed.ok) throw new HttpProblem(502, probed.failure.message);
  const query = { ...queryOf(rule, probed.value.abilities), since: after(ctx.now(), -days * DAY_MS) };
  const judge = await judgeOf(ctx, connection, rule, probed.value.abilities);
  const items: Item[] = [];
  let requests = probed.requests;
  let next: string | null = null;
  for (let page = 0; page < PAGES_MAX; page += 1) {
    const answer = await sentry.issuePage(query, next);
    if (!answer.ok) throw new HttpProblem(502, answer.failure.message);
    requests += answer.requests;
    const isNew = (issue: SentryIssue) => !items.some((item) => item.issue.id === issue.id);
    for (const issue of answer.value.items.filter(isNew)) items.push(await judge(issue));
    next = answer.value.next;
    if (next === null) break;
  }
  const count = (verdict: Item['verdict']) => items.filter((item) => item.verdict === verdict).length;
  const totals = {
    filed: count('file'),
    waiting: count('wait'),
    shared: count('share'),
    known: count('known'),
    skipped: count('skip'),
  };
  return { days, requests, complete: next === null, totals, items };
}

/** Judges one issue after the other, as a run would. */
async function judgeOf(
  ctx: ErrorsCtx,
  connection: SentryConnection,
  rule: SentryRule,
  abilities: SentryConnection['abilities'],
): Promise<(issue: SentryIssue) => Promise<Item>> {
  const target = rule.connectionId === null ? null : await connectionById(ctx.sql, rule.connectionId);
  const tenant = await findTenant(ctx.sql, { id: rule.tenantId });
  const keys = new Set<string>();
  const now = ctx.now();
  let filed = 0;
  return async (issue) => {
    const item = (verdict: Item['verdict'], why: string): Item => ({
      issue: factsOfIssue(issue),
      verdict,
      why,
      repository: verdict === 'skip' ? null : (target?.repository ?? null),
      title: null,
      labels: [],
    });
    const known = await knownAs(ctx, connection, target, issue);
    if (known !== null) return item('known', known);
    const verdict = decideRule(rule, issue, abilities);
    if (!verdict.takes) return item('skip', verdict.why);
    const key = rendered('share key', () => shareKeyOf(rule, issue));
    if (key !== null && keys.has(key)) return item('share', `It shares the issue of “${key}”.`);
    if (key !== null) keys.add(key);
    filed += 1;
    const isOver = filed > rule.newPerHour;
    const capped = isOver ? `${verdict.why} At most ${rule.newPerHour} are filed an hour: it would wait.` : verdict.why;
    if (target === null || tenant === null)
      return item(isOver ? 'wait' : 'file', `${capped} The rule has no repository yet.`);
    const filer = { sentry: { ...connection, abilities }, rule, target };
    const held = isOver ? null : await wouldWaitForSentry(ctx.sql, filer, issue, now);
    const why = held === null ? capped : `${capped} It would wait: ${held}`;
    const draft: ErrorToDraft = {
      issues: [{ ...issue, event: null }],
      rule,
      connection: target,
      tenant: { name: tenant.name, titlePrefix: tenant.title_prefix },
      marker: 'preview',
      links: { error: `${ctx.publicUrl}/errors`, follows: null },
      bare: false,
    };
    const { title, labels } = rendered('template', () => draftError(draft));
    return { ...item(isOver || held !== null ? 'wait' : 'file', why), title, labels };
  };
}

// an admin's template can be wrong in ways that only show with data
function rendered<T>(what: string, render: () => T): T {
  try {
    return render();
  } catch (error) {
    const words = error instanceof Error ? error.message : String(error);
    throw new HttpProblem(400, `The rule's ${what} cannot be used: ${words}`);
  }
}

async function knownAs(
  ctx: ErrorsCtx,
  connection: SentryConnection,
  target: GithubConnection | null,
  issue: SentryIssue,
): Promise<string | null> {
  const filed = (await selectFiledNumbers(ctx.sql, connection.id, [issue.id])).get(issue.id);
  if (filed !== undefined) return filed === null ? 'It is on its way to GitHub.' : `It is #${filed} on GitHub already.`;
  if (target === null) return null;
  const names = namesOf(connection, [issue]);
  const formerIds = await selectFormerIds(ctx.sql, connection.id, names.sentryIds);
  const sentryIds = [...names.sentryIds, ...formerIds.keys()];
  const [reference] = await selectTrusted(ctx.sql, target.id, { ...names, sentryIds });
  return reference === undefined
    ? null
    : `#${reference.number} was filed for it by another tool: it would be taken over.`;
}

/** Sentry's own facts of an issue as the API shows them. */
export function factsOfIssue(issue: SentryIssue): Item['issue'] {
  return {
    id: issue.id,
    short_id: issue.shortId,
    title: maskSecrets(issue.title),
    culprit: issue.culprit === null ? null : maskSecrets(issue.culprit),
    url: /^https?:/u.test(issue.permalink) ? issue.permalink : null,
    level: issue.level,
    status: issue.status,
    substatus: issue.substatus,
    priority: issue.priority,
    category: issue.issueCategory,
    project: issue.project.slug,
    count: issue.count,
    user_count: issue.userCount,
    first_seen: issue.firstSeen?.toISOString() ?? null,
    last_seen: issue.lastSeen?.toISOString() ?? null,
    assigned_to: issue.assignedTo?.name ?? null,
  };
}
