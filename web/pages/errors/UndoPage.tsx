import { Anchor, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useSearch } from '@tanstack/react-router';

import type { UndoRun } from '../../../src/contract/undo.ts';
import { sentryRulesQuery } from '../../api/error-queries.ts';
import { undosQuery } from '../../api/undo-queries.ts';
import { Link, useGo } from '../../components/Link.tsx';
import { PagedList } from '../../components/PagedList.tsx';
import { usePagedList } from '../../components/paged-list.ts';
import { Section } from '../../components/Section.tsx';
import { UndoChoice } from '../../components/UndoChoice.tsx';
import type { UndoAsked } from '../../components/UndoChoice.tsx';
import { UndoPreview } from '../../components/UndoPreview.tsx';
import { paths } from '../../paths.ts';
import { undoRunState, undoTotals } from '../../undo-words.ts';
import { Mark } from '../../ui/Mark.tsx';
import { PageHeader } from '../../ui/PageHeader.tsx';
import { Row, Rows } from '../../ui/Rows.tsx';
import { Time } from '../../ui/Time.tsx';
import { WaitingRows } from '../../ui/Waiting.tsx';

/** What did the hub write, and how is it taken back? */
export default function UndoPage() {
  const { rule, since, until } = useSearch({ strict: false });
  const rules = useQuery(sentryRulesQuery).data?.items;
  const go = useGo();
  const asked: UndoAsked = {
    ...(rule === undefined ? {} : { rule }),
    ...(since === undefined ? {} : { since }),
    ...(until === undefined ? {} : { until }),
  };
  const key = new URLSearchParams({ ...asked }).toString();
  return (
    <>
      <PageHeader
        title="Undo"
        lede="What the hub wrote to GitHub and Sentry can be taken back: what was there before is set again. First it is shown."
      />
      <Stack gap="lg">
        <Section title="Take back">
          <Stack>
            {rules === undefined ? (
              <WaitingRows rows={1} height={60} />
            ) : (
              <UndoChoice
                key={key}
                rules={rules}
                asked={asked}
                onChoose={(next) => go(paths.undo(new URLSearchParams({ ...next }).toString()))}
              />
            )}
            {(rule !== undefined || since !== undefined) && <UndoPreview key={key} asked={asked} />}
          </Stack>
        </Section>
        <Section title="So far">
          <Earlier />
        </Section>
      </Stack>
    </>
  );
}

function Earlier() {
  const list = usePagedList(undosQuery);
  return (
    <PagedList
      list={list}
      height={58}
      empty="Nothing was taken back in bulk so far. Single acts are taken back on the page of their error."
    >
      {(runs) => (
        <Rows label="Undos so far">
          {runs.map((run) => (
            <OneRun key={run.id} run={run} />
          ))}
        </Rows>
      )}
    </PagedList>
  );
}

function OneRun({ run }: { run: UndoRun }) {
  return (
    <Row
      title={
        <Anchor component={Link} to={paths.undoRun(run.id)} inherit>
          {run.words}
        </Anchor>
      }
      note={
        <>
          {undoTotals(run)} · {run.by}, <Time at={run.created_at} />
        </>
      }
      end={<Mark view={undoRunState(run)} />}
    />
  );
}
