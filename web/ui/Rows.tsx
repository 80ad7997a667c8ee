import type { ReactNode } from 'react';

import classes from './Rows.module.css';

/** A list of things with their actions. */
export function Rows({ children, label }: { children: ReactNode; label: string }) {
  return (
    <ul className={classes.list} aria-label={label}>
      {children}
    </ul>
  );
}

/** One thing: its name, a quiet note below, actions at the end. */
export function Row({ title, note, end }: { title: ReactNode; note?: ReactNode; end?: ReactNode }) {
  return (
    <li className={classes.row}>
      <div className={classes.main}>
        <strong>{title}</strong>
        {note !== undefined && <div className={classes.note}>{note}</div>}
      </div>
      {end !== undefined && <div className={classes.end}>{end}</div>}
    </li>
  );
}
