import { Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';

import type { SyncRun } from '../../src/contract/connections.ts';
import { syncRunsQuery } from '../api/queries.ts';
import { Disclosure } from '../ui/Disclosure.tsx';
import { countText, numberText } from '../ui/format.ts';
import { Mark } from '../ui/Mark.tsx';
import type { StateView } from '../ui/mark.model.ts';
import { Time } from '../ui/Time.tsx';
import classes from './Directions.module.css';
import { Section } from './Section.tsx';

const STATES: Record<SyncRun['state'], StateView> = {
  running: { word: 'running', tone: 'accent', shape: 'arrow' },
  done: { word: 'done', tone: 'quiet', shape: 'check' },
  failed: { word: 'failed', tone: 'red', shape: 'stop' },
};
const TRIGGERS: Record<SyncRun['trigger'], string> = {
  person: 'asked for by a person',
  schedule: 'by schedule',
  webhook: 'after a webhook',
  start: 'at the start',
};

/** The last pulls from GitHub, with what they found and what they cost. */
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
        <ul className={classes.list}>
          {data.items.map((run) => (
            <Run key={run.id} run={run} />
          ))}
        </ul>
      )}
    </Section>
  );
}

function Run({ run }: { run: SyncRun }) {
  const counts = [
    `${numberText(run.checked)} checked`,
    `${numberText(run.updated)} updated`,
    ...(run.imported > 0 ? [`${numberText(run.imported)} imported`] : []),
    countText(run.requests, 'request'),
  ];
  return (
    <li className={classes.row}>
      <div className={classes.word}>
        <Mark view={STATES[run.state]} />
        <small>
          <Time at={run.started_at} />
        </small>
      </div>
      <div className={classes.text}>
        <strong>{run.repository}</strong>
        <div>
          {counts.join(' · ')}, {TRIGGERS[run.trigger]}
        </div>
        {run.message !== null && <div className={classes.fix}>{run.message}</div>}
        {run.errors.length > 0 && (
          <Disclosure summary={countText(run.errors.length, 'error')}>
            {run.errors.map(({ issue, message }) => (
              <div key={issue}>
                {issue}: {message}
              </div>
            ))}
          </Disclosure>
        )}
      </div>
    </li>
  );
}
