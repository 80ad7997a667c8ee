import { Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';

import type { SyncRun } from '../../src/contract/connections.ts';
import { syncRunsQuery } from '../api/queries.ts';
import { runState, runWords } from '../mirror-words.ts';
import { Disclosure } from '../ui/Disclosure.tsx';
import { countText, numberText } from '../ui/format.ts';
import { Mark } from '../ui/Mark.tsx';
import { Time } from '../ui/Time.tsx';
import classes from './Directions.module.css';
import { RunProgress } from './RunProgress.tsx';
import { Section } from './Section.tsx';

/** The last pulls from GitHub of all repositories. */
export function SyncRuns() {
  const { data } = useQuery(syncRunsQuery);
  if (data === undefined) return null;
  return (
    <Section title="Sync runs">
      {data.items.length === 0 ? (
        <Text c="dimmed">
          None so far. A sync looks up what became of the filed issues; it runs by schedule, and with “Sync now”.
        </Text>
      ) : (
        <RunList runs={data.items} withRepository />
      )}
    </Section>
  );
}

interface RunListProps {
  runs: readonly SyncRun[];
  withRepository?: boolean;
  /** Their repository was paused: what is under way ends soon. */
  stopping?: boolean;
}

/** Runs with what they found and what they cost. */
export function RunList({ runs, withRepository = false, stopping = false }: RunListProps) {
  return (
    <ul className={classes.list} aria-label="Sync runs">
      {runs.map((run) => (
        <li key={run.id} className={classes.row}>
          <div className={classes.word}>
            <Mark view={runState(run)} />
            <small>
              <Time at={run.started_at} />
            </small>
          </div>
          <div className={classes.text}>
            <strong>{withRepository ? run.repository : runWords(run)}</strong>
            {withRepository && <div>{runWords(run)}</div>}
            {run.state === 'running' ? <RunProgress run={run} stopping={stopping} /> : <div>{countsOf(run)}</div>}
            {run.message !== null && <div className={classes.fix}>{run.message}</div>}
            {run.drift !== null && run.drift > 0 && (
              <div className={classes.fix}>
                {countText(run.drift, 'item')} {run.drift === 1 ? 'was' : 'were'} wrong and{' '}
                {run.drift === 1 ? 'was' : 'were'} repaired.
              </div>
            )}
            <Errors run={run} />
          </div>
        </li>
      ))}
    </ul>
  );
}

function countsOf(run: SyncRun): string {
  const { checked, updated, imported, requests, not_modified: free, drift } = run;
  return [
    `${numberText(checked)} checked`,
    `${numberText(updated)} updated`,
    ...(imported > 0 ? [`${numberText(imported)} imported`] : []),
    ...(drift === 0 ? ['nothing was wrong'] : []),
    countText(requests, 'request') + (free > 0 ? `, ${numberText(free)} of them free` : ''),
  ].join(' · ');
}

function Errors({ run: { errors } }: { run: SyncRun }) {
  if (errors.length === 0) return null;
  return (
    <Disclosure summary={countText(errors.length, 'error')}>
      {errors.map(({ issue, message }) => (
        <div key={`${issue} ${message}`}>
          {issue}: {message}
        </div>
      ))}
    </Disclosure>
  );
}
