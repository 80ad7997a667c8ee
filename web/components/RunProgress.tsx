import { Progress, Text } from '@mantine/core';

import type { SyncRun } from '../../src/contract/connections.ts';
import { countText, numberText } from '../ui/format.ts';
import { Countdown } from '../ui/Time.tsx';

const VERBS: Record<SyncRun['kind'], string> = {
  sync: 'Syncing',
  import: 'Importing',
  reconcile: 'Comparing',
  sample: 'Comparing a sample',
};

/** How far a run is, and when it will be done. `stopping`: it was paused, and ends after the page that it reads. */
export function RunProgress({ run, stopping = false }: { run: SyncRun; stopping?: boolean }) {
  const { kind, repository, progress, finishes_at: finishesAt, requests } = run;
  const share = progress === null || progress.total === 0 ? null : (progress.done / progress.total) * 100;
  return (
    <div>
      <Progress
        value={share ?? 100}
        animated={share === null}
        aria-label={`${VERBS[kind]} ${repository}`}
        size="sm"
        my={6}
      />
      <Text size="sm" c="dimmed" style={{ fontVariantNumeric: 'tabular-nums' }}>
        {VERBS[kind]}
        {progress !== null && `: ${numberText(progress.done)} of ${numberText(progress.total)}`}
        {requests > 0 && ` · ${countText(requests, 'request')}`}
        {stopping && ' · ends after the page that is being read'}
        {finishesAt !== null && !stopping && (
          <>
            {' '}
            · will finish in <Countdown until={finishesAt} />
          </>
        )}
      </Text>
    </div>
  );
}
