import { connectionById, githubOf, pauseForFailure } from '../connections/connections.ts';
import { ended } from '../lib/sentence.ts';
import { finishAttempt, lockFiling, updateFiling } from './filing.store.ts';
import { planFields, projectAt, sentenceFor } from '../github/github.ts';
import { publish } from '../db/db.ts';
import { selectTrouble, updatePlacement } from './placements.store.ts';
import { stepFromPlacingFailure } from './placements.decide.ts';
import type { Github, GithubFailure } from '../github/github.model.ts';
import type { FilingCtx } from './filing.model.ts';
import type { Placement } from './placements.model.ts';

/** What a try came to. `message` of what was refused is a sentence for people, that of what is done too. */
type Placed =
  | { outcome: 'done' | 'refused'; message: string; status: number | null; requestId: string | null }
  | { outcome: 'failed'; failure: GithubFailure };

/** Gives an issue the place that is written down for it, outside any transaction, and commits what was learned. */
export async function placeIssue(ctx: FilingCtx, placement: Placement): Promise<void> {
  const connection = await connectionById(ctx.sql, placement.connectionId);
  if (connection === null) return; // removed at this moment, and the placement with it
  const github = githubOf(ctx, connection);
  const placed = github === null ? UNREADABLE : await speak(github, placement);
  const step = placed.outcome === 'failed' ? await learnFailure(ctx, placement, placed.failure) : null;
  if (placed.outcome !== 'failed') await learnEnd(ctx, placement, placed);
  else if (step?.state === 'pending' && step.pause)
    await pauseForFailure(ctx, connection, 'unauthorized', placed.failure);
}

const UNREADABLE: Placed = {
  outcome: 'failed',
  failure: {
    kind: 'unreachable',
    message: 'The stored token cannot be decrypted: SECRET_KEY is another one than when it was saved.',
    status: null,
    requestId: null,
  },
};

function speak(github: Github, placement: Placement): Promise<Placed> {
  return placement.kind === 'parent' ? setParent(github, placement) : putOntoProject(github, placement);
}

// The list says both whether the parent is there and whether an earlier try, whose answer was lost, arrived.
async function setParent(github: Github, { target, issue }: Placement): Promise<Placed> {
  const r = { id: issue.repositoryId };
  const parent = Number(target);
  const done = (from: { status: number; requestId: string | null }): Placed => ({
    outcome: 'done',
    message: `It is a sub-issue of #${parent}.`,
    status: from.status,
    requestId: from.requestId,
  });
  const there = await github.subIssues(r, parent);
  if (!there.ok) return { outcome: 'failed', failure: there.failure };
  if (there.value.includes(issue.githubId)) return done(there);
  const added = await github.addSubIssue(r, parent, issue.githubId);
  if (added.ok) return done(added);
  if (added.failure.kind !== 'invalid') return { outcome: 'failed', failure: added.failure };
  // an earlier try that arrived only now is refused as a second parent, too
  const now = await github.subIssues(r, parent);
  return now.ok && now.value.includes(issue.githubId) ? done(now) : { outcome: 'failed', failure: added.failure };
}

async function putOntoProject(github: Github, { target, fields, issue }: Placement): Promise<Placed> {
  const at = projectAt(target);
  if (at === null) throw new Error(`a placement has the address ${target}, which is no project's`);
  const project = await github.project(at);
  if (!project.ok) return { outcome: 'failed', failure: project.failure };
  const item = await github.addToProject(project.value.id, issue.nodeId);
  if (!item.ok) return { outcome: 'failed', failure: item.failure };
  const { writes, problems } = planFields(project.value, fields);
  const set = writes.length === 0 ? null : await github.setProjectFields(project.value.id, item.value, writes);
  if (set?.ok === false) return { outcome: 'failed', failure: set.failure };
  const refused = (set?.value ?? []).map(({ name, message }) => `GitHub refused "${name}": ${ended(message)}`);
  const said = [...problems, ...refused];
  const { status, requestId } = set ?? item;
  const on = `It is on the project "${project.value.title}"`;
  if (said.length === 0) return { outcome: 'done', message: `${on}.`, status, requestId };
  return { outcome: 'refused', message: `${on}, but not with all its fields. ${said.join(' ')}`, status, requestId };
}

async function learnEnd(
  ctx: FilingCtx,
  placement: Placement,
  { outcome, message, status, requestId }: Exclude<Placed, { outcome: 'failed' }>,
): Promise<void> {
  const attempt = { outcome, status, requestId, message, nextTryAt: null };
  await learn(ctx, placement, attempt, { state: outcome === 'done' ? 'done' : 'failed', message });
}

async function learnFailure(ctx: FilingCtx, placement: Placement, failure: GithubFailure) {
  const step = stepFromPlacingFailure(failure, placement.attempts, ctx.now(), Math.random());
  const nextTryAt = step.state === 'pending' && !step.pause ? step.runAt : null;
  const outcome = step.state === 'pending' ? 'postponed' : 'refused';
  const { status, requestId } = failure;
  const message = whyNot(placement, failure);
  await learn(
    ctx,
    placement,
    { outcome, status, requestId, message, nextTryAt },
    { state: step.state, message, ...(step.state === 'pending' && { runAt: step.runAt }) },
  );
  return step;
}

function whyNot({ kind, target, issue }: Placement, failure: GithubFailure): string {
  const what =
    kind === 'parent'
      ? `It is not a sub-issue of #${target}`
      : `It is not on the project ${target}, or not with all its fields`;
  return `${what}: ${whyNotIn(kind, issue.repository, failure)}`;
}

function whyNotIn(kind: Placement['kind'], repository: string, failure: GithubFailure): string {
  if (failure.kind !== 'not_found' || failure.missingPermissions !== undefined) return sentenceFor(failure);
  return kind === 'parent'
    ? `GitHub shows no such issue in ${repository}, or has no sub-issues.`
    : 'GitHub does not show it to this token. A classic token needs the scope "project", an App or a fine-grained token the permission Projects: read and write; a project of a user can be reached with a classic token only.';
}

interface Next {
  state: 'pending' | 'done' | 'failed';
  message: string;
  runAt?: Date;
}

async function learn(
  ctx: FilingCtx,
  placement: Placement,
  attempt: Parameters<typeof finishAttempt>[3],
  { state, message, runAt }: Next,
): Promise<void> {
  const now = ctx.now();
  await ctx.sql.transaction().execute(async (sql) => {
    // the filing before what hangs on it, as everywhere
    if ((await lockFiling(sql, placement.filingId)) === null) return;
    const change = {
      state,
      message,
      ...(runAt === undefined ? {} : { run_at: runAt }),
      finished_at: state === 'pending' ? null : now,
    };
    if (!(await updatePlacement(sql, placement.id, ctx.workerId, change))) return;
    await finishAttempt(sql, placement.attemptId, now, attempt);
    await updateFiling(sql, placement.filingId, { failure_message: await selectTrouble(sql, placement.filingId) });
    const { sourceKind, sourceId, tenantId } = placement;
    await publish(sql, { kind: sourceKind, id: sourceId, tenantId });
  });
  const { repository, number } = placement.issue;
  ctx.log.info({ filing: placement.filingId, repository, number, kind: placement.kind, state }, 'placed');
}
