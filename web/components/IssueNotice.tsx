import { Button, Group } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';

import type { Report } from '../../src/contract/reports.ts';
import { sentenceOf } from '../api/errors.ts';
import { reportQuery } from '../api/queries.ts';
import { request } from '../api/request.ts';
import { AmberNote, QuietNote, RedNote } from '../ui/Notes.tsx';
import { Countdown } from '../ui/Time.tsx';

/** Tries a report again without changing it. */
export function useRetry(report: Report) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => request('retryReport', { params: { id: report.id }, waitSeconds: 1 }),
    onSuccess: (next) => client.setQueryData(reportQuery(report.id).queryKey, next),
  });
}

/** GitHub's own words of the last refusal, where there are any. */
function refusalOf(report: Report): string | null {
  return report.timeline.findLast((entry) => entry.details?.message !== undefined)?.details?.message ?? null;
}

/** Why it is, or is not yet, on GitHub; and the one thing to do about it. */
export function IssueNotice({ report, onEdit }: { report: Report; onEdit: () => void }) {
  const retry = useRetry(report);
  const tryAgain = report.may.retry && (
    <Button variant="default" loading={retry.isPending} onClick={() => retry.mutate()}>
      {report.state === 'failed' ? 'Try again as it is' : 'Try now'}
    </Button>
  );
  const wait = report.next_try_at !== null && (
    <>
      {' '}
      Next try in <Countdown until={report.next_try_at} />.
    </>
  );
  const refused = retry.isError && <div>{sentenceOf(retry.error)}</div>;
  if (report.state === 'failed') {
    const words = refusalOf(report);
    const edit = report.may.retry && <Button onClick={onEdit}>Edit and try again</Button>;
    return (
      <RedNote
        action={
          <Group gap="sm">
            {tryAgain}
            {edit}
          </Group>
        }
      >
        {report.explanation}
        {words !== null && !report.explanation.includes(words) && <div>GitHub’s words: “{words}”</div>}
        {!report.may.retry && <div>{report.may.retry_why_not}</div>}
        {refused}
      </RedNote>
    );
  }
  if (report.state === 'pending') {
    const Shown = report.outcome_unknown ? AmberNote : QuietNote;
    return (
      <Shown action={tryAgain}>
        {report.explanation}
        {wait}
        {refused}
      </Shown>
    );
  }
  return null;
}
