import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';

import type { Repository } from '../../../src/contract/mirror.ts';
import { sentenceOf } from '../../api/errors.ts';
import { connectionsQuery } from '../../api/queries.ts';
import { repositoriesQuery } from '../../api/mirror-queries.ts';
import { CostBox } from '../../components/CostBox.tsx';
import classes from '../../components/Directions.module.css';
import { Link } from '../../components/Link.tsx';
import { RepositoryActions } from '../../components/RepositoryActions.tsx';
import { RunProgress } from '../../components/RunProgress.tsx';
import { useRowKeys } from '../../components/row-keys.ts';
import { paths } from '../../paths.ts';
import { countText, durationText, numberText } from '../../ui/format.ts';
import { Mark } from '../../ui/Mark.tsx';
import { Empty, LoadError } from '../../ui/Notes.tsx';
import { PageHeader } from '../../ui/PageHeader.tsx';
import { Time } from '../../ui/Time.tsx';
import { WaitingRows } from '../../ui/Waiting.tsx';
import { healthOf } from '../../words.ts';

/** What is mirrored, is it true, and what is going on? */
export default function RepositoriesPage() {
  const { data, error, refetch } = useQuery(repositoriesQuery);
  useRowKeys();
  return (
    <>
      <PageHeader
        title="Repositories"
        lede="What is mirrored from GitHub, and how fresh it is."
        actions={
          data !== undefined &&
          data.items.length > 0 && (
            <Button component={Link} to={paths.track()}>
              Track a repository
            </Button>
          )
        }
      />
      {error !== null && data === undefined && (
        <LoadError sentence={sentenceOf(error)} onRetry={() => void refetch()} />
      )}
      {data === undefined && error === null && <WaitingRows rows={3} height={124} />}
      {data?.items.length === 0 && <NoRepositories />}
      {data !== undefined && data.items.length > 0 && (
        <>
          <CostBox />
          <ul className={classes.list} aria-label="Repositories">
            {data.items.map((repository) => (
              <Row key={repository.id} repository={repository} />
            ))}
          </ul>
        </>
      )}
    </>
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
        <Freshness repository={repository} />
        {run !== null && <RunProgress run={run} />}
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
        : `${countText(counts.issues_open + counts.issues_closed, 'issue')}, ${counts.issues_open} open · ${countText(pulls, 'pull request')} · ${countText(counts.branches, 'branch', 'branches')} · ${countText(counts.collaborators, 'person', 'people')}`}
    </div>
  );
}
