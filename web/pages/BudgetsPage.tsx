import { Anchor, Progress, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';

import type { BudgetsAnswer } from '../../src/contract/connections.ts';
import { sentenceOf } from '../api/errors.ts';
import { budgetsQuery, repositoriesQuery } from '../api/mirror-queries.ts';
import { Link } from '../components/Link.tsx';
import { RunProgress } from '../components/RunProgress.tsx';
import { Section } from '../components/Section.tsx';
import { paths } from '../paths.ts';
import { countText, numberText } from '../ui/format.ts';
import { AmberNote, Empty, LoadError } from '../ui/Notes.tsx';
import { PageHeader } from '../ui/PageHeader.tsx';
import { Countdown, Time } from '../ui/Time.tsx';
import { WaitingRows } from '../ui/Waiting.tsx';
import classes from './BudgetsPage.module.css';

type Credential = BudgetsAnswer['items'][number];
type Budget = Credential['budgets'][number];

/** What is left of GitHub's limits, who waits for them, and when is what runs done? */
export default function BudgetsPage() {
  const { data, error, refetch } = useQuery(budgetsQuery);
  return (
    <>
      <PageHeader
        title="Budgets"
        lede="What GitHub allows each credential, as all processes of the hub saw it last. Work that somebody waits for goes first."
      />
      {error !== null && data === undefined && (
        <LoadError sentence={sentenceOf(error)} onRetry={() => void refetch()} />
      )}
      {data === undefined && error === null && <WaitingRows rows={2} height={120} />}
      {data?.items.length === 0 && (
        <Empty title="GitHub is not connected">
          The limits of each connection are listed here as soon as there is one. Connect GitHub under Settings.
        </Empty>
      )}
      {data !== undefined && data.items.length > 0 && (
        <Stack gap="lg">
          <Running />
          {data.items.map((credential) => (
            <OneCredential key={credential.connection_id} credential={credential} />
          ))}
        </Stack>
      )}
    </>
  );
}

/** Runs that are under way, each with when it will be done. */
function Running() {
  const { data } = useQuery(repositoriesQuery);
  const running = (data ?? []).flatMap(({ run }) => (run === null ? [] : [run]));
  if (running.length === 0) return null;
  return (
    <Section title="Under way">
      <Stack gap="md">
        {running.map((run) => (
          <div key={run.id}>
            <Anchor component={Link} to={paths.repositoryTab(run.repository, 'runs')}>
              {run.repository}
            </Anchor>
            <RunProgress run={run} />
          </div>
        ))}
      </Stack>
    </Section>
  );
}

function OneCredential({ credential }: { credential: Credential }) {
  const { repository, budgets, blocked_until: blockedUntil, next_write_at: nextWriteAt } = credential;
  return (
    <Section title={repository}>
      <Stack gap="md">
        {blockedUntil !== null && (
          <AmberNote title="GitHub asked for a pause">
            Nothing is sent for another <Countdown until={blockedUntil} />. It then goes on by itself.
          </AmberNote>
        )}
        {budgets.map((budget) => (
          <UsedUp key={budget.resource} budget={budget} />
        ))}
        {budgets.map((budget) => (
          <OneBudget key={budget.resource} budget={budget} of={repository} />
        ))}
        <Text size="sm" c="dimmed">
          {waitingWords(credential)}
          {nextWriteAt !== null && (
            <>
              {' '}
              The next write may start in <Countdown until={nextWriteAt} />.
            </>
          )}
        </Text>
      </Stack>
    </Section>
  );
}

const RESOURCES: Record<string, string> = {
  core: 'Reads and writes (core)',
  graphql: 'GraphQL',
  search: 'Search',
  creation: 'New issues in an hour (our own cap)',
};

const nameOf = ({ resource }: Budget) => RESOURCES[resource] ?? resource.replaceAll('_', ' ');

function UsedUp({ budget }: { budget: Budget }) {
  const { remaining, reset_at: resetAt } = budget;
  if (remaining > 0 || resetAt === null) return null;
  return (
    <AmberNote title={`Used up: ${nameOf(budget)}`}>
      What needs it waits for another <Countdown until={resetAt} />, and then goes on by itself.
    </AmberNote>
  );
}

function OneBudget({ budget, of }: { budget: Budget; of: string }) {
  const { limit, remaining, reset_at: resetAt } = budget;
  const name = nameOf(budget);
  return (
    <div className={classes.budget}>
      <span>{name}</span>
      <Progress
        value={limit === 0 ? 0 : (remaining / limit) * 100}
        color={remaining * 10 < limit ? 'red' : 'line'}
        aria-label={`${name}: left for ${of}`}
      />
      <Text size="sm" c="dimmed" className={classes.left}>
        {numberText(remaining)} of {numberText(limit)} left
        {resetAt !== null && remaining < limit && (
          <>
            , {numberText(limit - remaining)} used, full again <Time at={resetAt} />
          </>
        )}
      </Text>
    </div>
  );
}

function waitingWords({ waiting }: Credential): string {
  const { reports, live, backfill, writes } = waiting;
  const said = [
    ...(reports > 0 ? [countText(reports, 'report')] : []),
    ...(writes > 0 ? [countText(writes, 'write')] : []),
    ...(live > 0 ? [countText(live, 'read')] : []),
    ...(backfill > 0 ? [countText(backfill, 'read of an import', 'reads of an import')] : []),
  ];
  return said.length === 0 ? 'Nothing waits for its turn.' : `Waiting for a turn: ${said.join(', ')}.`;
}
