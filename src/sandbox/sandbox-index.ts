import type { SandboxComment, SandboxIssue, SandboxRepository } from './sandbox.model.ts';

/** Which issues a list is about; `all` are issues and pull requests. */
export type IndexKind = 'all' | 'issue' | 'pull';
export type IndexKey = 'created' | 'updated';

/** A comment and the number of its issue. */
export interface CommentPlace {
  number: number;
  comment: SandboxComment;
}

interface Tally {
  open: number;
  closed: number;
}

interface RepositoryIndex {
  issues: Map<string, SandboxIssue[]>;
  comments: Map<string, CommentPlace[]>;
  all: Tally;
  milestones: Map<number, Tally>;
}

// Kept beside the state, which stays plain JSON: made when first asked for, then kept up with each change.
const indexes = new WeakMap<SandboxRepository, RepositoryIndex>();

/** Issues (none that are gone) in ascending order of the key, then of the number. Belongs to the index: do not change it. */
export function issuesInOrder(repository: SandboxRepository, kind: IndexKind, key: IndexKey): readonly SandboxIssue[] {
  const index = indexOf(repository);
  const name = `${kind} ${key}`;
  const known = index.issues.get(name);
  if (known !== undefined) return known;
  const made = sortedBy(
    repository.issues.filter((issue) => belongs(issue, kind)),
    issueKey(key),
  );
  index.issues.set(name, made);
  return made;
}

/** Comments of a whole repository, ascending by id or by `updated_at`. */
export function commentsInOrder(repository: SandboxRepository, key: 'id' | 'updated'): readonly CommentPlace[] {
  const index = indexOf(repository);
  const known = index.comments.get(key);
  if (known !== undefined) return known;
  const places = Object.entries(repository.comments).flatMap(([number, comments]) =>
    comments.map((comment) => ({ number: Number(number), comment })),
  );
  const made = sortedBy(places, commentKey(key));
  index.comments.set(key, made);
  return made;
}

/** The comment of this id, with the number of its issue. */
export function commentById(repository: SandboxRepository, id: number): CommentPlace | null {
  const places = commentsInOrder(repository, 'id');
  const found = places[placeOf(places, commentKey('id'), ['', id])];
  return found?.comment.id === id ? found : null;
}

/** How many are open (pull requests too), as `open_issues_count`. */
export function openCount(repository: SandboxRepository): number {
  return indexOf(repository).all.open;
}

export function milestoneCounts(repository: SandboxRepository, number: number): Readonly<Tally> {
  return indexOf(repository).milestones.get(number) ?? { open: 0, closed: 0 };
}

/** Keeps the index up: `before` was replaced by `after`. */
export function issueReplaced(repository: SandboxRepository, before: SandboxIssue | null, after: SandboxIssue): void {
  const index = indexes.get(repository);
  if (index === undefined) return;
  if (before !== null) tally(index, before, -1);
  tally(index, after, 1);
  for (const [name, list] of index.issues) {
    const [kind, key] = name.split(' ') as [IndexKind, IndexKey];
    const was = before !== null && belongs(before, kind) ? before : null;
    replaceIn(list, issueKey(key), was, belongs(after, kind) ? after : null);
  }
}

/** Keeps the index up: a comment was written (before null), edited, or deleted (after null). */
export function commentReplaced(
  repository: SandboxRepository,
  before: CommentPlace | null,
  after: CommentPlace | null,
): void {
  const comments = indexes.get(repository)?.comments ?? [];
  for (const [key, list] of comments) replaceIn(list, commentKey(key as 'id' | 'updated'), before, after);
}

/** After many changes at once: everything is counted and sorted anew when it is asked for. */
export function forgetIndex(repository: SandboxRepository): void {
  indexes.delete(repository);
}

function indexOf(repository: SandboxRepository): RepositoryIndex {
  const known = indexes.get(repository);
  if (known !== undefined) return known;
  const made: RepositoryIndex = {
    issues: new Map(),
    comments: new Map(),
    all: { open: 0, closed: 0 },
    milestones: new Map(),
  };
  for (const issue of repository.issues) tally(made, issue, 1);
  indexes.set(repository, made);
  return made;
}

function tally(index: RepositoryIndex, issue: SandboxIssue, by: number): void {
  if (issue.gone !== null) return;
  index.all[issue.state] += by;
  if (issue.milestone === null) return;
  const milestone = index.milestones.get(issue.milestone) ?? { open: 0, closed: 0 };
  milestone[issue.state] += by;
  index.milestones.set(issue.milestone, milestone);
}

function belongs(issue: SandboxIssue, kind: IndexKind): boolean {
  return issue.gone === null && (kind === 'all' || (issue.pull === null) === (kind === 'issue'));
}

type Key = readonly [key: string, id: number];
type KeyOf<T> = (item: T) => Key;

function issueKey(key: IndexKey): KeyOf<SandboxIssue> {
  return key === 'updated' ? (issue) => [issue.updatedAt, issue.number] : (issue) => [issue.createdAt, issue.number];
}

function commentKey(key: 'id' | 'updated'): KeyOf<CommentPlace> {
  return key === 'id' ? ({ comment }) => ['', comment.id] : ({ comment }) => [comment.updatedAt, comment.id];
}

function sortedBy<T>(items: T[], keyOf: KeyOf<T>): T[] {
  return items.sort((a, b) => compareKeys(keyOf(a), keyOf(b)));
}

function compareKeys(a: Key, b: Key): number {
  if (a[0] !== b[0]) return a[0] < b[0] ? -1 : 1;
  return a[1] - b[1];
}

function replaceIn<T>(list: T[], keyOf: KeyOf<T>, before: T | null, after: T | null): void {
  const from = before === null ? null : placeOf(list, keyOf, keyOf(before));
  const to = after === null ? null : keyOf(after);
  if (from !== null && after !== null && to !== null && before !== null && compareKeys(keyOf(before), to) === 0) {
    list[from] = after;
    return;
  }
  if (from !== null) list.splice(from, 1);
  if (after !== null && to !== null) list.splice(placeOf(list, keyOf, to), 0, after);
}

/** Where the key stands, or would stand: the first place that is not before it. */
function placeOf<T>(list: readonly T[], keyOf: KeyOf<T>, key: Key): number {
  let [low, high] = [0, list.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const item = list[middle];
    if (item !== undefined && compareKeys(keyOf(item), key) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
