import { Anchor, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';

import type { ErrorSummary } from '../../src/contract/errors.ts';
import { errorsOfIssueQuery } from '../api/error-queries.ts';
import { countsText, sentryState } from '../error-words.ts';
import { paths } from '../paths.ts';
import { Mark } from '../ui/Mark.tsx';
import { Time } from '../ui/Time.tsx';
import { Link } from './Link.tsx';
import { Section } from './Section.tsx';
import { Trend } from './Trend.tsx';

/** The error behind a GitHub issue, where there is one: its facts and trend. `issue`: as the mirror names it. */
export function ErrorsOfIssue({ issue }: { issue: { id: string } | { repository: string; number: number } }) {
  const { data } = useQuery(errorsOfIssueQuery('id' in issue ? { issue: issue.id } : { q: `#${issue.number}` }));
  const errors = (data?.items ?? []).filter(
    ({ github }) => github !== null && ('id' in issue || github.repository === issue.repository),
  );
  if (errors.length === 0) return null;
  return (
    <Section title="In Sentry">
      <Stack gap="lg">
        {errors.map((error) => (
          <OneError key={error.id} error={error} />
        ))}
      </Stack>
    </Section>
  );
}

function OneError({ error }: { error: ErrorSummary }) {
  const { id, sentry, trend, conflict } = error;
  return (
    <div style={{ display: 'grid', gap: 5, overflowWrap: 'anywhere' }}>
      <Mark view={sentryState(sentry, error.sentry_gone)} />
      <Anchor component={Link} to={paths.error(id)}>
        {sentry.title}
      </Anchor>
      <div style={{ color: 'var(--mantine-color-dimmed)', fontSize: 'var(--mantine-font-size-sm)' }}>
        {sentry.short_id ?? `Sentry issue ${sentry.id}`} · {sentry.project} · {sentry.level}
        <br />
        {countsText(sentry)}
        {sentry.last_seen !== null && (
          <>
            , last <Time at={sentry.last_seen} />
          </>
        )}
      </div>
      <Trend trend={trend} />
      {conflict !== null && <div style={{ color: 'var(--tone-red)' }}>Conflict: {conflict}</div>}
    </div>
  );
}
