import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';

import type { Repository, RepositoryChange } from '../../src/contract/mirror.ts';
import { sentenceOf } from '../api/errors.ts';
import { MIRROR_KEY, partsOf, repositoryQuery } from '../api/mirror-queries.ts';
import { request } from '../api/request.ts';

// `refusal` null: the form that asked says why
function useMirrorMutation<Input, Answer>(
  refusal: string | null,
  act: (input: Input) => Promise<Answer>,
  onDone: (answer: Answer) => void,
) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: act,
    onSuccess: (answer) => {
      onDone(answer);
      void client.invalidateQueries({ queryKey: MIRROR_KEY });
      void client.invalidateQueries({ queryKey: ['sync_runs'] });
      void client.invalidateQueries({ queryKey: ['health'] });
    },
    onError: (error) => {
      if (refusal !== null) notifications.show({ color: 'red', title: refusal, message: sentenceOf(error) });
    },
  });
}

/** Syncs a repository now, or compares all of it; a second click joins the first. */
export function useSyncRepository(fullName: string) {
  return useMirrorMutation(
    'The sync did not start',
    (kind: 'sync' | 'reconcile') =>
      request('syncRepository', { params: partsOf(fullName), body: { kind }, waitSeconds: 0 }),
    (run) => {
      const what = run.kind === 'reconcile' ? 'compared with GitHub' : 'read from GitHub';
      if (run.state === 'running') notifications.show({ message: `${run.repository} is being ${what}.` });
    },
  );
}

/** Pauses or resumes a repository. */
export function usePauseRepository(fullName: string) {
  return useChange(fullName, 'Not changed');
}

/** Changes when a repository is synced. */
export function useChangeSchedule(fullName: string) {
  return useChange(fullName, null);
}

function useChange(fullName: string, refusal: string | null) {
  const client = useQueryClient();
  return useMirrorMutation(
    refusal,
    (change: RepositoryChange) => request('changeRepository', { params: partsOf(fullName), body: change }),
    (next) => client.setQueryData(repositoryQuery(fullName).queryKey, next),
  );
}

/** Tracks a repository; its first import starts. */
export function useTrackRepository(onDone: (repository: Repository) => void) {
  return useMirrorMutation(
    'Not tracked',
    ({ fullName, connectionId }: { fullName: string; connectionId?: string }) =>
      request('trackRepository', {
        body: { full_name: fullName, ...(connectionId === undefined ? {} : { connection_id: connectionId }) },
      }),
    onDone,
  );
}

/** Stops tracking a repository. */
export function useUntrackRepository(fullName: string) {
  return useMirrorMutation(
    'Still tracked',
    () => request('untrackRepository', { params: partsOf(fullName) }),
    () => notifications.show({ message: `${fullName} is no longer tracked.` }),
  );
}
