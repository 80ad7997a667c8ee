import { Progress, Stack, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useParams, useSearch } from '@tanstack/react-router';

import type { UndoItem, UndoRun } from '../../../src/contract/undo.ts';
import { sentenceOf } from '../../api/errors.ts';
import { request } from '../../api/request.ts';
import { undoItemsQuery, undoQuery } from '../../api/undo-queries.ts';
import { BackLink } from '../../components/BackLink.tsx';
import { CountTabs } from '../../components/CountTabs.tsx';
import { Loaded } from '../../components/Loaded.tsx';
import { PagedList } from '../../components/PagedList.tsx';
import { usePagedList } from '../../components/paged-list.ts';
import { UndoItems } from '../../components/UndoItems.tsx';
import { paths } from '../../paths.ts';
import { undoItemState, undoRunState, undoStays, undoTotals } from '../../undo-words.ts';
import { Confirm } from '../../ui/Confirm.tsx';
import { Mark } from '../../ui/Mark.tsx';
import { PageHeader } from '../../ui/PageHeader.tsx';
import { Time } from '../../ui/Time.tsx';

const STATES = ['done', 'waiting', 'left', 'failed', 'stopped'] as const;

/** How far is it, and what became of each? */
export default function UndoRunPage() {
  const { id = '' } = useParams({ strict: false });
  return <Loaded query={useQuery(undoQuery(id))}>{(run) => <OneRun run={run} />}</Loaded>;
}

function OneRun({ run }: { run: UndoRun }) {
  const { state } = useSearch({ strict: false });
  const only = STATES.find((one) => one === state);
  const stays = undoStays(run.totals.told);
  return (
    <>
      <PageHeader
        title={run.words}
        above={<BackLink to={paths.undo()}>Undo</BackLink>}
        lede={
          <span
            role="status"
            style={{ display: 'inline-flex', flexWrap: 'wrap', gap: '2px 12px', alignItems: 'center' }}
          >
            <Mark view={undoRunState(run)} />
            <span>
              {undoTotals(run)} · {run.by}, <Time at={run.created_at} />
            </span>
          </span>
        }
        actions={run.state === 'running' && <Stop run={run} />}
      />
      <Stack gap="sm">
        {run.state === 'running' && <Running run={run} />}
        {stays !== null && <Text c="dimmed">{stays}</Text>}
        <CountTabs label="What became of each" tabs={tabsOf(run, only)} />
        <Items key={only ?? 'all'} run={run} only={only} />
      </Stack>
    </>
  );
}

function tabsOf({ id, totals }: UndoRun, only: UndoItem['state'] | undefined) {
  const all = { label: 'All', to: paths.undoRun(id), current: only === undefined };
  const others = STATES.filter((state) => totals[state] > 0 || state === only).map((state) => ({
    label: undoItemState(state, false).word,
    to: paths.undoRun(id, state),
    current: only === state,
    count: totals[state],
    red: state === 'failed',
  }));
  return [all, ...others];
}

function Items({ run, only }: { run: UndoRun; only: UndoItem['state'] | undefined }) {
  const list = usePagedList(undoItemsQuery(run.id, only, run.state === 'running'));
  return (
    <PagedList list={list} height={84} empty={<Text c="dimmed">None.</Text>}>
      {(items) => <UndoItems items={items} label="What became of each" />}
    </PagedList>
  );
}

function Running({ run: { totals } }: { run: UndoRun }) {
  const ended = totals.done + totals.failed + totals.left;
  const all = ended + totals.waiting;
  return <Progress value={all === 0 ? 100 : (ended / all) * 100} size="sm" aria-label="Setting back" />;
}

function Stop({ run: { id } }: { run: UndoRun }) {
  const client = useQueryClient();
  const stop = useMutation({
    mutationFn: () => request('stopUndo', { params: { id } }),
    onSuccess: (next) => client.setQueryData(undoQuery(id).queryKey, next),
    onError: (error) => notifications.show({ color: 'red', title: 'Not stopped', message: sentenceOf(error) }),
  });
  return (
    <Confirm
      harmless
      action="Stop"
      question="Stop after the one that is under way?"
      busy={stop.isPending}
      onConfirm={() => stop.mutate()}
    >
      What was set back stays so. The rest is left as it is, and can be taken back later.
    </Confirm>
  );
}
