import { Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';

import type { RepositoryCost } from '../../src/contract/mirror.ts';
import { costQuery } from '../api/mirror-queries.ts';
import { Disclosure } from '../ui/Disclosure.tsx';
import { durationText, rateText } from '../ui/format.ts';
import { Row, Rows } from '../ui/Rows.tsx';

/** What polling alone costs, and how late it is: for whoever cannot, or need not, have webhooks. */
export function CostBox() {
  const { data } = useQuery(costQuery);
  if (data === undefined || data.items.length === 0) return null;
  const without = data.items.filter((item) => !item.has_webhook).length;
  const measured = data.items.some((item) => item.requests_per_hour !== null);
  return (
    <section aria-label="Without webhooks" style={{ marginBottom: 'var(--mantine-spacing-md)' }}>
      <Disclosure
        summary={
          <span>
            <strong>Without webhooks:</strong> {delayOf(data.items)}
            {measured &&
              `, ${rateText(data.requests_per_hour)} requests an hour, of which ${rateText(data.counted_per_hour)} count`}
            {without === 0 ? '. Every repository has a webhook, so changes arrive at once.' : '.'}
          </span>
        }
      >
        <Rows label="Cost of polling">
          {data.items.map((item) => (
            <Row
              key={item.repository}
              title={item.repository}
              note={`${delayWords(item)} ${costWords(item)}`}
              end={
                <Text size="sm" c="dimmed">
                  <code>{item.sync_schedule}</code>
                  {item.has_webhook && ' · has a webhook'}
                </Text>
              }
            />
          ))}
        </Rows>
      </Disclosure>
    </section>
  );
}

function delayOf(items: readonly RepositoryCost[]): string {
  const delays = items.flatMap((item) => (item.delay_seconds === null ? [] : [item.delay_seconds.max]));
  return delays.length === 0
    ? 'nothing is read'
    : `a change on GitHub is seen after ${durationText(Math.max(...delays))} at most`;
}

function delayWords({ delay_seconds: delay }: RepositoryCost): string {
  if (delay === null) return 'It is paused: nothing is read.';
  return `A change is seen after ${durationText(delay.mean)} on average, ${durationText(delay.max)} at most.`;
}

function costWords({ requests_per_hour: perHour, counted_per_hour: counted, runs_measured: runs }: RepositoryCost) {
  if (perHour === null || counted === null) return 'What it costs is known after the first scheduled sync.';
  return `It costs ${rateText(perHour)} requests an hour, of which ${rateText(counted)} count against GitHub’s limit (by the last ${runs === 1 ? 'sync' : `${runs} syncs`}).`;
}
