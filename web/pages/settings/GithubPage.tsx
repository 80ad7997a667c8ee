import { Button, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';

import type { Connection } from '../../../src/contract/connections.ts';
import { sentenceOf } from '../../api/errors.ts';
import { connectionsQuery } from '../../api/queries.ts';
import classes from '../../components/Directions.module.css';
import { Link } from '../../components/Link.tsx';
import { paths } from '../../paths.ts';
import { countText } from '../../ui/format.ts';
import { Mark } from '../../ui/Mark.tsx';
import { Empty, LoadError } from '../../ui/Notes.tsx';
import { PageHeader } from '../../ui/PageHeader.tsx';
import { Time } from '../../ui/Time.tsx';
import { WaitingRows } from '../../ui/Waiting.tsx';
import { healthOf } from '../../words.ts';

/** Which repositories do reports go to? */
export default function GithubPage() {
  const { data, error, refetch } = useQuery(connectionsQuery);
  const add = (
    <Button component={Link} to={paths.githubNew()}>
      Connect a repository
    </Button>
  );
  return (
    <>
      <PageHeader
        title="GitHub"
        lede="Where reports become issues."
        actions={data !== undefined && data.items.length > 0 && add}
      />
      {error !== null && data === undefined && (
        <LoadError sentence={sentenceOf(error)} onRetry={() => void refetch()} />
      )}
      {data === undefined && error === null && <WaitingRows rows={2} height={72} />}
      {data?.items.length === 0 && (
        <Empty title="No repository is connected" action={add}>
          Reports are accepted and kept already; they are filed as soon as there is a repository and a token that may
          open issues in it.
        </Empty>
      )}
      {data !== undefined && data.items.length > 0 && (
        <ul className={classes.list}>
          {data.items.map((connection) => (
            <Row key={connection.id} connection={connection} />
          ))}
        </ul>
      )}
    </>
  );
}

function wordOf(connection: Connection) {
  if (!connection.enabled) return healthOf('off');
  return healthOf(connection.paused === null ? 'healthy' : 'blocked');
}

function Row({ connection }: { connection: Connection }) {
  const {
    id,
    repository,
    name,
    source,
    visibility,
    viewer_login: login,
    paused,
    waiting,
    last_sync_at: syncedAt,
  } = connection;
  const facts = [
    name,
    ...(visibility === null ? [] : [visibility]),
    ...(login === null ? [] : [`as ${login}`]),
    ...(source === 'environment' ? ['from the environment'] : []),
    ...(waiting > 0 ? [`${countText(waiting, 'report')} waiting`] : []),
  ];
  return (
    <li className={classes.row}>
      <div className={classes.word}>
        <Mark view={wordOf(connection)} />
      </div>
      <div className={classes.text}>
        <Link to={paths.githubConnection(id)}>
          <strong>{repository}</strong>
        </Link>
        <div>{facts.join(' · ')}</div>
        {paused !== null && <div className={classes.fix}>{paused.message}</div>}
        <Text size="sm" c="dimmed">
          {syncedAt === null ? (
            'Not synced yet'
          ) : (
            <>
              Last sync <Time at={syncedAt} />
            </>
          )}
        </Text>
      </div>
    </li>
  );
}
