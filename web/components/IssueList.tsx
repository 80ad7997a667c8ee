import { Checkbox } from '@mantine/core';

import type { ReportSummary } from '../../src/contract/reports.ts';
import { lastNewsAt } from '../api/queries.ts';
import { paths } from '../paths.ts';
import { Label } from '../ui/Label.tsx';
import { Mark } from '../ui/Mark.tsx';
import { Countdown, Time } from '../ui/Time.tsx';
import { severityWord, stateOf } from '../words.ts';
import classes from './IssueList.module.css';
import { Link } from './Link.tsx';

interface Selection {
  ids: ReadonlySet<string>;
  toggle: (id: string) => void;
}

interface IssueListProps {
  reports: readonly ReportSummary[];
  addressOf: (id: string) => string;
  /** Columns of an admin: who reported it, and rows that can be selected. */
  selection?: Selection;
  withTenant?: boolean;
}

/** Reports, and for an admin what was opened on GitHub and errors, as rows. A list and not a table: on a phone each row folds into a card. */
export function IssueList({ reports, addressOf, selection, withTenant = false }: IssueListProps) {
  return (
    <ul className={classes.list} data-plain={selection === undefined || undefined}>
      {reports.map((report) => (
        <li
          key={report.id}
          className={classes.row}
          data-row={report.id}
          data-selected={selection?.ids.has(report.id) || undefined}
        >
          {selection !== undefined && (
            <Checkbox
              className={classes.check}
              aria-label={`Select: ${report.title}`}
              checked={selection.ids.has(report.id)}
              onChange={() => selection.toggle(report.id)}
            />
          )}
          <span className={classes.state}>
            <Mark view={stateOf(report)} />
          </span>
          <Subject
            report={report}
            to={report.error === null ? addressOf(report.id) : paths.error(report.error)}
            withTenant={withTenant}
          />
          {selection !== undefined && <span className={classes.reporter}>{reporterName(report)}</span>}
          <IssueNumber report={report} />
          <span className={classes.when}>
            <Time at={lastNewsAt(report)} />
          </span>
        </li>
      ))}
    </ul>
  );
}

function Subject({ report, to, withTenant }: { report: ReportSummary; to: string; withTenant: boolean }) {
  const labels = report.issue?.labels ?? report.tags.map((name) => ({ name, color: undefined }));
  const told = labels.some(({ name }) => /^severity\b/iu.test(name));
  const urgent = !told && (report.severity === 'high' || report.severity === 'critical');
  const waits = report.state !== 'synced';
  return (
    <div className={classes.subject}>
      <Link to={to} className={classes.title} data-row-link>
        {report.title}
      </Link>
      {(labels.length > 0 || urgent || withTenant) && (
        <span className={classes.labels}>
          {withTenant && <Label name={report.tenant.name} />}
          {urgent && report.severity !== null && <Label name={severityWord(report.severity)} color="cf463c" />}
          {labels.map(({ name, color }) => (
            <Label key={name} name={name} {...(color === undefined ? {} : { color })} />
          ))}
        </span>
      )}
      {waits && (
        <span className={classes.why}>
          {report.explanation}
          {report.next_try_at !== null && (
            <>
              {' '}
              Next try in <Countdown until={report.next_try_at} />.
            </>
          )}
        </span>
      )}
    </div>
  );
}

function IssueNumber({ report }: { report: ReportSummary }) {
  if (report.issue === null) return <span className={classes.number} />;
  const { number, url, repository } = report.issue;
  return (
    <span className={classes.number} data-said={report.issue.state === 'open' || undefined}>
      <a href={url} target="_blank" rel="noopener noreferrer" title={`${repository}#${number} on GitHub`}>
        #{number}
      </a>
    </span>
  );
}

function reporterName(report: ReportSummary): string {
  if (report.source === 'external') return 'GitHub';
  if (report.source === 'error') return 'Sentry';
  return report.reporter?.name ?? report.reporter?.email ?? report.reporter?.id ?? 'unknown';
}
