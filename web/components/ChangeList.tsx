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
  reconcile: 'found by the full comparison',
};
/** Its sentence says only that it was edited. */
const TEXTS = ['body', 'description'];
const SHOWN_CHARACTERS = 160;

/** What changed, in a line of time; each in one sentence, and an edited text with how it was. */
export function ChangeList({ changes, withTitles = false }: { changes: readonly ItemChange[]; withTitles?: boolean }) {
  return (
    <ol className={classes.line}>
      {changes.map((change) => (
        <li key={change.id} className={classes.entry}>
          <MarkIcon view={change.field === 'gone' && change.after !== null ? GONE : LOOK} size={18} />
          <div className={classes.body}>
            <div className={classes.what}>
              <span>{change.text}</span>
              <Text span size="sm" c="dimmed">
                <Time at={change.at} />
              </Text>
            </div>
            <Text size="sm" c="dimmed">
              {withTitles && <Subject change={change} />}
              {VIA[change.via]}
            </Text>
            {TEXTS.includes(change.field) && <BeforeAfter change={change} />}
          </div>
        </li>
      ))}
    </ol>
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
