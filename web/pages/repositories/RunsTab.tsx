import { Button, Stack, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';

import type { Repository } from '../../../src/contract/mirror.ts';
import { sentenceOf } from '../../api/errors.ts';
import { repositoryQuery, repositoryRunsQuery } from '../../api/mirror-queries.ts';
import { PagedList } from '../../components/PagedList.tsx';
import { usePagedList } from '../../components/paged-list.ts';
import { useChangeSchedule, useSyncRepository } from '../../components/repository-acts.ts';
import { useFullName } from '../../components/repository-page.ts';
import { Section } from '../../components/Section.tsx';
import { RunList } from '../../components/SyncRuns.tsx';
import { Empty } from '../../ui/Notes.tsx';

/** What the mirror read, when, what it cost, and what it found wrong. */
export default function RunsTab() {
  const fullName = useFullName();
  const { data: repository } = useQuery(repositoryQuery(fullName));
  const list = usePagedList(repositoryRunsQuery(fullName));
  return (
    <Stack gap="lg">
      {repository !== undefined && <Schedule key={repository.sync_schedule} repository={repository} />}
      <div>
        <PagedList
          list={list}
          height={84}
          empty={<Empty title="Nothing was read yet">It runs by schedule, and with “Sync now”.</Empty>}
        >
          {(runs) => <RunList runs={runs} stopping={repository?.paused ?? false} />}
        </PagedList>
      </div>
    </Stack>
  );
}

function Schedule({ repository }: { repository: Repository }) {
  const { full_name: fullName, sync_schedule: schedule, mirrors, paused, run } = repository;
  const [text, setText] = useState(schedule);
  const change = useChangeSchedule(fullName);
  const sync = useSyncRepository(fullName);
  const linked = mirrors === 'linked';
  return (
    <Section
      title="Schedule"
      actions={
        <Button
          variant="default"
          size="compact-md"
          disabled={paused || linked}
          loading={sync.isPending || run?.kind === 'reconcile'}
          onClick={() => sync.mutate('reconcile')}
        >
          Compare everything now
        </Button>
      }
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          change.mutate({ sync_schedule: text.trim() });
        }}
      >
        <TextInput
          label="Cron expression, in UTC"
          description={
            linked
              ? 'Only linked issues are mirrored: they follow the schedule of the connection.'
              : '“0 * * * *” is every hour. With a webhook this only looks for what was missed.'
          }
          disabled={linked}
          error={change.isError && sentenceOf(change.error)}
          spellCheck={false}
          autoComplete="off"
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
        />
        <Button mt="sm" type="submit" disabled={linked || text.trim() === schedule} loading={change.isPending}>
          Save
        </Button>
      </form>
    </Section>
  );
}
