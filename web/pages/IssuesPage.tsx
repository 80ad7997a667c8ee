import { Button, Group } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useSearch } from '@tanstack/react-router';
import { useState } from 'react';

import { facetsQuery, reportsQuery } from '../api/queries.ts';
import { FilterInput } from '../components/FilterInput.tsx';
import { FilterMenus } from '../components/FilterMenus.tsx';
import { IssueList } from '../components/IssueList.tsx';
import { Link, useGo } from '../components/Link.tsx';
import { usePagedList } from '../components/paged-list.ts';
import { PagedList } from '../components/PagedList.tsx';
import { useRowKeys } from '../components/row-keys.ts';
import { SelectionBar } from '../components/SelectionBar.tsx';
import { useSession } from '../components/session.ts';
import { StateTabs } from '../components/StateTabs.tsx';
import { paths } from '../paths.ts';
import { queryOfFilter, reportKeys, reportMenus } from '../report-filter.ts';
import { useKeys } from '../ui/keys.ts';
import { Empty } from '../ui/Notes.tsx';
import { PageHeader } from '../ui/PageHeader.tsx';

function useSelection() {
  const [ids, setIds] = useState<ReadonlySet<string>>(new Set());
  const toggle = (id: string) => {
    const next = new Set(ids);
    if (!next.delete(id)) next.add(id);
    setIds(next);
  };
  return { ids, toggle, clear: () => setIds(new Set()) };
}

const NO_CHOICES = { labels: [], reporters: [], tenants: [] };

/** What is there, and what is stuck? */
export default function IssuesPage() {
  const { q: text = '' } = useSearch({ strict: false });
  const go = useGo();
  const { data: facets } = useQuery(facetsQuery);
  const { tenant } = useSession();
  const list = usePagedList(reportsQuery(queryOfFilter(text)));
  const selection = useSelection();
  useRowKeys(selection.toggle);
  useKeys({ Escape: selection.clear });
  return (
    <>
      <PageHeader
        title="Issues"
        lede="Everything that was reported or that Sentry found, and what became of it on GitHub."
      />
      <StateTabs text={text} states={facets?.states} />
      <Group gap="sm" mb="md" align="flex-start">
        <FilterInput
          value={text}
          keys={reportKeys(facets ?? NO_CHOICES)}
          placeholder="Filter: state:open label:bug, or any words"
          onChange={(next) => go(paths.issues(next), { replace: true })}
        />
        {facets !== undefined && (
          <FilterMenus text={text} menus={reportMenus(facets)} onChange={(next) => go(paths.issues(next))} />
        )}
      </Group>
      <PagedList list={list} empty={<NoIssues filtered={text !== ''} />}>
        {(reports) => (
          <IssueList reports={reports} addressOf={paths.issue} selection={selection} withTenant={tenant === null} />
        )}
      </PagedList>
      <SelectionBar reports={(list.items ?? []).filter(({ id }) => selection.ids.has(id))} onClear={selection.clear} />
    </>
  );
}

function NoIssues({ filtered }: { filtered: boolean }) {
  const link = (to: string, label: string) => (
    <Button component={Link} to={to} variant="default">
      {label}
    </Button>
  );
  if (filtered) {
    return (
      <Empty title="Nothing matches the filter" action={link(paths.issues(), 'Show everything')}>
        There are issues, but none with all of these words.
      </Empty>
    );
  }
  return (
    <Empty title="No issues yet" action={link(paths.report(), 'Report a problem')}>
      Each report from your app, and each error that a rule takes, is listed here with its state on GitHub. There was
      none so far.
    </Empty>
  );
}
