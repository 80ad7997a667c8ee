import { after } from '../../lib/clock.ts';
import { githubFailed } from './reflect-doors.ts';
import { holdError } from './reflections.store.ts';
import type { ActOutcome, BegunAct, ReflectTurn } from './reflect.model.ts';
import type { GithubFailure } from '../../github/github.model.ts';

/** Look-ups after a lost answer before a comment is written again: one too many is a nuisance, no flood. */
const LOOKS_MAX = 2;

type Said = { ok: true; comment: number | undefined } | Extract<ActOutcome, { ok: false }>;

/**
 * Writes the comment of an act once, whatever happens to answers: one that was begun before is looked for by its marker, and
 * only written again when it was not seen after the last planned look. Where a locked issue takes no comments it is left out.
 */
export async function sayOnce(turn: ReflectTurn, begun: BegunAct, text: string): Promise<Said> {
  const { github, subject } = turn;
  const { comment } = begun.trace;
  if (comment !== undefined || (subject.issue.locked && subject.connection.canPush !== true))
    return { ok: true, comment };
  if (!begun.isNew) {
    const looked = await lookFor(turn, begun);
    if (looked !== 'say') return looked;
  }
  // the looking may have taken longer than the lease, and another process may be saying it now
  if (!(await holdError(turn.ctx.sql, turn.claimed, after(turn.ctx.now(), turn.ctx.leaseMs))))
    return overtaken(turn, begun);
  const said = await github.createComment(repositoryOf(turn), subject.issue.number, text);
  if (said.ok) return { ok: true, comment: said.value.id };
  return { ok: false, trouble: await githubFailed(turn, said.failure), trace: begun.trace };
}

function overtaken({ ctx }: ReflectTurn, begun: BegunAct): Said {
  const message = 'Another process goes on with it; nothing was said here.';
  const trouble = { outcome: 'unknown', message, status: null, requestId: null, at: ctx.now() } as const;
  return { ok: false, trouble, trace: begun.trace };
}

async function lookFor(turn: ReflectTurn, begun: BegunAct): Promise<Said | 'say'> {
  const found = await findComment(turn, begun.marker);
  if (found.kind === 'failed')
    return { ok: false, trouble: await githubFailed(turn, found.failure), trace: begun.trace };
  if (found.kind === 'found') return { ok: true, comment: found.id };
  const looks = (begun.trace.looks ?? 0) + 1;
  if (!begun.isUnknown || looks >= LOOKS_MAX) return 'say';
  const at = after(turn.ctx.now(), turn.ctx.lookupDelaysMs[looks] ?? 0);
  const message = 'Nobody knows yet whether the comment was written: it is looked for.';
  const trouble = { outcome: 'unknown', message, status: null, requestId: null, at } as const;
  return { ok: false, trouble, trace: { ...begun.trace, looks } };
}

/** The hub's own comment of an issue that begins with a marker: anybody can copy one that stands there. */
export async function findComment(
  turn: ReflectTurn,
  marker: string,
): Promise<{ kind: 'found'; id: number } | { kind: 'absent' } | { kind: 'failed'; failure: GithubFailure }> {
  const { viewerId } = turn.subject.connection;
  let next: string | null = null;
  do {
    const page = await turn.github.issueCommentPage(repositoryOf(turn), turn.subject.issue.number, { next });
    if (!page.ok) return { kind: 'failed', failure: page.failure };
    const found = page.value.items.find(
      ({ body, author }) => body.startsWith(marker) && (viewerId === null || author?.id === viewerId),
    );
    if (found !== undefined) return { kind: 'found', id: found.id };
    next = page.value.next;
  } while (next !== null);
  return { kind: 'absent' };
}

/** By the numeric id: a name can be given to another repository. */
export function repositoryOf({ subject }: Pick<ReflectTurn, 'subject'>): { id: number } {
  return { id: subject.issue.github_repository_id };
}
