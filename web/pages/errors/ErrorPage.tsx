import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';

import type { ErrorDetail } from '../../../src/contract/errors.ts';
import { errorQuery } from '../../api/error-queries.ts';
import { BackLink } from '../../components/BackLink.tsx';
import classes from '../../components/Columns.module.css';
import { usePageCommands } from '../../components/commands.ts';
import { fileError, retryError, useErrorAct } from '../../components/error-acts.ts';
import { ErrorContent, Siblings } from '../../components/ErrorContent.tsx';
import { BothSides, ErrorNumbers } from '../../components/ErrorFacts.tsx';
import { ErrorNotice } from '../../components/ErrorNotice.tsx';
import { ErrorTimeline } from '../../components/ErrorTimeline.tsx';
import { Loaded } from '../../components/Loaded.tsx';
import { OnGithub } from '../../components/OnGithub.tsx';
import { OpenOutside } from '../../components/OpenOutside.tsx';
import { Section } from '../../components/Section.tsx';
import { githubState, sentryState } from '../../error-words.ts';
import { paths } from '../../paths.ts';
import { copyText } from '../../ui/clipboard.ts';
import { Mark } from '../../ui/Mark.tsx';
import { PageHeader } from '../../ui/PageHeader.tsx';

/** What happened to this error on either side, why is it (not) an issue, and what now? */
export default function ErrorPage() {
  const { id = '' } = useParams({ strict: false });
  return <Loaded query={useQuery(errorQuery(id))}>{(error) => <OneError error={error} />}</Loaded>;
}

function useCommands({ id, may, github, sentry }: ErrorDetail): void {
  const act = useErrorAct(id, 'Not done');
  const open = (label: string, url: string) => ({ label, run: () => void window.open(url, '_blank', 'noopener') });
  usePageCommands([
    ...(may.retry ? [{ label: 'Try this error again now', run: () => act.mutate(() => retryError(id)) }] : []),
    ...(may.file ? [{ label: 'File this error', run: () => act.mutate(() => fileError(id)) }] : []),
    ...(github === null ? [] : [open(`Open #${github.number} on GitHub`, github.url)]),
    ...(sentry.url === null ? [] : [open(`Open ${sentry.short_id ?? 'it'} in Sentry`, sentry.url)]),
    { label: 'Copy the link to this page', run: () => void copyText(location.href) },
  ]);
}

function OneError({ error }: { error: ErrorDetail }) {
  const { sentry, github, siblings } = error;
  useCommands(error);
  return (
    <>
      <PageHeader
        title={sentry.title}
        above={<BackLink to={paths.errors()}>Errors</BackLink>}
        lede={<StateLine error={error} />}
        actions={
          <>
            {sentry.url !== null && <OpenOutside url={sentry.url}>Open in Sentry</OpenOutside>}
            {github !== null && <OnGithub url={github.url} />}
          </>
        }
      />
      <div className={classes.columns}>
        <div className={classes.left}>
          <ErrorNotice error={error} />
          <Section title="Where it happens">
            <ErrorContent error={error} />
          </Section>
          {siblings.length > 0 && (
            <Section title="More Sentry issues of the same error">
              <Siblings siblings={siblings} />
            </Section>
          )}
          <Section title="What happened">
            <ErrorTimeline error={error} />
          </Section>
        </div>
        <div className={classes.left}>
          <Section title="Both sides">
            <BothSides error={error} />
          </Section>
          <Section title="Numbers">
            <ErrorNumbers error={error} />
          </Section>
        </div>
      </div>
    </>
  );
}

function StateLine({ error }: { error: ErrorDetail }) {
  const { sentry, github } = error;
  return (
    <span role="status" className={classes.state}>
      <span className={classes.side}>
        {sentry.short_id ?? `Sentry issue ${sentry.id}`}: <Mark view={sentryState(sentry, error.sentry_gone)} />
      </span>
      <span className={classes.side}>
        {github === null ? 'GitHub:' : `#${github.number}:`} <Mark view={githubState(error)} />
      </span>
    </span>
  );
}
