import { Anchor } from '@mantine/core';

import type { UndoItem } from '../../src/contract/undo.ts';
import { paths } from '../paths.ts';
import { undoItemState } from '../undo-words.ts';
import { countText } from '../ui/format.ts';
import { Mark } from '../ui/Mark.tsx';
import { Time } from '../ui/Time.tsx';
import classes from './DryRun.module.css';
import { Link } from './Link.tsx';

interface UndoItemsProps {
  items: readonly UndoItem[];
  label: string;
  /** Nothing is done yet: this is what would become of each. */
  planned?: boolean;
}

/** What is set back, each with how it stands, how it stood before, and why it is left alone. */
export function UndoItems({ items, label, planned = false }: UndoItemsProps) {
  return (
    <ul className={classes.list} aria-label={label}>
      {items.map((item) => (
        <li key={item.id} className={classes.row}>
          <Mark view={undoItemState(item.state, planned)} />
          <OneItem item={item} />
        </li>
      ))}
    </ul>
  );
}

function To({ to, children }: { to: string; children: string }) {
  return (
    <Anchor component={Link} to={to} inherit underline="always">
      {children}
    </Anchor>
  );
}

function OneItem({ item: { error, what, stood, sets, acts, state, why, at } }: { item: UndoItem }) {
  const { github } = error;
  const goesBack = state === 'waiting' || state === 'done';
  return (
    <div className={classes.body}>
      <div className={classes.title}>
        {error.id === null ? error.title : <To to={paths.error(error.id)}>{error.title}</To>}
      </div>
      <div>
        {what}: {stood} {goesBack ? '→' : '· not set back to'} {goesBack ? <strong>{sets}</strong> : sets}
      </div>
      <div className={classes.quiet}>
        {github !== null && (
          <>
            <To to={paths.mirroredIssue(github.repository, github.number)}>
              {`${github.repository}#${github.number}`}
            </To>
            {' · '}
          </>
        )}
        {countText(acts, 'act')}
        {at !== null && (
          <>
            {' · '}
            <Time at={at} />
          </>
        )}
      </div>
      {why !== null && <div className={classes.quiet}>{why}</div>}
    </div>
  );
}
