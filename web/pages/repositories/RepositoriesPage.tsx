import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';

import type { Repository } from '../../../src/contract/mirror.ts';
import { connectionsQuery } from '../../api/queries.ts';
import { repositoryListQuery } from '../../api/mirror-queries.ts';
import { ConnectionLink } from '../../components/ConnectionLink.tsx';
import { CostBox } from '../../components/CostBox.tsx';
import classes from '../../components/Directions.module.css';
import { Link } from '../../components/Link.tsx';
import { ListFilter } from '../../components/ListFilter.tsx';
import { PagedList } from '../../components/PagedList.tsx';
import { usePagedList } from '../../components/paged-list.ts';
import { useFilterText } from '../../components/repository-page.ts';
import { RepositoryActions } from '../../components/RepositoryActions.tsx';
import { RunProgress } from '../../components/RunProgress.tsx';
import { useRowKeys } from '../../components/row-keys.ts';
import { paths } from '../../paths.ts';
import { countText, durationText, numberText } from '../../ui/format.ts';
import { Mark } from '../../ui/Mark.tsx';
import { Empty } from '../../ui/Notes.tsx';
import { PageHeader } from '../../ui/PageHeader.tsx';
import { Time } from '../../ui/Time.tsx';
import { healthOf } from '../../words.ts';

/** What is mirrored, is it true, and what is going on? */
export default function RepositoriesPage() {
  const text = useFilterText();
  const list = usePagedList(repositoryListQuery(text));
  // once there, the filter stays while another list is on its way
  const [has, setHas] = useState(text !== '');
  if (!has && (list.items ?? []).length > 0) setHas(true);
  useRowKeys();
  return (
    <>
      <PageHeader
        title="Repositories"
        lede="What is mirrored from GitHub, and how fresh it is."
        actions={
          has && (
            <Button component={Link} to={paths.track()}>
              Track a repository
            </Button>
          )
        }
      />
      {has && (
        <>
          <CostBox />
          <ListFilter text={text} placeholder="Filter: part of a name or description" addressOf={paths.repositories} />
        </>
      )}
      <PagedList list={list} height={124} empty={text === '' ? <NoRepositories /> : <NothingMatches />}>
        {(repositories) => (
          <ul className={classes.list} aria-label="Repositories">
            {repositories.map((repository) => (
              <Row key={repository.id} repository={repository} />
            ))}
          </ul>
        )}
      </PagedList>
    </>
  );
}

function NothingMatches() {
  return (
    <Empty
      title="Nothing matches the filter"
      action={
        <Button component={Link} to={paths.repositories()} variant="default">
          Show everything
        </Button>
      }
    >
      No mirrored repository has this in its name or description.
    </Empty>
  );
}

function NoRepositories() {
  const { data } = useQuery(connectionsQuery);
  const connected = data === undefined || data.items.length > 0;
  return (
    <Empty
      title="No repository is mirrored"
      action={
        <Button component={Link} to={connected ? paths.track() : paths.githubNew()}>
          {connected ? 'Track a repository' : 'Connect GitHub'}
        </Button>
      }
    >
      Issues, pull requests, branches and people of a tracked repository are kept here and searched without asking
      GitHub. {connected ? 'Choose one that your credential sees.' : 'Connect GitHub first.'}
    </Empty>
  );
}

function Row({ repository }: { repository: Repository }) {
  const { full_name: fullName, health, run } = repository;
  return (
    <li className={classes.row} data-word={health.word} data-row={fullName}>
      <div className={classes.word}>
        <Mark view={healthOf(health.word)} />
        {health.since !== null && (
          <small>
            since <Time at={health.since} />
          </small>
        )}
      </div>
      <div className={classes.text}>
        <Link to={paths.repository(fullName)} data-row-link>
          <strong>{fullName}</strong>
        </Link>
        <div>{health.reason}</div>
        {health.fix !== null && <div className={classes.fix}>{health.fix}</div>}
        {health.word === 'blocked' && <ConnectionLink id={repository.connection_id} />}
        <Freshness repository={repository} />
        {run !== null && <RunProgress run={run} stopping={repository.paused} />}
        <span className={classes.acts}>
          <RepositoryActions repository={repository} />
        </span>
      </div>
    </li>
  );
}

function Freshness({ repository }: { repository: Repository }) {
  const { counts, requests, gap_seconds: gap, synced_at: syncedAt, mirrors } = repository;
  const pulls = counts.pulls_open + counts.pulls_merged + counts.pulls_closed;
  return (
    <div className={classes.quiet}>
      {syncedAt === null ? (
        'Not synced yet'
      ) : (
        <>
          Last sync <Time at={syncedAt} />
        </>
      )}
      {gap !== null && ` · GitHub heard ${durationText(gap)} ago`}
      {` · ${countText(requests.last_day, 'request')} in 24 hours`}
      {requests.last_day_not_modified > 0 && `, ${numberText(requests.last_day_not_modified)} of them free`}
      <br />
      {mirrors === 'linked'
        ? 'Only issues that a report is linked to are mirrored.'
        : `${countText(counts.issues_open + counts.issues_closed, 'issue')}, ${numberText(counts.issues_open)} open · ${countText(pulls, 'pull request')} · ${countText(counts.branches, 'branch', 'branches')} · ${countText(counts.collaborators, 'person', 'people')}`}
    </div>
  );
}
