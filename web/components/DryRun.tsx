import { Button, Group, NativeSelect, Progress, Stack, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';

import type { SentryRuleDraft } from '../../src/contract/sentry.ts';
import { sentenceOf } from '../api/errors.ts';
import { request } from '../api/request.ts';
import { countText } from '../ui/format.ts';
import { QuietNote, RedNote } from '../ui/Notes.tsx';
import { DryRunResult } from './DryRunResult.tsx';

const DAYS = [1, 3, 7, 14, 30, 90].map((days) => ({ value: String(days), label: countText(days, 'day') }));

interface DryRunProps {
  /** As the form stands now. */
  rule: SentryRuleDraft;
  /** The saved rule it stands for. */
  ruleId?: string;
}

function useDryRun() {
  const abort = useRef<AbortController>(null);
  const run = useMutation({
    mutationFn: async ({ rule, ruleId, days }: DryRunProps & { days: number }) => {
      abort.current = new AbortController();
      const { signal } = abort.current;
      const body = { rule, days, ...(ruleId === undefined ? {} : { rule_id: ruleId }) };
      return { of: JSON.stringify(rule), result: await request('dryRunSentryRule', { body, signal }) };
    },
  });
  const stop = () => {
    abort.current?.abort();
    run.reset();
  };
  useEffect(() => () => abort.current?.abort(), []);
  return { run, stop };
}

/** What the rule would have filed in the last days, before it is saved. */
export function DryRun({ rule, ruleId }: DryRunProps) {
  const { run, stop } = useDryRun();
  const [days, setDays] = useState('14');
  const start = () => run.mutate({ rule, ...(ruleId === undefined ? {} : { ruleId }), days: Number(days) });
  return (
    <Stack>
      <Text c="dimmed">
        Reads Sentry as a run would and says of each issue what would become of it, and why. Nothing is stored or sent.
      </Text>
      <Group align="flex-end">
        <NativeSelect
          label="Over the last"
          data={DAYS}
          value={days}
          onChange={(event) => setDays(event.currentTarget.value)}
        />
        {run.isPending ? (
          <Button variant="default" onClick={stop}>
            Stop
          </Button>
        ) : (
          <Button variant="default" disabled={rule.sentry_connection_id === ''} onClick={start}>
            Dry run
          </Button>
        )}
        {rule.sentry_connection_id === '' && <Text c="dimmed">Choose a Sentry first.</Text>}
      </Group>
      {run.isPending && <Reading />}
      {run.isError && <RedNote title="The dry run did not end">{sentenceOf(run.error)}</RedNote>}
      {run.data !== undefined && (
        <>
          {run.data.of !== JSON.stringify(rule) && <QuietNote>The rule was changed since this dry run.</QuietNote>}
          <DryRunResult result={run.data.result} />
        </>
      )}
    </Stack>
  );
}

/** Sentry tells no total: what can be said is that it goes on, and for how long. */
function Reading() {
  const [seconds, setSeconds] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => setSeconds((before) => before + 1), 1000);
    return () => clearInterval(timer);
  }, []);
  return (
    <div>
      <Progress value={100} animated size="sm" aria-label="Dry run" mb={6} />
      <Text size="sm" c="dimmed" role="status">
        Sentry is being read, page by page: up to 1,000 issues, the latest first.
      </Text>
      <Text size="sm" c="dimmed" style={{ fontVariantNumeric: 'tabular-nums' }}>
        {countText(seconds, 'second')} so far
      </Text>
    </div>
  );
}
