import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';

import type { RouteAnswer } from '../../../src/contract/routes.ts';
import { errorFacetsQuery, errorsQuery, sentryConnectionsQuery, sentryRulesQuery } from '../../api/error-queries.ts';
import { CountTabs } from '../../components/CountTabs.tsx';
import { ErrorList } from '../../components/ErrorList.tsx';
import { Link } from '../../components/Link.tsx';
import { ListFilter } from '../../components/ListFilter.tsx';
import { PagedList } from '../../components/PagedList.tsx';
import { usePagedList } from '../../components/paged-list.ts';
import { useFilterText } from '../../components/repository-page.ts';
import { useRowKeys } from '../../components/row-keys.ts';
import { errorKeys, errorsAsked } from '../../error-filter.ts';
import type { ErrorNames } from '../../error-filter.ts';
import { filterValue, withFilter } from '../../filter.ts';
import { paths } from '../../paths.ts';
import { Empty } from '../../ui/Notes.tsx';
import { PageHeader } from '../../ui/PageHeader.tsx';
import { WaitingRows } from '../../ui/Waiting.tsx';

type Counts = RouteAnswer<'errorFacets'>['states'];

/** null: all of them. */
const TABS: { label: string; value: string | null; count: (states: NonNullable<Counts>) => number; red?: boolean }[] = [
  {
    label: 'All',
    value: null,
    count: (states) => states.pending + states.synced + states.failed + states.waiting + states.skipped,
  },
  { label: 'On the way', value: 'pending', count: (states) => states.pending },
  { label: 'Filed', value: 'filed', count: (states) => states.synced },
  { label: 'Refused', value: 'refused', count: (states) => states.failed, red: true },
  { label: 'Waiting', value: 'waiting', count: (states) => states.waiting },
  { label: 'Not taken', value: 'skipped', count: (states) => states.skipped },
  { label: 'Conflicts', value: 'conflict', count: (states) => states.conflict, red: true },
];

/** Which errors became issues, which did not, and why? */
export default function ErrorsPage() {
  const text = useFilterText();
  const rules = useQuery(sentryRulesQuery).data?.items;
  const connections = useQuery(sentryConnectionsQuery).data?.items;
  useRowKeys();
  return (
    <>
      <PageHeader title="Errors" lede="What Sentry sees, what became an issue on GitHub, and what did not, and why." />
      {rules !== undefined && connections !== undefined ? (
        <Errors text={text} rules={rules} connections={connections} />
      ) : (
        // the filter names rules and connections by name: without their ids nothing can be asked
        <>
          <Tabs text={text} />
          <WaitingRows rows={6} height={74} />
        </>
      )}
    </>
  );
}

/** `states`: undefined while they are on their way, null where there is too much to count. */
function Tabs({ text, states }: { text: string; states?: Counts | undefined }) {
  const is = filterValue(text, 'is');
  const tabs = TABS.map(({ label, value, count, red = false }) => ({
    label,
    to: paths.errors(withFilter(text, 'is', value)),
    current: is === value,
    count: states === null ? undefined : states === undefined ? null : count(states),
    red,
  }));
  return <CountTabs label="States" tabs={tabs} />;
}

function Errors({ text, rules, connections }: Pick<ErrorNames, 'rules' | 'connections'> & { text: string }) {
  const asked = errorsAsked(text, { rules, connections });
  const list = usePagedList(errorsQuery(asked));
  const { data: facets } = useQuery(
    errorFacetsQuery(errorsAsked(withFilter(text, 'is', null), { rules, connections })),
  );
  const projects = [...new Set((list.items ?? []).map(({ sentry }) => sentry.project))].toSorted();
  return (
    <>
      <Tabs text={text} states={facets?.states} />
      <ListFilter
        text={text}
        keys={errorKeys({ rules, connections, projects })}
        placeholder="Filter: sentry:unresolved level:error, a short id, #number, or any words"
        addressOf={paths.errors}
      />
      <PagedList
        list={list}
        height={74}
        empty={
          text === '' ? <NoErrors connected={connections.length > 0} ruled={rules.length > 0} /> : <NothingMatches />
        }
      >
        {(errors) => <ErrorList errors={errors} />}
      </PagedList>
    </>
  );
}

function NothingMatches() {
  return (
    <Empty
      title="Nothing matches the filter"
      action={
        <Button component={Link} to={paths.errors()} variant="default">
          Show everything
        </Button>
      }
    >
      No error that was looked at has all of these words.
    </Empty>
  );
}

function NoErrors({ connected, ruled }: { connected: boolean; ruled: boolean }) {
  if (!connected)
    return (
      <Empty
        title="No Sentry is connected"
        action={
          <Button component={Link} to={paths.sentryNew()}>
            Connect Sentry
          </Button>
        }
      >
        Errors are listed here with their issues on GitHub, both sides beside each other. Connect Sentry first, then
        make a rule that says which errors become issues, and where.
      </Empty>
    );
  if (!ruled)
    return (
      <Empty
        title="No rule yet"
        action={
          <Button component={Link} to={paths.ruleNew()}>
            Make a rule
          </Button>
        }
      >
        Sentry is connected. A rule says which errors become issues, and where; a dry run shows what it would file
        before anything is sent.
      </Empty>
    );
  return (
    <Empty
      title="No errors yet"
      action={
        <Button component={Link} to={paths.rules()} variant="default">
          Look at the rules
        </Button>
      }
    >
      No rule has found an error in Sentry so far. What one finds is listed here, also what it does not take.
    </Empty>
  );
}
