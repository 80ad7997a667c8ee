import { Text } from '@mantine/core';

import type { Repository } from '../../src/contract/mirror.ts';
import { Disclosure } from '../ui/Disclosure.tsx';
import { countText, durationText, numberText } from '../ui/format.ts';
import { Mark } from '../ui/Mark.tsx';
import { AmberNote } from '../ui/Notes.tsx';
import { Time } from '../ui/Time.tsx';
import { healthOf } from '../words.ts';
import { ConnectionLink } from './ConnectionLink.tsx';
import classes from './RepositoryHead.module.css';
import { RunProgress } from './RunProgress.tsx';

/** How a repository's mirror fares: health, freshness, cost, and what GitHub does not show. */
export function RepositoryHead({ repository }: { repository: Repository }) {
  const { health, run, unreadable } = repository;
  return (
    <div className={classes.head}>
      <div className={classes.health} role="status">
        <Mark view={healthOf(health.word)} strong />
        <span>
          {health.reason} {health.fix} {health.word === 'blocked' && <ConnectionLink id={repository.connection_id} />}
          {health.since !== null && (
            <Text span c="dimmed">
              {' '}
              Since <Time at={health.since} />.
            </Text>
          )}
        </span>
      </div>
      <FactsLine repository={repository} />
      {run !== null && <RunProgress run={run} stopping={repository.paused} />}
      {unreadable.length > 0 && (
        <AmberNote title="GitHub does not show everything to this credential">
          {unreadable.map(({ list, message, missing_permissions: missing }) => (
            <div key={list}>
              {list.replaceAll('_', ' ')}: {message}
              {missing !== null && ` It needs ${missing}.`}
            </div>
          ))}
        </AmberNote>
      )}
    </div>
  );
}

function FactsLine({ repository }: { repository: Repository }) {
  const { visibility, default_branch: branch, archived, mirrors, requests, gap_seconds: gap } = repository;
  const facts = [
    visibility ?? 'visibility unknown',
    ...(branch === null ? [] : [`default branch ${branch}`]),
    ...(archived ? ['archived'] : []),
    ...(mirrors === 'linked' ? ['only linked issues are mirrored'] : []),
    ...(gap === null ? [] : [`GitHub was last heard ${durationText(gap)} ago`]),
  ];
  return (
    <div className={classes.facts}>
      <span>{facts.join(' · ')}</span>
      <Disclosure summary={<Synced at={repository.synced_at} />}>
        <ul className={classes.more}>
          <li>
            Next sync: {repository.next_sync_at === null ? 'none is planned' : <Time at={repository.next_sync_at} />}
          </li>
          <li>
            First import: {repository.imported_at === null ? 'not complete yet' : <Time at={repository.imported_at} />}
          </li>
          <li>
            Last compared in full:{' '}
            {repository.reconciled_at === null ? 'not yet' : <Time at={repository.reconciled_at} />}
          </li>
          <li>
            {requests.last_run !== null && `${countText(requests.last_run, 'request')} in the last run, `}
            {numberText(requests.last_day)} in the last 24 hours, of which {numberText(requests.last_day_not_modified)}{' '}
            were free
          </li>
        </ul>
      </Disclosure>
    </div>
  );
}

function Synced({ at }: { at: string | null }) {
  if (at === null) return 'Not synced yet';
  return (
    <>
      Last sync <Time at={at} />
    </>
  );
}
