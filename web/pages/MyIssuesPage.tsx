import { Button } from '@mantine/core';

import { reportsQuery } from '../api/queries.ts';
import { IssueList } from '../components/IssueList.tsx';
import { Link } from '../components/Link.tsx';
import { usePagedList } from '../components/paged-list.ts';
import { PagedList } from '../components/PagedList.tsx';
import { useRowKeys } from '../components/row-keys.ts';
import { paths } from '../paths.ts';
import { Empty } from '../ui/Notes.tsx';
import { PageHeader } from '../ui/PageHeader.tsx';

/** What became of mine? */
export default function MyIssuesPage() {
  return (
    <>
      <PageHeader
        title="My issues"
        lede="What you reported, last news first."
        actions={
          <Button component={Link} to={paths.report()}>
            Report a problem
          </Button>
        }
      />
      <Rows />
    </>
  );
}

function Rows() {
  const list = usePagedList(reportsQuery({ mine: 'true' }));
  useRowKeys();
  return (
    <PagedList list={list} height={52} empty={<NothingReported />}>
      {(reports) => <IssueList reports={reports} addressOf={paths.myReport} />}
    </PagedList>
  );
}

function NothingReported() {
  return (
    <Empty
      title="You have not reported anything yet"
      action={
        <Button component={Link} to={paths.report()}>
          Report a problem
        </Button>
      }
    >
      Here you will see what became of each of your reports: received, filed, done.
    </Empty>
  );
}
