import { Button, Progress, SimpleGrid, Stack, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';

import type { Health } from '../../src/contract/connections.ts';
import { sentenceOf } from '../api/errors.ts';
import { connectionsQuery, healthQuery } from '../api/queries.ts';
import { request } from '../api/request.ts';
import { Directions } from '../components/Directions.tsx';
import { Link } from '../components/Link.tsx';
import { Section } from '../components/Section.tsx';
import { SyncRuns } from '../components/SyncRuns.tsx';
import { paths } from '../paths.ts';
import { countText, numberText } from '../ui/format.ts';
import { LoadError } from '../ui/Notes.tsx';
import { PageHeader } from '../ui/PageHeader.tsx';
import { Time } from '../ui/Time.tsx';
import { WaitingRows } from '../ui/Waiting.tsx';
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
          <Directions directions={health.directions} />
          <Queue queue={health.queue} />
          <Budgets budgets={health.budgets} />
          <SyncRuns />
        </Stack>
      )}
    </>
  );
}

function Queue({ queue }: { queue: Health['queue'] }) {
  const cells = [
    { name: 'Received', count: queue.pending, to: paths.issues('is:received'), since: queue.oldest_pending_at },
    { name: 'Being sent', count: queue.sending, to: null, since: null },
    { name: 'Being checked', count: queue.unknown, to: paths.issues('is:checking'), since: queue.oldest_unknown_at },
    { name: 'Refused', count: queue.failed, to: paths.issues('is:failed'), since: null },
  ];
  return (
    <Section title="Queue">
      <SimpleGrid cols={{ base: 2, sm: 4 }}>
        {cells.map(({ name, count, to, since }) => (
          <div key={name} className={classes.cell} data-red={(name === 'Refused' && count > 0) || undefined}>
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

function Budgets({ budgets }: { budgets: Health['budgets'] }) {
  const { data: connections } = useQuery(connectionsQuery);
  const nameOf = (id: string) => connections?.items.find((connection) => connection.id === id)?.repository ?? 'GitHub';
  if (budgets.length === 0) return null;
  return (
    <Section title="Budgets at GitHub">
      <Stack gap="md">
        {budgets.map(({ connection_id: id, resource, limit, remaining, reset_at: resetAt }) => (
          <div key={`${id} ${resource}`} className={classes.budget}>
            <span>
              {nameOf(id)}{' '}
              <Text span c="dimmed">
                · {resource.replaceAll('_', ' ')}
              </Text>
            </span>
            <Progress
              value={limit === 0 ? 0 : (remaining / limit) * 100}
              color={remaining * 10 < limit ? 'red' : 'line'}
              aria-label={`${resource} left for ${nameOf(id)}`}
            />
            <Text size="sm" c="dimmed" className={classes.left}>
              {numberText(remaining)} of {numberText(limit)} left
              {resetAt !== null && remaining < limit && (
                <>
                  , full again <Time at={resetAt} />
                </>
              )}
            </Text>
          </div>
        ))}
      </Stack>
    </Section>
  );
}
