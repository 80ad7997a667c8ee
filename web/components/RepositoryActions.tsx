import { Button } from '@mantine/core';

import type { Repository } from '../../src/contract/mirror.ts';
import { Confirm } from '../ui/Confirm.tsx';
import { usePauseRepository, useSyncRepository, useTrackRepository, useUntrackRepository } from './repository-acts.ts';

const WHAT_STAYS =
  'Issues that reports are linked to stay here and are synced as before. Its other issues, its pull requests, branches, people and history are deleted here; tracking it again reads them anew. On GitHub nothing changes, and its webhook stays.';

/** What can be done with a repository: sync it, pause or resume it, untrack it, or track all of it. */
export function RepositoryActions({ repository }: { repository: Repository }) {
  const { full_name: fullName, connection_id: connectionId, mirrors, paused, run } = repository;
  const sync = useSyncRepository(fullName);
  const change = usePauseRepository(fullName);
  const track = useTrackRepository(() => undefined);
  const untrack = useUntrackRepository(fullName);
  const quiet = { variant: 'default', size: 'compact-md' } as const;
  return (
    <>
      <Button
        {...quiet}
        disabled={paused}
        loading={sync.isPending || (run !== null && !paused)}
        onClick={() => sync.mutate('sync')}
        aria-label={`Sync now: ${fullName}`}
      >
        Sync now
      </Button>
      <Button
        {...quiet}
        loading={change.isPending}
        onClick={() => change.mutate({ paused: !paused })}
        aria-label={`${paused ? 'Resume' : 'Pause'}: ${fullName}`}
      >
        {paused ? 'Resume' : 'Pause'}
      </Button>
      {mirrors === 'all' ? (
        <Confirm
          action="Untrack"
          question={`Untrack ${fullName}?`}
          busy={untrack.isPending}
          onConfirm={() => untrack.mutate(undefined)}
        >
          {WHAT_STAYS}
        </Confirm>
      ) : (
        <Button
          {...quiet}
          loading={track.isPending}
          onClick={() => track.mutate({ fullName, connectionId })}
          aria-label={`Track all of it: ${fullName}`}
        >
          Track all of it
        </Button>
      )}
    </>
  );
}
