import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';

import type { MirroredPull } from '../../../src/contract/mirror.ts';
import { mirroredPullsQuery, repositoryQuery } from '../../api/mirror-queries.ts';
import { CountTabs } from '../../components/CountTabs.tsx';
import { ItemFilter } from '../../components/ItemFilter.tsx';
import { ItemList } from '../../components/ItemList.tsx';
import type { Item } from '../../components/ItemList.tsx';
import { Link } from '../../components/Link.tsx';
import { PagedList } from '../../components/PagedList.tsx';
import { usePagedList } from '../../components/paged-list.ts';
import { useFilterText, useFullName, useNames } from '../../components/repository-page.ts';
import { useRowKeys } from '../../components/row-keys.ts';
import { filterValue, withFilter } from '../../filter.ts';
import { pullKeys, pullsAsked } from '../../mirror-filter.ts';
import { mergeableWords, pullState, reviewWords } from '../../mirror-words.ts';
import { paths } from '../../paths.ts';
import { Empty } from '../../ui/Notes.tsx';

/** The pull requests of a repository, last changed first. */
export default function PullsTab() {
  const fullName = useFullName();
  const text = useFilterText();
  const names = useNames(fullName);
  const { data: repository } = useQuery(repositoryQuery(fullName));
  const list = usePagedList<MirroredPull>(mirroredPullsQuery(fullName, pullsAsked(text)));
  const addressOf = (filter: string) => paths.repositoryTab(fullName, 'pulls', filter);
  const state = filterValue(text, 'state');
  const counts = repository?.counts;
  const tabs = [
    {
      label: 'All',
      value: null,
      count: counts === undefined ? null : counts.pulls_open + counts.pulls_merged + counts.pulls_closed,
    },
    { label: 'Open', value: 'open', count: counts?.pulls_open ?? null },
    { label: 'Drafts', value: 'draft' },
    { label: 'Merged', value: 'merged', count: counts?.pulls_merged ?? null },
    { label: 'Closed', value: 'closed', count: counts?.pulls_closed ?? null },
  ];
  useRowKeys();
  return (
    <>
      <CountTabs
        label="States"
        tabs={tabs.map(({ label, value, count }) => ({
          label,
          to: addressOf(withFilter(text, 'state', value)),
          current: state === value,
          count,
        }))}
      />
      <ItemFilter
        text={text}
        keys={pullKeys(names)}
        names={names}
        placeholder="Filter: author:octocat label:bug, or any words"
        addressOf={addressOf}
      />
      <PagedList list={list} empty={<NoPulls filtered={text !== ''} all={addressOf('')} />}>
        {(pulls) => <ItemList label="Pull requests" items={pulls.map((pull) => itemOf(pull, fullName))} />}
      </PagedList>
    </>
  );
}

function itemOf(pull: MirroredPull, fullName: string): Item {
  const { id, title, labels, number, url, updated_at: at, head, base, review_decision: decision } = pull;
  const asked = [...pull.requested_reviewers, ...pull.requested_teams];
  const reviewed = pull.reviews.map((review) => `${review.login} ${reviewWords(review.state)}`);
  const facts = [
    pull.author ?? 'unknown',
    `${head.ref} into ${base.ref}`,
    ...(pull.state === 'open' && pull.mergeable !== null && pull.mergeable !== 'unknown' ? [mergeableWords(pull)] : []),
    ...(decision === null ? [] : [reviewWords(decision)]),
    ...reviewed,
    ...(asked.length === 0 ? [] : [`asked: ${asked.join(', ')}`]),
  ];
  return {
    id,
    state: pullState(pull),
    title,
    to: paths.mirroredPull(fullName, number),
    labels,
    note: facts.join(' · '),
    number,
    url,
    at,
  };
}

function NoPulls({ filtered, all }: { filtered: boolean; all: string }) {
  if (filtered) {
    return (
      <Empty
        title="Nothing matches the filter"
        action={
          <Button component={Link} to={all} variant="default">
            Show everything
          </Button>
        }
      >
        No mirrored pull request of this repository has all of these words.
      </Empty>
    );
  }
  return (
    <Empty title="No pull requests">
      Pull requests of a tracked repository appear here by themselves, with their reviews and whether they can be
      merged.
    </Empty>
  );
}
