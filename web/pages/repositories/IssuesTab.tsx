import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';

import type { MirroredIssue } from '../../../src/contract/mirror.ts';
import { mirroredIssuesQuery, repositoryQuery } from '../../api/mirror-queries.ts';
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
import { issueKeys, issuesAsked } from '../../mirror-filter.ts';
import { issueState } from '../../mirror-words.ts';
import { paths } from '../../paths.ts';
import { countText } from '../../ui/format.ts';
import { Empty } from '../../ui/Notes.tsx';

/** The issues of a repository, last changed first. */
export default function IssuesTab() {
  const fullName = useFullName();
  const text = useFilterText();
  const names = useNames(fullName);
  const { data: repository } = useQuery(repositoryQuery(fullName));
  const list = usePagedList<MirroredIssue>(mirroredIssuesQuery(fullName, issuesAsked(text)));
  const addressOf = (filter: string) => paths.repositoryTab(fullName, 'issues', filter);
  const state = filterValue(text, 'state');
  const counts = repository?.counts;
  const tabs = [
    { label: 'All', value: null, count: counts === undefined ? null : counts.issues_open + counts.issues_closed },
    { label: 'Open', value: 'open', count: counts?.issues_open ?? null },
    { label: 'Closed', value: 'closed', count: counts?.issues_closed ?? null },
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
        keys={issueKeys(names)}
        names={names}
        placeholder="Filter: assignee:none label:bug, or any words"
        addressOf={addressOf}
      />
      <PagedList
        list={list}
        empty={<NoIssues filtered={text !== ''} all={addressOf('')} has={repository?.has_issues !== false} />}
      >
        {(issues) => <ItemList label="Issues" items={issues.map((issue) => itemOf(issue, fullName))} />}
      </PagedList>
    </>
  );
}

function itemOf(issue: MirroredIssue, fullName: string): Item {
  const { id, title, labels, number, url, updated_at: at, assignees, milestone, comments, reports } = issue;
  const facts = [
    issue.author ?? 'unknown',
    ...(assignees.length === 0 ? [] : [`assigned to ${assignees.join(', ')}`]),
    ...(issue.type === null ? [] : [issue.type]),
    ...(milestone === null ? [] : [milestone.title ?? `milestone ${milestone.number}`]),
    ...(comments === 0 ? [] : [countText(comments, 'comment')]),
    ...(reports.length === 0 ? [] : [countText(reports.length, 'report')]),
  ];
  return {
    id,
    state: issueState(issue),
    title,
    to: paths.mirroredIssue(fullName, number),
    labels,
    note: facts.join(' · '),
    number,
    url,
    at,
  };
}

function NoIssues({ filtered, all, has }: { filtered: boolean; all: string; has: boolean }) {
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
        No mirrored issue of this repository has all of these words.
      </Empty>
    );
  }
  return (
    <Empty title="No issues">
      {has
        ? 'This repository has no issues yet, or its first import is still going on. They appear here by themselves.'
        : 'Issues are switched off in the settings of this repository on GitHub. Switch them on there to see them here.'}
    </Empty>
  );
}
