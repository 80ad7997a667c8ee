import { Anchor, Group } from '@mantine/core';

import type { Report } from '../../src/contract/reports.ts';
import { Fact, Facts } from '../ui/Facts.tsx';
import { countText } from '../ui/format.ts';
import { Label } from '../ui/Label.tsx';
import { Time } from '../ui/Time.tsx';
import { severityWord } from '../words.ts';

/** The facts of one issue, for the column beside it. */
export function IssueFacts({ report, withTenant }: { report: Report; withTenant: boolean }) {
  const { issue, reporter } = report;
  const labels = issue?.labels ?? report.tags.map((name) => ({ name, color: undefined }));
  return (
    <Facts stacked>
      {issue !== null && (
        <Fact name="On GitHub">
          <Anchor href={issue.url} target="_blank" rel="noopener noreferrer" fw={600}>
            {issue.repository}#{issue.number}
          </Anchor>
        </Fact>
      )}
      {withTenant && <Fact name="Tenant">{report.tenant.name}</Fact>}
      <Fact name="Reported by">
        {report.source === 'external'
          ? 'Opened directly on GitHub'
          : report.source === 'error'
            ? 'Sentry'
            : (reporter?.name ?? reporter?.email ?? reporter?.id ?? 'unknown')}
        {reporter?.name !== null && reporter?.email !== null && reporter !== null && <div>{reporter.email}</div>}
      </Fact>
      <Fact name="Reported">
        <Time at={report.created_at} />
      </Fact>
      {report.severity !== null && <Fact name="Severity">{severityWord(report.severity)}</Fact>}
      {labels.length > 0 && (
        <Fact name={issue === null ? 'Tags' : 'Labels'}>
          <Group gap={4} mt={2}>
            {labels.map(({ name, color }) => (
              <Label key={name} name={name} {...(color === undefined ? {} : { color })} />
            ))}
          </Group>
        </Fact>
      )}
      {issue !== null && (
        <>
          <Fact name="Assigned to">{issue.assignees.length === 0 ? 'nobody yet' : issue.assignees.join(', ')}</Fact>
          <Fact name="Comments">{countText(issue.comments, 'comment')}</Fact>
          <Fact name="Last change on GitHub">
            <Time at={issue.updated_at} />
          </Fact>
          {issue.closed_at !== null && (
            <Fact name="Closed">
              <Time at={issue.closed_at} />
            </Fact>
          )}
        </>
      )}
    </Facts>
  );
}
