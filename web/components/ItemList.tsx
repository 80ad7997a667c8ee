import type { ReactNode } from 'react';

import { Label } from '../ui/Label.tsx';
import { Mark } from '../ui/Mark.tsx';
import type { StateView } from '../ui/mark.model.ts';
import { Time } from '../ui/Time.tsx';
import classes from './IssueList.module.css';
import { Link } from './Link.tsx';

export interface Item {
  id: string;
  state: StateView;
  title: string;
  to: string;
  labels: readonly { name: string; color: string }[];
  /** A quiet line below the title. */
  note: ReactNode;
  number: number;
  url: string;
  at: string;
}

/** Issues or pull requests of the mirror as rows; on a phone each folds into a card. */
export function ItemList({ items, label }: { items: readonly Item[]; label: string }) {
  return (
    <ul className={classes.list} data-plain aria-label={label}>
      {items.map(({ id, state, title, to, labels, note, number, url, at }) => (
        <li key={id} className={classes.row} data-row={id}>
          <span className={classes.state}>
            <Mark view={state} />
          </span>
          <div className={classes.subject}>
            <Link to={to} className={classes.title} data-row-link>
              {title}
            </Link>
            {labels.length > 0 && (
              <span className={classes.labels}>
                {labels.map(({ name, color }) => (
                  <Label key={name} name={name} color={color} />
                ))}
              </span>
            )}
            <span className={classes.why}>{note}</span>
          </div>
          <span className={classes.number}>
            <a href={url} target="_blank" rel="noopener noreferrer" title={`#${number} on GitHub`}>
              #{number}
            </a>
          </span>
          <span className={classes.when}>
            <Time at={at} />
          </span>
        </li>
      ))}
    </ul>
  );
}
