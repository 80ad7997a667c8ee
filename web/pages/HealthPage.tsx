import { Button, SimpleGrid, Stack, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';

import type { Health } from '../../src/contract/connections.ts';
import type { Drift as DriftAnswer } from '../../src/contract/drift.ts';
import { sentenceOf } from '../api/errors.ts';
import { driftQuery, repositoriesQuery } from '../api/mirror-queries.ts';
import { healthQuery } from '../api/queries.ts';
import { request } from '../api/request.ts';
import { Directions } from '../components/Directions.tsx';
import { Link } from '../components/Link.tsx';
import { Section } from '../components/Section.tsx';
import { SyncRuns } from '../components/SyncRuns.tsx';
import { hookDirection } from '../mirror-words.ts';
import { paths } from '../paths.ts';
import { Disclosure } from '../ui/Disclosure.tsx';
import { countText, numberText, percentText } from '../ui/format.ts';
import { LoadError } from '../ui/Notes.tsx';
import { PageHeader } from '../ui/PageHeader.tsx';
import { Row, Rows } from '../ui/Rows.tsx';
import { Time } from '../ui/Time.tsx';
import { WaitingRows } from '../ui/Waiting.tsx';
import { valueText } from '../words.ts';
import classes from './HealthPage.module.css';

function useSyncNow() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => request('sync', { body: {}, waitSeconds: 0 }),
    onSuccess: ({ runs }) => {
      void client.invalidateQueries({ queryKey: ['sync_runs'] });
      const message =
        runs.length === 0
          ? 'There is no connection to sync.'
          : `${countText(runs.length, 'sync run')} ${runs.length === 1 ? 'is' : 'are'} going on.`;
      notifications.show({ message });
    },
    onError: (error) =>
      notifications.show({ color: 'red', title: 'The sync did not start', message: sentenceOf(error) }),
  });
}

/** Is anything silent, late, or about to be? */
export default function HealthPage() {
  const { data: health, error, refetch } = useQuery(healthQuery);
  const { data: repositories } = useQuery(repositoriesQuery);
  const hooks = (repositories ?? []).flatMap(hookDirection);
  const sync = useSyncNow();
  return (
    <>
      <PageHeader
        title="Health"
        lede="Each direction in one word: since when, why, and what to do."
        actions={
          <Button variant="default" loading={sync.isPending} onClick={() => sync.mutate()}>
            Sync now
          </Button>
        }
      />
      {error !== null && health === undefined && (
        <LoadError sentence={sentenceOf(error)} onRetry={() => void refetch()} />
      )}
      {health === undefined && error === null && <WaitingRows rows={5} height={70} />}
      {health !== undefined && (
        <Stack gap="lg">
          <Directions directions={inOrder([...hooks, ...health.directions])} />
          <Drift />
          <Deliveries deliveries={health.deliveries} />
          <Queue queue={health.queue} />
          <SyncRuns />
        </Stack>
      )}
    </>
  );
}

/** What stands between us and GitHub first, the ground below it last. */
function inOrder(directions: Health['directions']): Health['directions'] {
  const rank = { filing: 0, sync: 1, errors: 1, database: 2, disk: 2, clock: 2 };
  return directions.toSorted((a, b) => rank[a.direction] - rank[b.direction] || a.name.localeCompare(b.name));
}

interface Cell {
  name: string;
  count: number;
  to: string | null;
  since: string | null;
  red?: boolean;
}

function Cells({ title, cells }: { title: string; cells: readonly Cell[] }) {
  return (
    <Section title={title}>
      <SimpleGrid cols={{ base: 2, sm: 4 }}>
        {cells.map(({ name, count, to, since, red }) => (
          <div key={name} className={classes.cell} data-red={(red === true && count > 0) || undefined}>
            <span className={classes.count}>{numberText(count)}</span>
            {to === null ? <span>{name}</span> : <Link to={to}>{name}</Link>}
            <Text size="sm" c="dimmed">
              {since === null ? (
                ' '
              ) : (
                <>
                  oldest <Time at={since} />
                </>
              )}
            </Text>
          </div>
        ))}
      </SimpleGrid>
    </Section>
  );
}

