import { numberText } from '../ui/format.ts';
import classes from './CountTabs.module.css';
import { Link } from './Link.tsx';

export interface CountTab {
  label: string;
  to: string;
  current: boolean;
  /** null: on its way; without it nothing is counted. */
  count?: number | null | undefined;
  /** A person must act on what is counted. */
  red?: boolean;
}

/** States with their exact counts; each is a link. */
export function CountTabs({ tabs, label }: { tabs: readonly CountTab[]; label: string }) {
  return (
    <nav aria-label={label} className={classes.tabs}>
      {tabs.map((tab) => (
        <Link
          key={tab.label}
          to={tab.to}
          className={classes.tab}
          data-red={(tab.red === true && (tab.count ?? 0) > 0) || undefined}
          {...(tab.current ? { 'aria-current': 'true' as const } : {})}
        >
          {tab.label}
          {tab.count !== undefined && (
            <span className={classes.count}>{tab.count === null ? '' : numberText(tab.count)}</span>
          )}
        </Link>
      ))}
    </nav>
  );
}
