import type { RouteAnswer } from '../../src/contract/routes.ts';
import { filterValue, withFilter } from '../filter.ts';
import { paths } from '../paths.ts';
import { CountTabs } from './CountTabs.tsx';

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
  const tabs = TABS.map(({ label, key, value, count }) => ({
    label,
    to: paths.issues(key === null ? bare : withFilter(bare, key, value)),
    current: key === null ? state === null && is === null : (key === 'state' ? state : is) === value,
    count: states === undefined ? null : count(states),
    red: value === 'failed',
  }));
  return <CountTabs label="States" tabs={tabs} />;
}
