import { Button } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';

import { sentenceOf } from '../api/errors.ts';
import { reportsQuery } from '../api/queries.ts';
import { useArrivals } from '../components/arrivals.ts';
import { ArrivalsBar } from '../components/ArrivalsBar.tsx';
import { IssueList } from '../components/IssueList.tsx';
import { Link } from '../components/Link.tsx';
import { useRowKeys } from '../components/row-keys.ts';
import { useIsAdmin } from '../components/session.ts';
import { paths } from '../paths.ts';
import { Empty, LoadError } from '../ui/Notes.tsx';
import { PageHeader } from '../ui/PageHeader.tsx';
import { WaitingRows } from '../ui/Waiting.tsx';

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
  const isAdmin = useIsAdmin();
  const { data, error, refetch, hasNextPage, isFetchingNextPage, fetchNextPage } = useInfiniteQuery(
    reportsQuery({ mine: 'true' }),
  );
  const { words, seen } = useArrivals();
  useRowKeys();
  if (error !== null && data === undefined)
    return <LoadError sentence={sentenceOf(error)} onRetry={() => void refetch()} />;
  if (data === undefined) return <WaitingRows rows={6} height={52} />;
  const reports = data.pages.flatMap((page) => page.items);
  const show = () => {
    seen();
    void refetch();
  };
  return (
    <>
      {/* an admin hears of everybody's reports, and these are only their own */}
      {!isAdmin && <ArrivalsBar words={words} onShow={show} />}
      {reports.length === 0 ? (
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
      ) : (
        <IssueList reports={reports} addressOf={paths.myReport} />
      )}
      {hasNextPage && (
        <Button variant="default" fullWidth mt="sm" loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          Load more
        </Button>
      )}
    </>
  );
}
