import { Button, Text } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';

import type { RouteAnswer } from '../../../src/contract/routes.ts';
import { sentenceOf } from '../../api/errors.ts';
import { auditQuery } from '../../api/queries.ts';
import { Disclosure } from '../../ui/Disclosure.tsx';
import { Empty, LoadError } from '../../ui/Notes.tsx';
import { PageHeader } from '../../ui/PageHeader.tsx';
import { Row, Rows } from '../../ui/Rows.tsx';
import { Time } from '../../ui/Time.tsx';
import { WaitingRows } from '../../ui/Waiting.tsx';
import classes from './AuditPage.module.css';

type AuditEvent = RouteAnswer<'listAudit'>['items'][number];

/** Who changed what, and when? */
export default function AuditPage() {
  const { data, error, refetch, hasNextPage, isFetchingNextPage, fetchNextPage } = useInfiniteQuery(auditQuery);
  const events = data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <>
      <PageHeader
        title="Audit log"
        lede="Every change and every act on GitHub, newest first. It can only grow; secrets are never in it."
      />
      {error !== null && data === undefined && (
        <LoadError sentence={sentenceOf(error)} onRetry={() => void refetch()} />
      )}
      {data === undefined && error === null && <WaitingRows rows={8} />}
      {data !== undefined && events.length === 0 && (
        <Empty title="Nothing happened yet">Changes to reports, connections, people and keys are listed here.</Empty>
      )}
      {events.length > 0 && (
        <Rows label="Audit log">
          {events.map((event) => (
            <Event key={event.id} event={event} />
          ))}
        </Rows>
      )}
      {hasNextPage && (
        <Button variant="default" fullWidth mt="sm" loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          Load more
        </Button>
      )}
    </>
  );
}

function Event({ event }: { event: AuditEvent }) {
  const { actor, actor_name: name, ip, action, subject, before, after, at } = event;
  return (
    <Row
      title={
        <>
          {name}{' '}
          <Text span c="dimmed" fw={400}>
            {action.replaceAll(/[._]/gu, ' ')}
          </Text>
        </>
      }
      note={
        <Disclosure summary={subject}>
          <div>
            {actor}
            {ip !== null && ` from ${ip}`}
          </div>
          <Json name="Before" value={before} />
          <Json name="After" value={after} />
        </Disclosure>
      }
      end={
        <Text size="sm" c="dimmed">
          <Time at={at} />
        </Text>
      }
    />
  );
}

function Json({ name, value }: { name: string; value: unknown }) {
  if (value === null || value === undefined) return null;
  return (
    <div>
      {name}:
      <pre className={classes.json} tabIndex={0}>
        {JSON.stringify(value, null, 2)}
      </pre>
    </div>
  );
}
