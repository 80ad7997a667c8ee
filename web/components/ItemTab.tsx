import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';

import type { Repository } from '../../src/contract/mirror.ts';
import type { PagedQuery } from '../api/mirror-queries.ts';
import { repositoryQuery } from '../api/mirror-queries.ts';
import type { FilterKey } from '../filter.ts';
import { filterValue, withFilter } from '../filter.ts';
import type { Names } from '../mirror-filter.ts';
import { paths } from '../paths.ts';
import { Empty } from '../ui/Notes.tsx';
import { CountTabs } from './CountTabs.tsx';
import { ItemFilter } from './ItemFilter.tsx';
import { ItemList } from './ItemList.tsx';
import type { Item } from './ItemList.tsx';
import { Link } from './Link.tsx';
import { PagedList } from './PagedList.tsx';
import { usePagedList } from './paged-list.ts';
import { useFilterText, useFullName, useNames } from './repository-page.ts';
import { useRowKeys } from './row-keys.ts';

/** A value of `state:` in the filter, null for all; without `count` nothing is counted. */
export interface ItemState {
  label: string;
  value: string | null;
  count?: (counts: Repository['counts']) => number;
}

interface ItemTabProps<One> {
  tab: 'issues' | 'pulls';
  /** What they are called, in the plural. */
  label: string;
  states: readonly ItemState[];
  keysOf: (names: Names) => FilterKey[];
  placeholder: string;
  queryOf: (fullName: string, text: string) => PagedQuery<One>;
  itemOf: (one: One, fullName: string) => Item;
  /** What is said where a repository has none at all. */
  none: (repository: Repository | undefined) => string;
}

/** The issues or the pull requests of a repository: by state, filtered, last changed first. */
export function ItemTab<One>(props: ItemTabProps<One>) {
  const { tab, label, states, keysOf, placeholder, queryOf, itemOf, none } = props;
  const fullName = useFullName();
  const text = useFilterText();
  const names = useNames(fullName);
  const { data: repository } = useQuery(repositoryQuery(fullName));
  const list = usePagedList(queryOf(fullName, text));
  const addressOf = (filter: string) => paths.repositoryTab(fullName, tab, filter);
  const state = filterValue(text, 'state');
  useRowKeys();
  return (
    <>
      <CountTabs
        label="States"
        tabs={states.map(({ label: word, value, count }) => ({
          label: word,
          to: addressOf(withFilter(text, 'state', value)),
          current: state === value,
          count: count === undefined ? undefined : repository === undefined ? null : count(repository.counts),
        }))}
      />
      <ItemFilter text={text} keys={keysOf(names)} names={names} placeholder={placeholder} addressOf={addressOf} />
      <PagedList
        list={list}
        empty={
          text === '' ? (
            <Empty title={`No ${label.toLowerCase()}`}>{none(repository)}</Empty>
          ) : (
            <NothingMatches label={label.toLowerCase()} all={addressOf('')} />
          )
        }
      >
        {(items) => <ItemList label={label} items={items.map((item) => itemOf(item, fullName))} />}
      </PagedList>
    </>
  );
}

function NothingMatches({ label, all }: { label: string; all: string }) {
  return (
    <Empty
      title="Nothing matches the filter"
      action={
        <Button component={Link} to={all} variant="default">
          Show everything
        </Button>
      }
    >
      None of the mirrored {label} of this repository has all of these words.
    </Empty>
  );
}
