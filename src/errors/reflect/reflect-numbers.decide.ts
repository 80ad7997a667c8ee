import { isMeaningful } from './refresh-comment.decide.ts';
import type { ErrorCase } from './reflect.model.ts';
import type { ErrorNumbers } from './refresh-comment.decide.ts';
import type { GithubSide, ReflectionAct } from '../errors.model.ts';

/** How an error's numbers are told. */
export interface NumbersPlan {
  now: ErrorNumbers;
  /** What counts as told once the comment of an act was written; null where no act writes one. */
  withNews: ErrorNumbers | null;
  /** The comment with the numbers and the priority's label are to follow. */
  refresh: boolean;
  /** Another comment tells them already: the one with the numbers is edited where it stands, and not begun. */
  onlyEdit: boolean;
}

/** Acts that write a comment: it tells the numbers too, so that whoever watches the issue hears of a change once. */
const COMMENTING: ReadonlySet<ReflectionAct> = new Set<ReflectionAct>([
  'close',
  'close_not_planned',
  'close_duplicate',
  'reopen',
  'comment',
]);

/** What the comment of an act tells of the numbers; undefined where it writes none. */
export function numbersWith(act: ReflectionAct, numbers: NumbersPlan | null): ErrorNumbers | undefined {
  return COMMENTING.has(act) ? (numbers?.withNews ?? undefined) : undefined;
}

/**
 * How the numbers of `now` are told beside `acts`; null where nothing is told of them: on a closed issue of which there are no
 * other news, and on one that is looked after elsewhere. What the body told when it was filed is where it starts: the first look
 * says nothing.
 */
export function planNumbers(
  { error, rule }: Pick<ErrorCase, 'error' | 'rule'>,
  github: GithubSide,
  acts: readonly ReflectionAct[],
  now: ErrorNumbers,
): NumbersPlan | null {
  const isNews = acts.some((act) => COMMENTING.has(act));
  const isToTell = github === 'open' || (isNews && github !== 'duplicate' && github !== 'gone');
  if (!rule.settings.refresh || !isToTell) return null;
  // only this capability writes the column
  const told = error.agreed_numbers as ErrorNumbers | null;
  if (told === null) return { now, withNews: isNews ? now : null, refresh: false, onlyEdit: false };
  if (isNews) {
    const labelled = told.labelled ?? told.priority;
    const refresh = error.comment_id !== null || labelled !== now.priority;
    return { now, withNews: refresh ? { ...now, labelled } : now, refresh, onlyEdit: true };
  }
  const isChanged = isMeaningful(told, now, rule.thresholds);
  const isBehind = told.labelled !== undefined;
  return { now, withNews: null, refresh: isChanged || isBehind, onlyEdit: isBehind && !isChanged };
}
