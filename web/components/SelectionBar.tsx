import { Button, CloseButton, Group, Paper, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';

import type { ReportSummary } from '../../src/contract/reports.ts';
import { sentenceOf } from '../api/errors.ts';
import { request } from '../api/request.ts';
import { numberText } from '../ui/format.ts';
import classes from './SelectionBar.module.css';

async function retryAll(reports: readonly ReportSummary[]): Promise<{ done: number; refusals: string[] }> {
  const outcomes = await Promise.allSettled(
    reports.map(async ({ id, error }) =>
      error === null
        ? request('retryReport', { params: { id }, waitSeconds: 0 })
        : request('retryError', { params: { id: error } }),
    ),
  );
  const refusals = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [sentenceOf(outcome.reason)] : []));
  return { done: outcomes.length - refusals.length, refusals: [...new Set(refusals)] };
}

/** What can be done with the selected rows. One bar, at the foot of the list, where it moves nothing. */
export function SelectionBar({ reports, onClear }: { reports: readonly ReportSummary[]; onClear: () => void }) {
  const client = useQueryClient();
  const retry = useMutation({
    mutationFn: () => retryAll(reports),
    onSuccess: ({ done, refusals }) => {
      void client.invalidateQueries({ queryKey: ['reports'] });
      notifications.show({
        color: refusals.length === 0 ? 'line' : 'yellow',
        title: `${numberText(done)} ${done === 1 ? 'is' : 'are'} tried again`,
        message: refusals.length === 0 ? 'The list follows what becomes of them.' : refusals.join(' '),
      });
      onClear();
    },
  });
  if (reports.length === 0) return null;
  return (
    <Paper className={classes.bar} shadow="md" px="md" py="sm" role="region" aria-label="Selection">
      <Group gap="sm" wrap="nowrap">
        <Text fw={600} flex={1} role="status">
          {reports.length} selected
        </Text>
        <Button loading={retry.isPending} onClick={() => retry.mutate()}>
          Try again now
        </Button>
        <CloseButton aria-label="Clear the selection" onClick={onClear} />
      </Group>
    </Paper>
  );
}