function Queue({ queue }: { queue: Health['queue'] }) {
  const cells = [
    { name: 'Received', count: queue.pending, to: paths.issues('is:received'), since: queue.oldest_pending_at },
    { name: 'Being sent', count: queue.sending, to: null, since: null },
    { name: 'Being checked', count: queue.unknown, to: paths.issues('is:checking'), since: queue.oldest_unknown_at },
    { name: 'Refused', count: queue.failed, to: paths.issues('is:failed'), since: null, red: true },
  ];
  return <Cells title="Reports on their way" cells={cells} />;
}

function Deliveries({ deliveries }: { deliveries: Health['deliveries'] }) {
  const { waiting, failed, oldest_waiting_at: since, last_received_at: last } = deliveries;
  if (last === null) return null;
  return (
    <Cells
      title="Webhooks"
      cells={[
        { name: 'Waiting', count: waiting, to: paths.deliveries('state:received'), since },
        { name: 'Failed', count: failed, to: paths.deliveries('state:failed'), since: null, red: true },
      ]}
    />
  );
}

/** How true the mirror is, as one number, with how it was found, and what was wrong. */
function Drift() {
  const { data } = useQuery(driftQuery);
  if (data === undefined) return null;
  const { wrong, found, compared, repositories, findings } = data;
  return (
    <Section title="Drift">
      {compared === 0 ? (
        <Text c="dimmed">
          The mirror was not compared with GitHub yet. That is done by schedule, and by “Compare everything now” on the
          sync runs of a repository.
        </Text>
      ) : (
        <>
          <div className={classes.cell} data-red={wrong > 0 || undefined}>
            <span className={classes.count}>{percentText(found, compared)}</span>
            <span>
              wrong: {numberText(found)} of {countText(compared, 'item')} that the newest audits compared with GitHub.{' '}
              {found > 0 && (wrong === 0 ? 'All were repaired.' : `${numberText(wrong)} are not repaired yet.`)}
            </span>
          </div>
          <Disclosure summary={`Audits (${countText(repositories.length, 'repository', 'repositories')})`}>
            <Audits repositories={repositories} />
          </Disclosure>
          {findings.length > 0 && (
            <Disclosure summary={`What was wrong (${countText(findings.length, 'finding')})`}>
              <Findings findings={findings} />
            </Disclosure>
          )}
        </>
      )}
    </Section>
  );
}

const AUDIT_WORDS = { full: 'in full', sample: 'a sample, drawn at random' };

function Audits({ repositories }: { repositories: DriftAnswer['repositories'] }) {
  return (
    <Rows label="Audits">
      {repositories.map(({ repository, audits: [newest] }) => (
        <Row
          key={repository}
          title={repository}
          note={
            newest === undefined
              ? 'not audited yet'
              : `${numberText(newest.found)} of ${countText(newest.compared, 'item')} wrong · ${AUDIT_WORDS[newest.audit]}`
          }
          end={
            newest !== undefined && (
              <Text size="sm" c="dimmed">
                <Time at={newest.at} />
              </Text>
            )
          }
        />
      ))}
    </Rows>
  );
}

/** Issues, pull requests and comments are named by their number, everything else by its kind and name. */
function findingName({ item_kind: kind, item }: DriftAnswer['findings'][number]): string {
  if (!item.startsWith('#')) return `${kind} ${item}`;
  return kind === 'comment' ? `comment on ${item}` : item;
}

function Findings({ findings }: { findings: DriftAnswer['findings'] }) {
  return (
    <Rows label="Findings">
      {findings.map((finding) => (
        <Row
          key={finding.id}
          title={`${finding.repository} ${findingName(finding)}: ${finding.field.replaceAll('_', ' ')}`}
          note={`here ${valueText(finding.mirrored)}, at GitHub ${valueText(finding.github)}`}
          end={
            <Text size="sm" c="dimmed">
              {finding.repaired_at === null ? (
                <>
                  found <Time at={finding.found_at} />
                </>
              ) : (
                <>
                  repaired <Time at={finding.repaired_at} />
                </>
              )}
            </Text>
          }
        />
      ))}
    </Rows>
  );
}
