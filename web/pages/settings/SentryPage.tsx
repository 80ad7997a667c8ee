import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';

import type { SentryConnection } from '../../../src/contract/sentry.ts';
import { sentryConnectionsQuery } from '../../api/error-queries.ts';
import { sentenceOf } from '../../api/errors.ts';
import classes from '../../components/Directions.module.css';
import { InsecureNote } from '../../components/InsecureNote.tsx';
import { Link } from '../../components/Link.tsx';
import { paths } from '../../paths.ts';
import { countText } from '../../ui/format.ts';
import { Mark } from '../../ui/Mark.tsx';
import { Empty, LoadError } from '../../ui/Notes.tsx';
import { PageHeader } from '../../ui/PageHeader.tsx';
import { Time } from '../../ui/Time.tsx';
import { WaitingRows } from '../../ui/Waiting.tsx';
import { healthOf } from '../../words.ts';

/** Where do errors come from? */
export default function SentryPage() {
  const { data, error, refetch } = useQuery(sentryConnectionsQuery);
  const add = (
    <Button component={Link} to={paths.sentryNew()}>
      Connect Sentry
    </Button>
  );
  const none = data?.items.length === 0;
  return (
    <>
      <PageHeader
        title="Sentry"
        lede="Where errors come from, and how what becomes of them on GitHub is told there."
        actions={data !== undefined && !none && add}
      />
      {error !== null && data === undefined && (
        <LoadError sentence={sentenceOf(error)} onRetry={() => void refetch()} />
      )}
      {data === undefined && error === null && <WaitingRows rows={2} height={92} />}
      {none && (
        <Empty title="No Sentry is connected" action={add}>
          Errors of sentry.io, of your own Sentry or of GlitchTip become GitHub issues, each exactly once, and both
          sides follow each other. A token that may read issues is enough to begin with.
        </Empty>
      )}
      {data !== undefined && !none && (
        <ul className={classes.list} aria-label="Sentry connections">
          {data.items.map((connection) => (
            <Row key={connection.id} connection={connection} />
          ))}
        </ul>
      )}
    </>
  );
}

const PRODUCTS = { sentry: 'Sentry', glitchtip: 'GlitchTip' };

function factsOf({ name, base_url: url, product, version, source, rules, errors }: SentryConnection): string {
  const server = product === null ? url : `${PRODUCTS[product]}${version === null ? '' : ` ${version}`} at ${url}`;
  return [
    name,
    server,
    ...(source === 'environment' ? ['from the environment'] : []),
    countText(rules, 'rule'),
    `${countText(errors, 'error')} filed`,
  ].join(' · ');
}

function Row({ connection }: { connection: SentryConnection }) {
  const { id, organization, health, hook_at: hookAt, insecure_tls: insecure, base_url: url } = connection;
  return (
    <li className={classes.row} data-word={health.word}>
      <div className={classes.word}>
        <Mark view={healthOf(health.word)} />
        {health.since !== null && (
          <small>
            since <Time at={health.since} />
          </small>
        )}
      </div>
      <div className={classes.text}>
        <Link to={paths.sentryConnection(id)}>
          <strong>{organization}</strong>
        </Link>
        <div>{health.reason}</div>
        {health.fix !== null && <div className={classes.fix}>{health.fix}</div>}
        <div>{factsOf(connection)}</div>
        <div className={classes.quiet}>
          {hookAt === null ? (
            'No webhook has come: news is polled for'
          ) : (
            <>
              Last webhook <Time at={hookAt} />
            </>
          )}
        </div>
      </div>
      {insecure && (
        <div style={{ gridColumn: '1 / -1' }}>
          <InsecureNote name={url} />
        </div>
      )}
    </li>
  );
}
