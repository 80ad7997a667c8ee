import type { ItemChange } from '../contract/mirror.ts';

type Told = Pick<ItemChange, 'item_kind' | 'item' | 'field' | 'before' | 'after' | 'actor'> & {
  /** Of a closing. */
  reason?: string;
};

/**
 * One change in one plain sentence, with who did it where GitHub told: only a webhook does. What a sync, an import or a full
 * comparison finds has changed without a name: GitHub lists what is, not who made it so.
 */
export function changeText(change: Told): string {
  const what = whatHappened(change);
  return `${nounOf(change)} ${what}${byWhom(change, what)}.`;
}

/** Fields that tell nothing beside others: when it was closed is when the closing stands, and comments are shown as such. */
const UNTOLD = new Set(['closed_at', 'merged_at', 'comments']);

/**
 * What changed of one issue or pull request as people tell it: closing sets a state, a reason and a time at once, and is one act.
 * The order stays.
 */
export function storyOf(changes: readonly ItemChange[]): ItemChange[] {
  const beside = (change: ItemChange, field: string) =>
    changes.find((other) => other.field === field && other.at === change.at);
  return changes.flatMap((change) => {
    if (UNTOLD.has(change.field)) return [];
    if (change.field === 'state_reason' && beside(change, 'state') !== undefined) return [];
    const reason = change.field === 'state' && change.after === 'closed' ? beside(change, 'state_reason')?.after : null;
    return typeof reason === 'string' ? [{ ...change, text: changeText({ ...change, reason }) }] : [change];
  });
}

function byWhom({ actor, field }: Told, what: string): string {
  // who wrote the comment stands with the comment
  if (actor === null || actor === '' || field === 'comments') return '';
  // "was closed by mona", but "got the label bug, by mona"
  return /^(?:was|moved) /u.test(what) ? ` by ${actor}` : `, by ${actor}`;
}

const NOUNS: Record<Told['item_kind'], string> = {
  repository: 'The repository',
  issue: '',
  pull_request: '',
  comment: 'A comment on',
  label: 'The label',
  milestone: 'The milestone',
  branch: 'The branch',
  collaborator: '',
  team: 'The team',
};

/** For what is gone for good, so that nobody knows its number or name any more. */
const NAMELESS: Record<Told['item_kind'], string> = {
  repository: 'The repository',
  issue: 'An issue',
  pull_request: 'A pull request',
  comment: 'A comment',
  label: 'A label',
  milestone: 'A milestone',
  branch: 'A branch',
  collaborator: 'Somebody',
  team: 'A team',
};

function nounOf({ item_kind, item }: Told): string {
  if (item === '') return NAMELESS[item_kind];
  return `${NOUNS[item_kind]} ${item}`.trim();
}

function whatHappened(change: Told): string {
  const { field, before, after } = change;
  switch (field) {
    case 'state':
      return after === 'open' ? 'was reopened' : `was ${textOf(after)}${reasonWords(change)}`;
    case 'state_reason':
      return after === null ? 'has no reason for its state' : `was marked as ${textOf(after).replaceAll('_', ' ')}`;
    case 'gone':
      return after === null ? 'is back' : goneWords(change);
    case 'title':
    case 'name':
    case 'full_name':
      return `was renamed from “${textOf(before)}” to “${textOf(after)}”`;
    case 'body':
    case 'description':
      return 'was edited';
    case 'labels':
      return listWords('label', before, after);
    case 'assignees':
      return listWords('assignee', before, after);
    case 'requested_reviewers':
      return listWords('reviewer', before, after);
    case 'comments':
      return `has ${textOf(after)} ${after === 1 ? 'comment' : 'comments'}, ${textOf(before)} before`;
    case 'sha':
    case 'head_sha':
      return `moved from ${textOf(before).slice(0, 7)} to ${textOf(after).slice(0, 7)}`;
    case 'locked':
    case 'draft':
    case 'protected':
    case 'archived':
      return after === true ? `is now ${flagWords(field)}` : `is no longer ${flagWords(field)}`;
    default:
      return `changed its ${field.replaceAll('_', ' ')} from ${textOf(before)} to ${textOf(after)}`;
  }
}

function reasonWords({ reason }: Told): string {
  return reason === undefined ? '' : ` as ${reason.replaceAll('_', ' ')}`;
}

function goneWords({ item_kind, after }: Told): string {
  if (after === 'transferred') return 'was transferred to another repository';
  if (after === 'converted') return 'was turned into a discussion';
  if (item_kind === 'collaborator' || item_kind === 'team') return 'lost access';
  return after === 'not_found' ? 'is no longer shown by GitHub' : 'was deleted';
}

function flagWords(field: string): string {
  return field === 'draft' ? 'a draft' : field;
}

function listWords(noun: string, before: unknown, after: unknown): string {
  const [old, now] = [namesOf(before), namesOf(after)];
  const added = now.filter((name) => !old.includes(name));
  const removed = old.filter((name) => !now.includes(name));
  const said = [
    ...(added.length === 0 ? [] : [`got the ${noun}${added.length === 1 ? '' : 's'} ${added.join(', ')}`]),
    ...(removed.length === 0 ? [] : [`lost the ${noun}${removed.length === 1 ? '' : 's'} ${removed.join(', ')}`]),
  ];
  return said.length === 0 ? `has other ${noun}s` : said.join(' and ');
}

function namesOf(value: unknown): string[] {
  if (!Array.isArray(value)) return [];
  return value.map((entry: unknown) =>
    typeof entry === 'object' && entry !== null && 'name' in entry ? textOf(entry.name) : textOf(entry),
  );
}

function textOf(value: unknown): string {
  if (value === null || value === undefined) return 'nothing';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
