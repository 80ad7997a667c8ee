import { useQuery } from '@tanstack/react-query';
import { useParams, useSearch } from '@tanstack/react-router';

import type { Report } from '../../src/contract/reports.ts';
import { reportQuery } from '../api/queries.ts';
import { BackLink } from '../components/BackLink.tsx';
import { usePageCommands } from '../components/commands.ts';
import classes from '../components/Columns.module.css';
import { ErrorsOfIssue } from '../components/ErrorsOfIssue.tsx';
import { IssueContent } from '../components/IssueContent.tsx';
import { IssueFacts } from '../components/IssueFacts.tsx';
import { IssueNotice, useRetry } from '../components/IssueNotice.tsx';
import { useGo } from '../components/Link.tsx';
import { Loaded } from '../components/Loaded.tsx';
import { OnGithub } from '../components/OnGithub.tsx';
import { Section } from '../components/Section.tsx';
import { useIsAdmin, useSession } from '../components/session.ts';
import { Timeline } from '../components/Timeline.tsx';
import { RetryForm } from '../forms/RetryForm.tsx';
import { paths } from '../paths.ts';
import { copyText } from '../ui/clipboard.ts';
import { Mark } from '../ui/Mark.tsx';
import { PageHeader } from '../ui/PageHeader.tsx';
import { besideWord, stateOf } from '../words.ts';

interface Place {
  list: string;
  listName: string;
  self: (id: string) => string;
  edit: (id: string) => string;
}

const MINE: Place = { list: paths.myReports(), listName: 'My issues', self: paths.myReport, edit: paths.myReportEdit };
const ALL: Place = { list: paths.issues(), listName: 'Issues', self: paths.issue, edit: paths.issueEdit };

/** One of my own issues. */
export function MyIssuePage() {
  return <IssuePage place={MINE} />;
}

/** One issue, for an admin. */
export function AnyIssuePage() {
  return <IssuePage place={ALL} />;
}

/** What happened, why, and what now? */
function IssuePage({ place }: { place: Place }) {
  const { id = '' } = useParams({ strict: false });
  return <Loaded query={useQuery(reportQuery(id))}>{(report) => <OneIssue report={report} place={place} />}</Loaded>;
}

function useCommands(report: Report): void {
  const retry = useRetry(report);
  const { issue } = report;
  usePageCommands([
    ...(report.may.retry ? [{ label: 'Try this report again now', run: () => retry.mutate() }] : []),
    ...(issue === null
      ? []
      : [{ label: `Open #${issue.number} on GitHub`, run: () => void window.open(issue.url, '_blank', 'noopener') }]),
    { label: 'Copy the link to this page', run: () => void copyText(location.href) },
  ]);
}

function OneIssue({ report, place }: { report: Report; place: Place }) {
  const { edit } = useSearch({ strict: false });
  const { tenants } = useSession();
  const admin = useIsAdmin();
  const go = useGo();
  useCommands(report);
  const editing = edit !== undefined && report.state === 'failed' && report.may.retry;
  return (
    <>
      <PageHeader
        title={report.title}
        above={<BackLink to={place.list}>{place.listName}</BackLink>}
        lede={<StateLine report={report} />}
        actions={report.issue !== null && <OnGithub url={report.issue.url} />}
      />
      <div className={classes.columns}>
        <div className={classes.left}>
          {!editing && <IssueNotice report={report} onEdit={() => go(place.edit(report.id))} />}
          {editing ? (
            <Section title="Edit and try again">
              <RetryForm
                key={report.updated_at}
                report={report}
                onDone={() => go(place.self(report.id), { replace: true })}
              />
            </Section>
          ) : (
            <IssueContent report={report} />
          )}
          <Section title="What happened">
            <Timeline report={report} />
          </Section>
        </div>
        <div className={classes.left}>
          <Section title="Facts">
            <IssueFacts report={report} withTenant={tenants.length > 1} />
          </Section>
          {admin && report.issue !== null && <ErrorsOfIssue issue={report.issue} />}
        </div>
      </div>
    </>
  );
}

function StateLine({ report }: { report: Report }) {
  return (
    <span role="status" className={classes.state}>
      <Mark view={stateOf(report)} />
      {report.state === 'synced' && <span>{besideWord(stateOf(report).word, report.explanation)}</span>}
    </span>
  );
}
