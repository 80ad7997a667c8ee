import classes from './Label.module.css';

/** A GitHub label: its colour as a dot, its name in readable ink whatever the colour. */
export function Label({ name, color }: { name: string; color?: string }) {
  return (
    <span className={classes.label}>
      {color !== undefined && (
        <span className={classes.dot} style={{ background: `#${color.replace('#', '')}` }} aria-hidden="true" />
      )}
      {name}
    </span>
  );
}
