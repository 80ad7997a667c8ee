import type { RouteAnswer } from '../../src/contract/routes.ts';
import { filterValue, withFilter } from '../filter.ts';
import { paths } from '../paths.ts';
import { numberText } from '../ui/format.ts';
import { Link } from './Link.tsx';
import classes from './StateTabs.module.css';

type Counts = RouteAnswer<'reportFacets'>['states'];

const TABS: { label: string; key: 'state' | 'is' | null; value: string; count: (states: Counts) => number }[] = [
  {
    label: 'All',
    key: null,
    value: '',
    count: (states) => states.pending + states.unknown + states.synced + states.failed,
  },
  { label: 'Open', key: 'state', value: 'open', count: (states) => states.open },
  { label: 'Closed', key: 'state', value: 'closed', count: (states) => states.closed },
  { label: 'Received', key: 'is', value: 'received', count: (states) => states.pending },
  { label: 'Being checked', key: 'is', value: 'checking', count: (states) => states.unknown },
  { label: 'Refused', key: 'is', value: 'failed', count: (states) => states.failed },
];

/** The states with their exact counts; each is a link that keeps the other words of the filter. */
export function StateTabs({ text, states }: { text: string; states: Counts | undefined }) {
  const state = filterValue(text, 'state');
  const is = filterValue(text, 'is');
  const bare = withFilter(withFilter(text, 'state', null), 'is', null);
  return (
    <nav aria-label="States" className={classes.tabs}>
      {TABS.map((tab) => {
        const current =
          tab.key === null ? state === null && is === null : (tab.key === 'state' ? state : is) === tab.value;
        const count = states === undefined ? null : tab.count(states);
        return (
          <Link
            key={tab.label}
            to={paths.issues(tab.key === null ? bare : withFilter(bare, tab.key, tab.value))}
            className={classes.tab}
            data-red={(tab.value === 'failed' && count !== null && count > 0) || undefined}
            {...(current ? { 'aria-current': 'true' as const } : {})}
          >
            {tab.label}
            <span className={classes.count}>{count === null ? '' : numberText(count)}</span>
          </Link>
        );
      })}
    </nav>
  );
}
