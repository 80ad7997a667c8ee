import { Anchor, Button, Group, Paper, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useSearch } from '@tanstack/react-router';

import { sentenceOf } from '../api/errors.ts';
import { reportQuery } from '../api/queries.ts';
import { Link, useGo } from '../components/Link.tsx';
import { useSession } from '../components/session.ts';
import { ReportForm } from '../forms/ReportForm.tsx';
import { paths } from '../paths.ts';
import { Mark } from '../ui/Mark.tsx';
import { LoadError, QuietNote } from '../ui/Notes.tsx';
import { PageHeader } from '../ui/PageHeader.tsx';
import { WaitingRows } from '../ui/Waiting.tsx';
import { stateOf } from '../words.ts';

/** Can I say this in ten seconds? */
export default function ReportPage() {
  const { sent, from, version, title } = useSearch({ strict: false });
  const { tenant } = useSession();
  const go = useGo();
  if (sent !== undefined) return <Sent id={sent} />;
  return (
    <div style={{ maxWidth: 720 }}>
      <PageHeader
        title="Report a problem"
        lede="It becomes an issue where the developers work, and you can follow it here."
      />
      {tenant === null ? (
        <QuietNote title="Choose a tenant first">You administer all tenants; a report belongs to one.</QuietNote>
      ) : (
        <ReportForm from={from} version={version} title={title} onSent={(report) => go(paths.report(report.id))} />
      )}
    </div>
  );
}

/** What was sent, and what becomes of it: the state changes by itself. */
function Sent({ id }: { id: string }) {
  const { data: report, error, refetch } = useQuery(reportQuery(id));
  if (error !== null) return <LoadError sentence={sentenceOf(error)} onRetry={() => void refetch()} />;
  if (report === undefined) return <WaitingRows rows={2} />;
  const { issue } = report;
  return (
    <div style={{ maxWidth: 720 }}>
      <PageHeader
        title="Thank you, we have it"
        lede="Nothing more is needed from you. This page shows what becomes of it."
      />
      <Paper p={{ base: 'md', xs: 'xl' }}>
        <Stack gap="md" align="flex-start">
          <div role="status" aria-live="polite">
            <Mark view={stateOf(report)} strong />
          </div>
          <Title order={2} style={{ overflowWrap: 'anywhere' }}>
            {report.title}
          </Title>
          {issue === null ? (
            <Text c="dimmed">{report.explanation}</Text>
          ) : (
            <Anchor href={issue.url} target="_blank" rel="noopener noreferrer" fw={600}>
              {issue.repository}#{issue.number} on GitHub
            </Anchor>
          )}
          <Group mt="sm">
            <Button component={Link} to={paths.myReport(report.id)}>
              Follow it
            </Button>
            <Button component={Link} to={paths.report()} variant="default">
              Report another
            </Button>
          </Group>
        </Stack>
      </Paper>
    </div>
  );
}
