import { Anchor, Button, Stack, Text } from '@mantine/core';
import { useState } from 'react';

import type { DryRun } from '../../src/contract/sentry.ts';
import { countsText, verdictOf } from '../error-words.ts';
import { countText, numberText } from '../ui/format.ts';
import { Label } from '../ui/Label.tsx';
import { Mark, MarkIcon } from '../ui/Mark.tsx';
import { AmberNote } from '../ui/Notes.tsx';
import { Time } from '../ui/Time.tsx';
import classes from './DryRun.module.css';

type Item = DryRun['items'][number];
type Verdict = Item['verdict'];

const TOTALS: { verdict: Verdict; of: (totals: DryRun['totals']) => number }[] = [
  { verdict: 'file', of: ({ filed }) => filed },
  { verdict: 'wait', of: ({ waiting }) => waiting },
  { verdict: 'share', of: ({ shared }) => shared },
  { verdict: 'known', of: ({ known }) => known },
  { verdict: 'skip', of: ({ skipped }) => skipped },
];
const SHOWN_FIRST = 50;

/** What a dry run found: the totals, each a button that shows only these, and every Sentry issue with its verdict and why. */
export function DryRunResult({ result }: { result: DryRun }) {
  const [only, setOnly] = useState<Verdict | null>(null);
  const [shown, setShown] = useState(SHOWN_FIRST);
  const { totals, items, days, requests, complete } = result;
  const wanted = only === null ? items : items.filter(({ verdict }) => verdict === only);
  const choose = (verdict: Verdict) => {
    setOnly(only === verdict ? null : verdict);
    setShown(SHOWN_FIRST);
  };
  return (
    <Stack gap="sm">
      <Text role="status">
        {countText(items.length, 'Sentry issue')} of the last {countText(days, 'day')}, read with{' '}
        {countText(requests, 'request')}. Nothing was stored and nothing was sent to GitHub.
      </Text>
      <div className={classes.totals} role="group" aria-label="Totals">
        {TOTALS.map(({ verdict, of }) => (
          <button
            key={verdict}
            type="button"
            className={classes.total}
            aria-pressed={only === verdict}
            onClick={() => choose(verdict)}
          >
            <MarkIcon view={verdictOf(verdict)} />
            <strong>{numberText(of(totals))}</strong> {verdictOf(verdict).word.toLowerCase()}
          </button>
        ))}
      </div>
      {!complete && (
        <AmberNote>There are more than were looked at: these are the ones with the latest events.</AmberNote>
      )}
      {wanted.length > 0 && (
        <ul className={classes.list} aria-label="What a run would do">
          {wanted.slice(0, shown).map((item) => (
            <OneItem key={item.issue.id} item={item} />
          ))}
        </ul>
      )}
      {wanted.length > shown && (
        <Button variant="default" onClick={() => setShown(shown + SHOWN_FIRST)}>
          Show more of {numberText(wanted.length)}
        </Button>
      )}
    </Stack>
  );
}

function OneItem({ item }: { item: Item }) {
  const { issue, verdict, why, repository, title, labels } = item;
  const name = issue.short_id ?? issue.id;
  return (
    <li className={classes.row}>
      <Mark view={verdictOf(verdict)} />
      <div className={classes.body}>
        <div className={classes.title}>{title ?? issue.title}</div>
        <div className={classes.quiet}>
          {issue.url === null ? (
            name
          ) : (
            <Anchor href={issue.url} target="_blank" rel="noopener noreferrer" size="sm" underline="always">
              {name}
            </Anchor>
          )}
          {` · ${issue.project} · ${issue.level} · ${countsText(issue)}`}
          {issue.last_seen !== null && (
            <>
              {' · '}
              <Time at={issue.last_seen} />
            </>
          )}
        </div>
        <div className={classes.quiet}>
          {why}
          {repository !== null && verdict !== 'known' && ` → ${repository}`}
        </div>
        {labels.length > 0 && (
          <span className={classes.labels}>
            {labels.map((label) => (
              <Label key={label} name={label} />
            ))}
          </span>
        )}
      </div>
    </li>
  );
}
