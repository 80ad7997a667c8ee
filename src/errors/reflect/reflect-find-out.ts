import { githubSideOf } from './sides.decide.ts';
import { isLabelled, presentIssues, sentrySideOfRows, sideAfter } from './reflect-plan.decide.ts';
import { readCase } from './reflect-case.ts';
import { toldChanges } from './reflect-act.ts';
import { updateError } from '../errors.store.ts';
import { lockHeld, updateReflection } from './reflections.store.ts';
import type { ActTrace, ErrorCase, ReflectTurn } from './reflect.model.ts';
import type { ReflectionAct } from '../errors.model.ts';
import type { Row } from '../../db/db.model.ts';

/**
 * Acts whose answer was lost and that are found done count as agreed on when they were said: what came after them is a change of
 * somebody else's. Without this the hub would take its own close for a person's. False: another turn has had the error since.
 */
export async function findOut({ ctx, claimed }: ReflectTurn, begun: readonly Row<'reflections'>[]): Promise<boolean> {
  const unknown = begun.filter(({ state }) => state === 'unknown');
  const subject = unknown.length === 0 ? null : await readCase(ctx.sql, claimed.id, ctx.now());
  if (subject === null) return true;
  for (const row of unknown.filter(({ act }) => isDone(subject, act as ReflectionAct))) {
    // only this capability writes the column
    const trace = row.after as ActTrace;
    const { agreed } = trace;
    const isOurs = await ctx.sql.transaction().execute(async (sql) => {
      const now = ctx.now();
      if (!(await lockHeld(sql, claimed))) return false;
      if (agreed !== undefined)
        await updateError(sql, claimed.id, {
          reflected_at: now,
          agreed_sentry: agreed.sentry,
          agreed_github: agreed.github,
          ...toldChanges(trace),
        });
      await updateReflection(sql, row.id, {
        state: 'done',
        finished_at: now,
        message: 'The answer was lost; it was found done.',
        after: JSON.stringify({ ...trace, until: undefined, ...leftBy(subject, row.act as ReflectionAct) }),
      });
      return true;
    });
    if (!isOurs) return false;
  }
  return true;
}

function isDone(subject: ErrorCase, act: ReflectionAct): boolean {
  if (act === 'label_archived' || act === 'unlabel_archived') return isLabelled(subject) === (act === 'label_archived');
  const { sentry, github } = sideAfter(act);
  if (sentry !== null) return sentrySideOfRows(subject.sentryIssues) === sentry;
  return github !== null && githubSideOf(subject.issue) === github;
}

/** What the act left, as it is found: so that it can be taken back like one whose answer came. */
function leftBy(subject: ErrorCase, act: ReflectionAct): ActTrace {
  if (act === 'label_archived' || act === 'unlabel_archived') return { labelled: isLabelled(subject) };
  if (sideAfter(act).sentry !== null) return { status: presentIssues(subject)[0]?.status };
  return { state: subject.issue.state, state_reason: subject.issue.state_reason };
}
