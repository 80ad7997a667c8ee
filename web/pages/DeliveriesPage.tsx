import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';

import { deliveriesQuery, repositoriesQuery } from '../api/mirror-queries.ts';
import { healthQuery } from '../api/queries.ts';
import { CountTabs } from '../components/CountTabs.tsx';
import { DeliveryList } from '../components/DeliveryList.tsx';
import { Link } from '../components/Link.tsx';
import { ListFilter } from '../components/ListFilter.tsx';
import { PagedList } from '../components/PagedList.tsx';
import { usePagedList } from '../components/paged-list.ts';
import { ReplayFailed } from '../components/ReplayFailed.tsx';
import { useFilterText } from '../components/repository-page.ts';
import { useRowKeys } from '../components/row-keys.ts';
import { filterValue, withFilter } from '../filter.ts';
import { deliveriesAsked, deliveryKeys } from '../mirror-filter.ts';
import { paths } from '../paths.ts';
import { Empty } from '../ui/Notes.tsx';
import { PageHeader } from '../ui/PageHeader.tsx';

const TABS = [
  ['All', null],
  ['Failed', 'failed'],
  ['Waiting', 'received'],
  ['Applied', 'applied'],
  ['Ignored', 'ignored'],
] as const;

/** What did GitHub send, and what became of it? */
export default function DeliveriesPage() {
  const text = useFilterText();
  const { data: repositories } = useQuery(repositoriesQuery);
  const { data: health } = useQuery(healthQuery);
  const state = filterValue(text, 'state');
  const counted = (value: string | null) => {
    if (value === 'failed') return health?.deliveries.failed ?? null;
    return value === 'received' ? (health?.deliveries.waiting ?? null) : undefined;
  };
  useRowKeys();
  return (
    <>
      <PageHeader
        title="Deliveries"
        lede="What GitHub sent by webhooks, newest first, for two weeks. Each can be looked at and applied again."
        actions={<ReplayFailed asked={deliveriesAsked(text)} failed={health?.deliveries.failed ?? null} />}
      />
      <CountTabs
        label="States"
        tabs={TABS.map(([label, value]) => ({
          label,
          to: paths.deliveries(withFilter(text, 'state', value)),
          current: state === value,
          count: counted(value),
          red: value === 'failed',
        }))}
      />
      <ListFilter
        text={text}
        keys={deliveryKeys((repositories ?? []).map(({ full_name: fullName }) => fullName))}
        placeholder="Filter: event:issues, a GUID, or any words"
        addressOf={paths.deliveries}
      />
      {text === '' && <FailedFirst />}
      <All text={text} />
    </>
  );
}

/** Those that a person must look at stand above all others. */
function FailedFirst() {
  const list = usePagedList(deliveriesQuery({ state: 'failed' }));
  if (list.items === undefined || list.items.length === 0) return null;
  return (
    <section aria-label="Failed deliveries" style={{ marginBottom: 'var(--mantine-spacing-lg)' }}>
      <PagedList list={list} empty={null}>
        {(deliveries) => <DeliveryList label="Failed deliveries" deliveries={deliveries} />}
      </PagedList>
    </section>
  );
}

function All({ text }: { text: string }) {
  const list = usePagedList(deliveriesQuery(deliveriesAsked(text)));
  return (
    <PagedList list={list} empty={<NoDeliveries filtered={text !== ''} />}>
      {(deliveries) => {
        // they stand above already
        const rest = text === '' ? deliveries.filter(({ state }) => state !== 'failed') : deliveries;
        return rest.length > 0 && <DeliveryList label="Deliveries" deliveries={rest} />;
      }}
    </PagedList>
  );
}

function NoDeliveries({ filtered }: { filtered: boolean }) {
  const to = filtered ? paths.deliveries() : paths.repositories();
  const action = (
    <Button component={Link} to={to} variant="default">
      {filtered ? 'Show everything' : 'Go to the repositories'}
    </Button>
  );
  if (filtered) {
    return (
      <Empty title="Nothing matches the filter" action={action}>
        No delivery of the last two weeks has all of these words.
      </Empty>
    );
  }
  return (
    <Empty title="GitHub sent nothing yet" action={action}>
      What GitHub sends by webhooks is listed here. Make a webhook on the page of a repository; without one everything
      works by the scheduled sync.
    </Empty>
  );
}
