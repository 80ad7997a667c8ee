import { Anchor, Text } from '@mantine/core';

import type { ItemChange } from '../../src/contract/mirror.ts';
import { MarkIcon } from '../ui/Mark.tsx';
import type { StateView } from '../ui/mark.model.ts';
import { Time } from '../ui/Time.tsx';
import { valueText } from '../words.ts';
import classes from './Timeline.module.css';

const LOOK: StateView = { word: 'changed', tone: 'plum', shape: 'open' };
const GONE: StateView = { word: 'gone', tone: 'quiet', shape: 'slash' };
const VIA: Record<ItemChange['via'], string> = {
  write: 'made from here',
  sync: 'seen by a sync',
  import: 'seen by the import',
  webhook: 'told by a webhook',
  reconcile: 'found by a comparison',
};
/** Its sentence says only that it was edited. */
const TEXTS = ['body', 'description'];
const SHOWN_CHARACTERS = 160;

/** What another change at the same time says in words already. */
function isEcho({ field, after }: ItemChange): boolean {
  if (field === 'closed_at' || field === 'merged_at') return true;
  return field === 'state_reason' && (after === null || after === 'reopened');
}

/** What changed, in a line of time: one entry for all that changed at once, each in a sentence, an edited text with how it was. */
export function ChangeList({ changes, withTitles = false }: { changes: readonly ItemChange[]; withTitles?: boolean }) {
  return (
    <ol className={classes.line}>
      {together(changes).map((group) => (
        <Entry key={group[0].id} changes={group} withTitle={withTitles} />
      ))}
    </ol>
  );
}

type Group = [ItemChange, ...ItemChange[]];

function together(changes: readonly ItemChange[]): Group[] {
  const groups: Group[] = [];
  for (const change of changes.filter((one) => !isEcho(one))) {
    const last = groups.at(-1);
    const same = (other: ItemChange) =>
      other.at === change.at && other.item === change.item && other.item_kind === change.item_kind;
    if (last !== undefined && same(last[0])) last.push(change);
    else groups.push([change]);
  }
  return groups;
}

function Entry({ changes, withTitle }: { changes: Group; withTitle: boolean }) {
  const [newest] = changes;
  const isGone = changes.some(({ field, after }) => field === 'gone' && after !== null);
  return (
    <li className={classes.entry}>
      <MarkIcon view={isGone ? GONE : LOOK} size={18} />
      <div className={classes.body}>
        <div className={classes.what}>
          <span>
            {changes
              .toReversed()
              .map(({ text }) => text)
              .join(' ')}
          </span>
          <Text span size="sm" c="dimmed">
            <Time at={newest.at} />
          </Text>
        </div>
        <Text size="sm" c="dimmed">
          {withTitle && <Subject change={newest} />}
          {VIA[newest.via]}
        </Text>
        {changes
          .filter(({ field }) => TEXTS.includes(field))
          .map((change) => (
            <BeforeAfter key={change.id} change={change} />
          ))}
      </div>
    </li>
  );
}

function Subject({ change }: { change: ItemChange }) {
  const { title, url } = change;
  if (title === null) return null;
  if (url === null) return `${title} · `;
  return (
    <>
      <Anchor href={url} target="_blank" rel="noopener noreferrer" inherit>
        {title}
      </Anchor>
      {' · '}
    </>
  );
}

function BeforeAfter({ change }: { change: ItemChange }) {
  return (
    <div className={classes.change}>
      <del>{cut(valueText(change.before))}</del> <span aria-hidden="true">→</span>{' '}
      <ins>{cut(valueText(change.after))}</ins>
    </div>
  );
}

function cut(text: string): string {
  return text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS)}…` : text;
}
