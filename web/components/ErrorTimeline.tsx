import { Text } from '@mantine/core';

import type { ErrorDetail } from '../../src/contract/errors.ts';
import { detailText, doneText, entryView, SIDES } from '../error-words.ts';
import { Confirm } from '../ui/Confirm.tsx';
import { CopyIcon } from '../ui/Copy.tsx';
import { Disclosure } from '../ui/Disclosure.tsx';
import { Fact, Facts } from '../ui/Facts.tsx';
import { MarkIcon } from '../ui/Mark.tsx';
import { Countdown, Time } from '../ui/Time.tsx';
import { undoAct, useErrorAct } from './error-acts.ts';
import classes from './Timeline.module.css';

type Entry = ErrorDetail['timeline'][number];

/** What happened in Sentry, on GitHub and here, in one line of time; and when it is looked at next. */
export function ErrorTimeline({ error }: { error: ErrorDetail }) {
  return (
    <ol className={classes.line}>
      {error.timeline.map((entry) => (
        <OneEntry key={entry.act?.id ?? `${entry.at} ${entry.side} ${entry.text}`} entry={entry} id={error.id} />
      ))}
      {error.next_look_at !== null && (
        <li className={classes.entry} data-next>
          <MarkIcon view={{ word: 'next', tone: 'amber', shape: 'clock' }} size={18} />
          <div>
            Both sides are compared in <Countdown until={error.next_look_at} />
          </div>
        </li>
      )}
    </ol>
  );
}

function OneEntry({ entry, id }: { entry: Entry; id: string }) {
  const { act, details } = entry;
  return (
    <li className={classes.entry}>
      <MarkIcon view={entryView(entry)} size={18} />
      <div className={classes.body}>
        <div className={classes.what}>
          <span>
            <strong>{SIDES[entry.side]}</strong> {doneText(entry)} {entry.text}
            {act?.state === 'undone' && <em> Taken back.</em>}
            {act?.state === 'sending' && <em> Being said now.</em>}
            {act?.state === 'unknown' && <em> No answer came; it is being found out.</em>}
          </span>
          <Text span size="sm" c="dimmed">
            <Time at={entry.at} />
          </Text>
        </div>
        {details !== null && <Behind details={details} />}
        {act?.may_undo === true && <Undo id={id} act={act.id} side={SIDES[entry.side]} />}
      </div>
    </li>
  );
}

function Undo({ id, act, side }: { id: string; act: string; side: string }) {
  const undo = useErrorAct(id, 'Not taken back');
  return (
    <div style={{ marginTop: 6 }}>
      <Confirm
        action="Undo"
        question="Take this back?"
        busy={undo.isPending}
        harmless
        onConfirm={() => undo.mutate(() => undoAct(act))}
      >
        {`What was there before is set again (${side}), and both sides agree on that. It is refused when somebody changed it since.`}
      </Confirm>
    </div>
  );
}

const WORDS: Record<string, string> = {
  request_id: 'Request id',
  next_try_at: 'Next try then',
  status: 'HTTP status',
  act: 'Act',
};

/** Codes, ids and what stood there before and after: behind a word. */
function Behind({ details }: { details: NonNullable<Entry['details']> }) {
  return (
    <Disclosure summary="Details">
      <Facts>
        {Object.entries(details).map(([name, value]) => (
          <Fact key={name} name={WORDS[name] ?? name.replaceAll('_', ' ')}>
            <Value name={name} value={value} />
          </Fact>
        ))}
      </Facts>
    </Disclosure>
  );
}

function Value({ name, value }: { name: string; value: unknown }) {
  if (name === 'next_try_at' && typeof value === 'string') return <Time at={value} />;
  if (name === 'request_id' && typeof value === 'string')
    return (
      <span style={{ display: 'inline-flex', gap: 4, alignItems: 'center' }}>
        <code>{value}</code>
        <CopyIcon text={value} label="Copy the request id" />
      </span>
    );
  if (name === 'act' && typeof value === 'string') return value.replaceAll('_', ' ');
  return detailText(value);
}
