import { Group, Text } from '@mantine/core';

import type { Report, TimelineEntry } from '../../src/contract/reports.ts';
import { CopyIcon } from '../ui/Copy.tsx';
import { Disclosure } from '../ui/Disclosure.tsx';
import { Fact, Facts } from '../ui/Facts.tsx';
import { MarkIcon } from '../ui/Mark.tsx';
import type { StateView } from '../ui/mark.model.ts';
import { Countdown, Time } from '../ui/Time.tsx';
import { valueText } from '../words.ts';
import classes from './Timeline.module.css';

const LOOKS: Record<TimelineEntry['kind'], Omit<StateView, 'word'>> = {
  received: { tone: 'accent', shape: 'open' },
  attempt: { tone: 'quiet', shape: 'arrow' },
  synced: { tone: 'accent', shape: 'check' },
  failed: { tone: 'red', shape: 'stop' },
  edited: { tone: 'quiet', shape: 'copies' },
  changed: { tone: 'plum', shape: 'open' },
};

/** What happened here and on GitHub, in one line of time; and what comes next. */
export function Timeline({ report }: { report: Report }) {
  return (
    <ol className={classes.line}>
      {report.timeline.map((entry, index) => (
        // entries are only ever added at the end
        <Entry key={index} entry={entry} />
      ))}
      {report.next_try_at !== null && (
        <li className={classes.entry} data-next>
          <MarkIcon view={{ word: 'next', tone: 'amber', shape: 'clock' }} size={18} />
          <div>
            Next try in <Countdown until={report.next_try_at} />
          </div>
        </li>
      )}
    </ol>
  );
}

function Entry({ entry }: { entry: TimelineEntry }) {
  const { details } = entry;
  const changed = details !== null && details.field !== undefined;
  return (
    <li className={classes.entry}>
      <MarkIcon view={{ word: entry.kind, ...LOOKS[entry.kind] }} size={18} />
      <div className={classes.body}>
        <div className={classes.what}>
          <span>{entry.text}</span>
          <Text span size="sm" c="dimmed">
            <Time at={entry.at} />
          </Text>
        </div>
        {changed && <Change before={details.before} after={details.after} />}
        {details !== null && <Behind details={details} />}
      </div>
    </li>
  );
}

function Change({ before, after }: { before: unknown; after: unknown }) {
  return (
    <div className={classes.change}>
      <del>{valueText(before)}</del> <span aria-hidden="true">→</span> <ins>{valueText(after)}</ins>
    </div>
  );
}

const ATTEMPTS: Record<NonNullable<NonNullable<TimelineEntry['details']>['attempt']>, string> = {
  create: 'create the issue',
  lookup: 'look for the issue by its marker',
  adopt: 'read the markers already there',
  twin: 'look for a second issue',
  parent: 'make it a sub-issue of its parent',
  project: 'put it onto its project',
};

function Behind({ details }: { details: NonNullable<TimelineEntry['details']> }) {
  const { attempt, outcome, status, request_id: requestId, message, next_try_at: nextTryAt } = details;
  if ([attempt, outcome, status, requestId, message, nextTryAt].every((part) => part === undefined)) return null;
  return (
    <Disclosure summary="Details">
      <Facts>
        {attempt !== undefined && <Fact name="Attempt">{ATTEMPTS[attempt]}</Fact>}
        {outcome !== undefined && <Fact name="Outcome">{outcome.replaceAll('_', ' ')}</Fact>}
        {status !== undefined && <Fact name="HTTP status">{status}</Fact>}
        {message !== undefined && <Fact name="GitHub’s words">{message}</Fact>}
        {requestId !== undefined && (
          <Fact name="GitHub’s request id">
            <Group gap={4} component="span" display="inline-flex">
              <code>{requestId}</code>
              <CopyIcon text={requestId} label="Copy the request id" />
            </Group>
          </Fact>
        )}
        {nextTryAt !== undefined && (
          <Fact name="Next try then">
            <Time at={nextTryAt} />
          </Fact>
        )}
      </Facts>
    </Disclosure>
  );
}
