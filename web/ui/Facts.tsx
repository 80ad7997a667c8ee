import type { ReactNode } from 'react';

import classes from './Facts.module.css';

/** A list of names and values. Wide: beside each other; narrow: below each other. */
export function Facts({ children, stacked = false }: { children: ReactNode; stacked?: boolean }) {
  return <dl className={stacked ? classes.stacked : classes.facts}>{children}</dl>;
}

/** One name and its value. */
export function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className={classes.fact}>
      <dt className={classes.name}>{name}</dt>
      <dd className={classes.value}>{children}</dd>
    </div>
  );
}
